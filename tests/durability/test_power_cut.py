"""Power that fails while a process writes: what was acknowledged is there, what was not is there whole or not at all.

A real writing process is recorded call by call (durability.recording), and the power fails after any of them, on a disk
that had not yet what it had not promised (durability.disk).
"""

import json
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from durability.disk import Disk
from durability.recording import Call, recorded
from written import noting

from kg.errors import Damaged
from kg.history.verifying import verify
from kg.log import Draft
from kg.names import ONTOLOGY, SHAPES
from kg.patch import Patch
from kg.paths import ontology_files, shapes_files
from kg.search import sound_index_of
from kg.sources import read_graph
from kg.store import Store
from kg.workers.frames import END, JOB, READY, frame, read_frame
from kg.writing import Write
from kg.writing.committing import Group
from kg.writing.telling import write_as_plain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace, which records what a process does"),
]
CUTS = 100
GROUPS = 16


def thing(number: int) -> Write:
    """A write that tells of a thing, and of the source that says so."""
    return Write(
        "update", noting(f'id:n{number} a kg:Model ; rdfs:label "N{number}"@en , "N{number}"@it .'), "Tester", ("*",)
    )


def write_groups(process: "Popen[bytes]", chance: random.Random) -> None:
    """Send groups of writes to a writing process, at times with a pause in which it closes the store."""
    assert process.stdin
    assert process.stdout
    assert read_frame(process.stdout) == (READY, b"")
    number = 0
    for _ in range(GROUPS):
        group = [thing(number + one) for one in range(chance.randint(1, 4))]
        number += len(group)
        process.stdin.write(frame(JOB, {"writes": [write_as_plain(one) for one in group]}))
        process.stdin.flush()
        while (told := read_frame(process.stdout)) and told[0] != END:
            pass
        assert told
        assert all(one["commit"] for one in json.loads(told[1])["outcomes"]), told
        if chance.random() < 0.2:
            time.sleep(1.2)


def acknowledged(calls: list[Call]) -> list[tuple[int, int]]:
    """Return by which calls the process acknowledged which commits."""
    found: list[tuple[int, int]] = []
    for number, call in enumerate(calls):
        if call.name == "write" and call.descriptors[0][1].startswith("pipe:") and b'"outcomes"' in call.texts[0]:
            told = json.loads(call.texts[0].partition(b"{")[1] + call.texts[0].partition(b"{")[2])
            found += [(number, one["commit"]["number"]) for one in told["outcomes"]]
    return found


@dataclass(frozen=True)
class Recording:
    """A store as it was before a process wrote to it, and the calls of the process."""

    before: Path
    folder: Path
    calls: list[Call]

    def failing(self, at: int, target: Path, draw: random.Random) -> Store:
        """Return the store as it is when the power fails after a call."""
        disk = Disk(self.before, self.folder)
        disk.follow(self.calls[: at + 1])
        target.mkdir()
        disk.fail(target, draw)
        return Store(target)


@pytest.fixture(scope="module", autouse=True)
def two_snapshots() -> Iterator[None]:
    """A store keeps two snapshots, so that most of what is written is deleted soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_SNAPSHOTS_KEPT", "2")
        yield


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A writing process that makes some forty commits in groups, on a store of terms and rules alone."""
    folder = tmp_path_factory.mktemp("power").resolve()
    before, store = folder / "before", folder / "store"
    terms, rules = read_graph(ontology_files(), ONTOLOGY), read_graph(shapes_files(), SHAPES)
    drafts = [Draft("Tester", "begun", one.iri, "", "", Patch(added=sorted(one.statements))) for one in (terms, rules)]
    Store(before).log.append(0, drafts)
    with Store(before).writer():
        pass
    shutil.copytree(before, store, symlinks=True)
    command = [sys.executable, "-m", "kg.writing.process", str(store), "4096", "60"]
    return Recording(
        before, store, recorded(command, folder / "trace", lambda one: write_groups(one, random.Random(6)))
    )


def test_no_commit_that_was_acknowledged_is_lost_when_the_power_fails(recording: Recording, tmp_path: Path) -> None:
    draw, promises = random.Random(20261128), acknowledged(recording.calls)
    first, last = promises[0][0], promises[-1][0]
    assert len(promises) > 2 * GROUPS
    for round in range(CUTS):
        at = draw.randint(first // 2, last)
        store = recording.failing(at, tmp_path / "store", draw)
        promised = max((commit for number, commit in promises if number <= at), default=0)
        assert_sound(store, promised, f"round {round}, after call {at}")
        shutil.rmtree(tmp_path / "store")


def assert_sound(store: Store, promised: int, when: str) -> None:
    """Assert that a store has all that was promised, that its view is what the log says, and that writing goes on."""
    with store.reader() as (_, number):
        assert number == store.log.head() >= promised, f"{when}: commit {promised} is lost"
    with store.writer() as writer:
        group = Group(writer)
        assert not isinstance(group.attempt([thing(10_000)])[0], Exception), when
        assert group.enter()[0].number == number + 1, when
    # What the view held that the log does not have would still be there.
    assert verify(store).views[-1][0] == number + 1, when
    snapshot = store.snapshot()
    assert snapshot
    index = sound_index_of(snapshot)
    assert index, when
    with closing(sqlite3.connect(index.file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), when


def test_the_simulation_finds_a_log_that_does_not_wait_for_the_disk(recording: Recording, tmp_path: Path) -> None:
    careless = [call for call in recording.calls if not (_is_sync(call) and "log.sqlite" in call.descriptors[0][1])]
    draw, promises = random.Random(1), acknowledged(careless)
    losses = 0
    for _ in range(20):
        number, commit = draw.choice(promises)
        store = Recording(recording.before, recording.folder, careless).failing(number, tmp_path / "store", draw)
        try:
            losses += store.log.verify() < commit
        except (Damaged, sqlite3.DatabaseError):
            losses += 1
        shutil.rmtree(tmp_path / "store")
    assert losses


def _is_sync(call: Call) -> bool:
    return call.name in ("fsync", "fdatasync")
