"""kill -9 at random points of `kg build`: nothing acknowledged is lost, nothing is half there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.names import ID, SOURCE
from kg.store import Store
from tests.test_build import model, source
from tests.test_store import everything

KILLS = 22
ROUNDS = 100
"""More than it takes, so that a machine that is quick at times does not end the test short of its kills."""


def started(store: Store, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kg", "build", "--store", str(store.directory), str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def models_of(quads: set[str]) -> set[int]:
    """The numbers of the models that the source `changing` asserts in the evidence graph."""
    return {
        int(quad.split("/id/m")[1].split(">")[0])
        for quad in quads
        if f"<{ID}m" in quad and quad.endswith(f"<{SOURCE}changing#p1>") and "type>" in quad
    }


@pytest.mark.slow
def test_a_build_killed_anywhere_loses_nothing_and_leaves_nothing_half(tmp_path: Path, built_store: Path) -> None:
    store = Store(tmp_path / "store")
    store.directory.mkdir()
    (store.directory / "log.sqlite").write_bytes((built_store / "log.sqlite").read_bytes())
    everything(store)
    draw = random.Random(20260101)
    duration, killed, acknowledged = _duration(store, tmp_path), 0, {0}
    for number in range(1, ROUNDS + 1):
        file = source(tmp_path, "changing", "".join(model(f"m{n}") for n in range(number, number + 40)))
        process = started(store, file)
        time.sleep(draw.uniform(0, duration))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = models_of(everything(store))
        before, after = acknowledged, set(range(number, number + 40))
        assert found in (before, after), f"round {number}: half a commit"
        assert store.log.verify() == store.log.head()
        if process.returncode == 0:
            assert found == after, f"round {number}: an acknowledged commit is lost"
        acknowledged = found
        if killed == KILLS:
            break
    assert killed == KILLS
    _equals_its_replay(store)


def _duration(store: Store, folder: Path) -> float:
    """Return the seconds an undisturbed build takes, so that the kills fall all over it."""
    begin = time.monotonic()
    process = started(store, source(folder, "changing", model("m0")))
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return time.monotonic() - begin


def _equals_its_replay(store: Store) -> None:
    replayed = Store(store.directory.with_name("replayed"))
    replayed.directory.mkdir()
    (replayed.directory / "log.sqlite").write_bytes((store.directory / "log.sqlite").read_bytes())
    assert everything(replayed) == everything(store)
