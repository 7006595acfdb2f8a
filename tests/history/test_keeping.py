"""Verifying, backing up, restoring: damage is found and named, a copy is whole, and nothing is overwritten."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from history.worlds import built, everything, kg, model, source
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine.oxigraph import OxigraphEngine
from kg.errors import Damaged
from kg.history.backing_up import backup, restore
from kg.history.verifying import verify
from kg.log import Draft, Log
from kg.names import ID, SOURCE
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode, Quad
from kg.store import Store


@contextmanager
def edited(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        connection.commit()


def _reads(log: Log, number: int) -> list[str]:
    try:
        return list(log.rows(number))
    except Damaged:
        return []


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 3), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_byte_flipped_anywhere_in_a_patch_is_found_unless_it_changes_nothing(
    number: int, place: float, mask: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder) / "log.sqlite")
        drafts = [
            Draft("tests", "a change", SOURCE + "x", "", "", Patch([f'<urn:s> <urn:p> "{n}" <{SOURCE}x#p1>']))
            for n in range(3)
        ]
        log.append(0, drafts)
        written = list(log.rows(number))
        with edited(log.path) as connection:
            (part,) = connection.execute("SELECT rows FROM parts WHERE number = ?", (number,)).fetchone()
            flipped = bytearray(part)
            flipped[int(place * len(part))] ^= mask
            connection.execute("UPDATE parts SET rows = ? WHERE number = ?", (bytes(flipped), number))
        if _reads(log, number) == written:  # a bit that the compressed form has no use for
            assert log.verify() == 3
        else:
            with pytest.raises(Damaged, match=rf"commit {number}\b"):
                log.verify()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE commits SET message = 'another' WHERE number = 5",
        "UPDATE commits SET number = 500 WHERE number = 5",
        "DELETE FROM parts WHERE number = 5",
    ],
)
def test_the_first_commit_that_is_not_what_was_written_is_named(store: Store, damage: str) -> None:
    everything(store)
    assert kg(store, "verify").exit_code == 0
    with edited(store.log.path) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(damage)
    result = kg(store, "verify")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "commit 5 " in result.stderr or "commit 6 " in result.stderr


def test_a_log_that_lost_its_end_is_told_by_the_view(store: Store) -> None:
    everything(store)
    head = store.log.head()
    with edited(store.log.path) as connection:
        connection.execute("DELETE FROM parts WHERE number = ?", (head,))
        connection.execute("DELETE FROM commits WHERE number = ?", (head,))
    with pytest.raises(Damaged, match=f"commits {head} to {head} are gone"):
        verify(store)


@contextmanager
def opened(snapshot: Path, beside: Path) -> Iterator[OxigraphEngine]:
    """Give an engine that can change a snapshot."""
    view = OxigraphEngine.open(snapshot)
    yield view
    view.snapshot(beside)
    view.close()
    shutil.rmtree(snapshot)
    beside.rename(snapshot)


@pytest.mark.parametrize("graph", [NamedNode(SOURCE + "mine#p1"), DefaultGraph()])
@pytest.mark.parametrize("lost", [True, False])
def test_a_view_that_is_not_what_the_log_makes_is_told_with_the_commit(
    store: Store, tmp_path: Path, graph: NamedNode | DefaultGraph, lost: bool
) -> None:
    one = built(store, source(tmp_path, "mine", {"p1": model("one")}))
    snapshot = store.snapshot()
    assert snapshot
    with opened(snapshot, tmp_path / "changed") as view:
        if lost:
            view.delete(list(view.quads(NamedNode(ID + "one"), None, None, graph)))
        else:
            view.insert([Quad(NamedNode(ID + "one"), NamedNode("urn:p"), NamedNode("urn:o"), graph)])
    result = kg(store, "verify")
    assert result.exit_code == 3
    assert f"the view of commit {one.number} is not what the log makes" in result.stderr
    assert ("it lacks <" if lost else "it has <") in result.stderr
    assert (f"from commit {one.number} on" in result.stderr) == lost


def test_every_snapshot_that_is_kept_is_compared(store: Store, tmp_path: Path) -> None:
    numbers = [built(store, source(tmp_path, "mine", {"p1": model(slug)})).number for slug in ("one", "two")]
    with opened(store.directory / "snapshots" / f"{numbers[0]:06}", tmp_path / "changed") as view:
        view.insert([Quad(NamedNode(ID + "one"), NamedNode("urn:p"), NamedNode("urn:o"), DefaultGraph())])
    result = kg(store, "verify")
    assert (result.exit_code, f"the view of commit {numbers[0]} is not" in result.stderr) == (3, True)


def test_a_store_without_a_view_is_verified_by_its_log_alone(store: Store) -> None:
    (store.directory / "current").unlink()
    assert (verify(store).views, verify(store).commits) == ([], store.log.head())


def test_a_backup_restored_is_the_same_store(store: Store, tmp_path: Path) -> None:
    built(store, source(tmp_path, "mine", {"p1": model("one")}))
    with store.writer():  # as a build does meanwhile
        assert backup(store, tmp_path / "copy.sqlite") == store.log.head()
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.sqlite"]
    bytes_before = (tmp_path / "copy.sqlite").read_bytes()
    number, held = restore(tmp_path / "copy.sqlite", tmp_path / "restored")
    assert (number, held.statements > 0) == (store.log.head(), True)
    restored = Store(tmp_path / "restored")
    assert everything(restored) == everything(store)
    assert restored.log.commits() == store.log.commits()
    assert (tmp_path / "copy.sqlite").read_bytes() == bytes_before
    asked = ["ask", "who licenses GPT-3?", "--format", "json"]
    assert kg(restored, *asked).stdout == kg(store, *asked).stdout


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert kg(store, "backup", copy).exit_code == 0
    before = everything(store)
    for command in (["backup", copy], ["backup", store.log.path], ["restore", copy]):
        result = kg(store, *command)
        assert result.exit_code == 2
        assert "already" in result.stderr
    assert everything(store) == before


def test_a_damaged_backup_or_another_file_makes_no_store(store: Store, tmp_path: Path) -> None:
    copy, text, empty = tmp_path / "copy.sqlite", tmp_path / "text", tmp_path / "empty"
    kg(store, "backup", copy)
    with edited(copy) as connection:
        connection.execute("UPDATE commits SET author = 'another' WHERE number = 3")
    text.write_text("no database " * 1000)
    empty.touch()
    restored = tmp_path / "restored"
    for file, code, said in ((copy, 3, "commit 3 "), (text, 2, "no backup"), (empty, 2, "no commit")):
        result = kg(restored, "restore", file)
        assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
        assert not restored.exists()


def test_an_empty_store_has_nothing_to_back_up_or_verify(tmp_path: Path) -> None:
    for command in (["backup", tmp_path / "copy.sqlite"], ["verify"], ["revert", "1"]):
        result = kg(tmp_path / "none", *command)
        assert result.exit_code == 1
        assert "kg build" in result.stderr
    assert not (tmp_path / "none").exists()
