"""Undoing a commit: the state before it, nothing lost, nothing guessed, and what the next build makes of it."""

from pathlib import Path

import pytest
from history.worlds import built, everything, holds, kg, model, source

from kg.build import build
from kg.errors import BadInput
from kg.history.reverting import revert
from kg.names import SOURCE
from kg.store import Store

FIRST = {"p1": model("one")}
CHANGES = {
    "a statement more": {"p1": model("one") + model("two")},
    "a statement less": {"p1": model("two")},
    "another place": {"p2": model("one")},
    "another value": {"p1": model("one", name="another")},
    "another standing": FIRST | {"": f"<{SOURCE}mine#p1> kg:standing kg:Reported ; kg:modality kg:Claimed ."},
}


@pytest.mark.parametrize("change", CHANGES)
def test_reverting_the_last_commit_gives_the_state_before_it(store: Store, tmp_path: Path, change: str) -> None:
    built(store, source(tmp_path, "mine", FIRST))
    before = everything(store)
    last = built(store, source(tmp_path, "mine", CHANGES[change]))
    revert(store, last.number, author="tests")
    assert everything(store) == before
    assert store.log.verify() == last.number + 1


def test_a_revert_is_a_commit_that_can_be_reverted(store: Store, tmp_path: Path) -> None:
    last = built(store, source(tmp_path, "mine", FIRST))
    after = everything(store)
    (undone,) = revert(store, last.number, author="somebody").commits
    assert (undone.author, undone.removed) == ("somebody", last.added)
    assert undone.message == f"revert of commit {last.number} ({last.message})"
    assert not holds(store, "one")
    revert(store, undone.number)
    assert everything(store) == after


def test_a_commit_can_be_reverted_beneath_later_ones_that_left_its_statements_alone(
    store: Store, tmp_path: Path
) -> None:
    first = built(store, source(tmp_path, "mine", FIRST))
    built(store, source(tmp_path, "other", {"p1": model("two")}))
    revert(store, first.number)
    assert not holds(store, "one")
    assert holds(store, "two")


def test_what_a_later_commit_changed_is_not_guessed_at(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", FIRST))
    last = built(store, source(tmp_path, "mine", {"p1": model("two")}))
    before = everything(store)
    result = kg(store, "revert", first.number)
    assert result.exit_code == 2
    assert f"commit {last.number} has removed what this commit added: <" in result.stderr
    assert f"Revert commit {last.number} first" in result.stderr
    assert (everything(store), store.log.head()) == (before, last.number)


def test_a_later_change_that_was_itself_reverted_stands_in_no_ones_way(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", FIRST))
    last = built(store, source(tmp_path, "mine", {"p1": model("two")}))
    revert(store, last.number)
    revert(store, first.number)
    assert not holds(store, "one")


def test_a_revert_that_would_break_a_shape_is_refused(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", FIRST))
    last = built(store, source(tmp_path, "mine", FIRST | {"p2": model("two")}))
    before = everything(store)
    result = kg(store, "revert", first.number)
    assert result.exit_code == 1
    assert "breaks the shapes" in result.stderr
    assert "[unsourced]" in result.stderr
    assert (everything(store), store.log.head()) == (before, last.number)


def test_nothing_stands_before_the_first_commit(store: Store) -> None:
    with pytest.raises(BadInput, match="nothing to undo"):
        revert(store, 0)


def test_the_next_build_of_an_unchanged_file_does_not_bring_back_what_was_undone(store: Store, tmp_path: Path) -> None:
    file = source(tmp_path, "mine", FIRST)
    revert(store, built(store, file).number)
    assert build(store, [file]).commits == []
    assert not holds(store, "one")


def test_a_changed_file_is_taken_at_its_word_again(store: Store, tmp_path: Path) -> None:
    revert(store, built(store, source(tmp_path, "mine", FIRST)).number)
    built(store, source(tmp_path, "mine", {"p1": model("one") + model("two")}))
    assert holds(store, "one")
    assert holds(store, "two")


def test_what_was_undone_of_the_shipped_data_stays_undone(store: Store) -> None:
    last = store.log.commits()[-1]
    revert(store, last.number)
    after = everything(store)
    assert build(store).commits == []
    assert everything(store) == after


def test_after_a_revert_another_file_still_cannot_take_the_source_over(store: Store, tmp_path: Path) -> None:
    built(store, source(tmp_path, "mine", FIRST))
    last = built(store, source(tmp_path, "mine", {"p1": model("one") + model("two")}))
    revert(store, last.number)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(BadInput, match="already another file's source"):
        build(store, [source(elsewhere, "mine", {"p1": model("three")})])
