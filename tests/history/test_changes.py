"""Differences between commits, and who brought what: for any past, and in words."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from history.worlds import built, kg, model, source
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import NotFound
from kg.history.blaming import blame
from kg.history.changes import diff, touches
from kg.log import Draft, Log
from kg.names import ID, SOURCE
from kg.patch import Patch
from kg.store import Store

THINGS = [f"{ID}thing-{number}" for number in range(3)]
STATEMENTS = [
    f'<{thing}> <urn:says> "{number}" <{SOURCE}{slug}#p1>' for thing in THINGS for number in range(2) for slug in "ab"
]
pasts = st.lists(st.sets(st.sampled_from(STATEMENTS)), min_size=1, max_size=6)
"""What holds after each commit."""


def logged(folder: str, states: Sequence[set[str]]) -> Log:
    """Return a log whose commits lead through the states."""
    log, before = Log(Path(folder) / "log.sqlite"), set[str]()
    for state in states:
        log.append(log.head(), [Draft("tests", "a change", SOURCE + "a", "", "", Patch.between(before, state))])
        before = state
    return log


@settings(deadline=None, max_examples=40)
@given(pasts, st.data())
def test_a_difference_leads_from_one_state_to_the_other_and_its_inverse_back(
    states: list[set[str]], data: st.DataObject
) -> None:
    numbers = st.integers(0, len(states))
    first, last = data.draw(numbers), data.draw(numbers)
    with tempfile.TemporaryDirectory() as folder:
        log = logged(folder, states)
        there, back = diff(log, first, last), diff(log, last, first)
    before, after = ([set[str](), *states][number] for number in (first, last))
    assert (before - set(there.removed)) | set(there.added) == after
    assert set(there.removed) <= before
    assert not set(there.added) & before
    assert back == there.inverted()


@settings(deadline=None, max_examples=40)
@given(pasts, st.sampled_from(THINGS))
def test_blame_names_for_each_statement_a_commit_whose_patch_adds_it_and_none_later_touches(
    states: list[set[str]], thing: str
) -> None:
    of_thing = {statement for statement in states[-1] if statement.startswith(f"<{thing}>")}
    with tempfile.TemporaryDirectory() as folder:
        log = logged(folder, states)
        if not of_thing:
            with pytest.raises(NotFound):
                blame(log, thing)
            return
        found = {one.statement: one.commit.number for one in blame(log, thing)}
        assert found.keys() == of_thing
        for statement, number in found.items():
            assert statement in Patch.read(log.rows(number)).added
            assert not [touch for touch in touches(log, after=number) if touch.statement == statement]


def test_a_value_in_the_place_of_another_is_told_as_such_with_who_says_it(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", {"p1": model("one", name="First")}))
    last = built(store, source(tmp_path, "mine", {"p2": model("one", name="Second")}))
    told = kg(store, "diff", first.number, last.number).stdout.splitlines()
    assert "Second: is a model, now said by mine#p2, no longer said by mine#p1" in told
    assert json.loads(kg(store, "diff", first.number, last.number, "--format", "json").stdout)


def test_one_value_for_one_is_told_in_both_languages(store: Store, tmp_path: Path) -> None:
    parameters = "; kg:releasedOn '{}'^^<http://www.w3.org/2001/XMLSchema#gYear>"
    first = built(store, source(tmp_path, "mine", {"p1": model("one", more=parameters.format(2020))}))
    last = built(store, source(tmp_path, "mine", {"p1": model("one", more=parameters.format(2021))}))
    for language, says in (("en", "says"), ("it", "lo dice")):
        (line,) = kg(store, "diff", first.number, last.number, "--lang", language).stdout.splitlines()
        assert line.startswith("one: ")
        assert line.endswith(f" 2020 -> 2021 ({says} mine#p1)")


def test_what_another_source_still_says_is_told_to_be_so(store: Store, tmp_path: Path) -> None:
    other = source(tmp_path, "other", {"p7": model("one")})
    mine = source(tmp_path, "mine", {"p1": model("one") + model("two")})
    built(store, mine)
    second = built(store, other)
    third = built(store, source(tmp_path, "mine", {"p1": model("two")}))
    added = kg(store, "diff", second.number - 1, second.number).stdout
    assert "one: is a model, now also said by other#p7; already said by mine#p1\n" in added
    removed = kg(store, "diff", second.number, third.number).stdout
    assert "one: is a model, no longer said by mine#p1; still said by other#p7\n" in removed


def test_what_a_place_only_reports_is_told_to_be_reported(store: Store, tmp_path: Path) -> None:
    standing = "<https://w3id.org/atlante/source/{}#p1> kg:standing kg:{} ."
    reported = {"p1": model("one"), "": standing.format("mine", "Reported")}
    first = built(store, source(tmp_path, "mine", reported))
    second = built(store, source(tmp_path, "other", {"p7": model("one")}))
    third = built(store, source(tmp_path, "mine", {"p1": model("two"), "": standing.format("mine", "Asserted")}))
    told = {
        (commit.number, language): kg(store, "diff", commit.number - 1, commit.number, "--lang", language).stdout
        for commit in (first, second, third)
        for language in ("en", "it")
    }
    assert "one: now is a model (reports mine#p1)\n" in told[first.number, "en"]
    assert "(lo riporta mine#p1)\n" in told[first.number, "it"]
    assert "one: is a model, now also said by other#p7; already reported by mine#p1\n" in told[second.number, "en"]
    assert "ora anche detto da other#p7; già riportato da mine#p1\n" in told[second.number, "it"]
    assert "one: is a model, no longer reported by mine#p1; still said by other#p7\n" in told[third.number, "en"]
    history = kg(store, "show", "one", "--history").stdout
    assert "one: now is a model (reports mine#p1)\n" in history
    assert "no longer reported by mine#p1" in history


@pytest.mark.parametrize(("language", "rest"), [("en", "and 1 more"), ("it", "e altri 1")])
def test_of_many_places_the_rest_are_counted(store: Store, tmp_path: Path, language: str, rest: str) -> None:
    last = built(store, source(tmp_path, "mine", {f"p{number}": model("one") for number in range(7)}))
    told = kg(store, "diff", last.number - 1, last.number, "--lang", language).stdout
    assert f"mine#p0, p1, p2, p3, p4, p5 {rest})" in told


def test_what_is_gone_from_the_graph_is_still_called_by_its_name(store: Store, tmp_path: Path) -> None:
    built(store, source(tmp_path, "mine", {"p1": model("one", name="The First") + model("two")}))
    last = built(store, source(tmp_path, "mine", {"p1": model("two")}))
    told = kg(store, "diff", last.number - 1, last.number).stdout
    assert "The First: no longer is a model (said mine#p1)\n" in told
    assert f"commit {last.number}, " in kg(store, "show", "one", "--history").stdout
    assert kg(store, "blame", "one").exit_code == 1


def test_a_difference_as_a_patch_is_that_of_the_log(store: Store, tmp_path: Path) -> None:
    last = built(store, source(tmp_path, "mine", {"p1": model("one")}))
    patch = kg(store, "diff", last.number - 1, last.number, "--format", "patch").stdout
    assert patch == kg(store, "log", last.number).stdout
    assert "the same" in kg(store, "diff", 1, 1).stderr


def test_a_commit_that_is_not_there_is_named(store: Store) -> None:
    for command in (["diff", "0", "999"], ["diff", "999", "1"], ["log", "999"], ["revert", "999"]):
        result = kg(store, *command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no commit 999" in result.stderr


def test_the_list_tells_how_many_statements_and_graphs_each_commit_touched(store: Store, tmp_path: Path) -> None:
    last = built(store, source(tmp_path, "mine", {"p1": model("one"), "p2": model("two")}))
    (one,) = json.loads(kg(store, "log", "--since", last.number - 1, "--format", "json").stdout)
    assert (one["number"], one["author"], one["added"]) == (last.number, "tests", last.added)
    graphs = {graph["graph"].rpartition("/")[2]: graph["added"] for graph in one["graphs"]}
    assert graphs.keys() == {"mine", "mine#p1", "mine#p2"}
    assert sum(graphs.values()) == last.added
    assert len(kg(store, "log", "--limit", 3).stdout.splitlines()) == 2 + 3


def test_the_history_of_a_thing_tells_each_commit_that_changed_what_is_said_of_it(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", {"p1": model("one", name="First")}))
    built(store, source(tmp_path, "other", {"p1": model("two")}))
    third = built(store, source(tmp_path, "mine", {"p1": model("one", name="Uno")}))
    told = kg(store, "show", "one", "--history").stdout.splitlines()
    assert told[0] == "Uno  (id:one)"
    headings = [line.split(",")[0] for line in told if line.startswith("commit ")]
    assert headings == [f"commit {first.number}", f"commit {third.number}"]
    assert any("is a model (says mine#p1)" in line for line in told)


def test_blame_tells_commit_and_place_and_keeps_to_a_property(store: Store, tmp_path: Path) -> None:
    first = built(store, source(tmp_path, "mine", {"p1": model("one")}))
    second = built(store, source(tmp_path, "other", {"p3": model("one")}))
    rows = json.loads(kg(store, "blame", "one", "rdf:type", "--format", "json").stdout)
    assert {(row["commit"], row["graph"]) for row in rows} == {
        (first.number, f"{SOURCE}mine#p1"),
        (second.number, f"{SOURCE}other#p3"),
    }
    assert "other#p3" in kg(store, "blame", "one", "rdf:type").stdout
    assert kg(store, "blame", "one", "developedBy").exit_code == 1
