"""The log: numbered, chained, refusing what does not follow its head, telling when it is damaged."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadInput, Conflict, Damaged, NotFound
from kg.log import GENESIS, Draft, Log
from kg.patch import Patch


def draft(*added: str, removed: tuple[str, ...] = ()) -> Draft:
    return Draft("somebody", "a change", "https://w3id.org/atlante/source/x", "", "0" * 64, Patch([*added], [*removed]))


def a_statement(number: int) -> str:
    return f'<urn:s> <urn:p> "{number}" <https://w3id.org/atlante/source/x#p1>'


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log.sqlite")


def test_an_empty_log_stands_at_zero(log: Log) -> None:
    assert log.head() == 0
    assert log.commits() == []


def test_commits_are_numbered_and_each_holds_the_hash_of_the_one_before(log: Log) -> None:
    log.append(0, [draft(a_statement(1)), draft(a_statement(2))])
    first, second = log.commits()
    assert (first.number, second.number) == (1, 2)
    assert (first.previous, second.previous) == (GENESIS, first.hash)
    assert log.verify() == 2


def test_of_a_number_too_large_for_a_commit_there_is_none(log: Log) -> None:
    log.append(0, [draft(a_statement(1))])
    assert log.commits(after=2**64) == []
    assert list(log.rows_after(2**64)) == []
    with pytest.raises(NotFound, match="there is no commit"):
        next(log.rows(2**64))


def test_a_patch_comes_back_as_it_was(log: Log) -> None:
    log.append(0, [draft(a_statement(1), removed=(a_statement(2),))])
    assert Patch.read(log.rows(1)) == Patch([a_statement(1)], [a_statement(2)])


def test_a_change_on_top_of_an_old_head_is_refused_and_leaves_the_log_alone(log: Log) -> None:
    log.append(0, [draft(a_statement(1))])
    with pytest.raises(Conflict, match="stands at commit 1, not 0"):
        log.append(0, [draft(a_statement(2))])
    assert log.head() == 1


def test_a_batch_enters_whole_or_not_at_all(log: Log) -> None:
    class Broken(Patch):
        def rows(self):
            raise OSError("the disk is gone")

    broken = Draft("somebody", "a change", "s", "", "", Broken())
    with pytest.raises(OSError, match="the disk is gone"):
        log.append(0, [draft(a_statement(1)), broken])
    assert log.head() == 0


def test_a_number_that_does_not_exist_is_named(log: Log) -> None:
    log.append(0, [draft(a_statement(1))])
    with pytest.raises(NotFound, match="no commit 7"):
        list(log.rows(7))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE commits SET author = 'another' WHERE number = 1",
        "UPDATE parts SET rows = x'00' WHERE number = 2",
        "DELETE FROM commits WHERE number = 1",
    ],
)
def test_a_damaged_log_does_not_verify(log: Log, damage: str) -> None:
    log.append(0, [draft(a_statement(1)), draft(a_statement(2))])
    with sqlite3.connect(log.path) as connection:
        connection.execute(damage)
    connection.close()
    with pytest.raises(Damaged, match=r"commit [12]"):
        log.verify()


def test_a_row_that_is_no_patch_is_refused_by_its_line() -> None:
    with pytest.raises(BadInput, match="line 2"):
        Patch.read(["TX .\n", "B <urn:s> <urn:p> <urn:o> .\n"])


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_a_patch_leads_from_one_state_to_the_other(before: set[int], after: set[int]) -> None:
    old, new = {a_statement(n) for n in before}, {a_statement(n) for n in after}
    patch = Patch.between(old, new)
    assert (old - set(patch.removed)) | set(patch.added) == new
    assert Patch.read(patch.rows()) == patch
    assert bool(patch) == (old != new)
