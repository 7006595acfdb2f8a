"""Matching: what speaks for and against, and what follows."""

from dataclasses import replace

import pytest

from kg.identity.decisions import Decisions
from kg.identity.matching import AUTOMATIC, CANDIDATE, Pair, blocks, candidates, compare
from kg.identity.merging import merges
from kg.identity.records import Record


def record(name: str, kind: str = "organisation", **more: object) -> Record:
    made = Record(f"https://example.org/{name}/{len(more)}/{kind}", kind, (name,))
    return replace(made, **{key: frozenset(value) if isinstance(value, set) else value for key, value in more.items()})


def score(left: Record, right: Record) -> float:
    return compare(left, right).score


def test_a_shared_key_decides_whatever_the_names_say() -> None:
    ids = {"top500Id": frozenset({"180024"})}
    pair = compare(
        record("Voyager-EUS2", "system", identifiers=ids), record("Azure machine", "system", identifiers=ids)
    )
    assert pair.score == 1
    assert pair.reasons_for == ("both have top500Id 180024",)


def test_two_values_of_one_key_decide_against_the_same_name() -> None:
    one, other = ({"top500Id": frozenset({number})} for number in ("180236", "179598"))
    pair = compare(record("Eagle", "system", identifiers=one), record("Eagle", "system", identifiers=other))
    assert pair.score == 0
    assert pair.reasons_against


def test_things_of_two_kinds_are_never_one() -> None:
    pair = compare(record("Azure", "system"), record("Azure", "organisation"))
    assert (pair.score, pair.reasons_against) == (0, ("one is a system, the other a organisation",))


def test_a_name_alone_is_no_reason_where_it_names_nobody() -> None:
    for name in ("Cloud Provider", "Bank (Z)", "Government"):
        assert score(record(name), record(name, places={"China"})) < AUTOMATIC


def test_the_country_tells_universities_of_one_name_apart() -> None:
    boston, shenyang = ({"United States"}, {"China"})
    name = "Northeastern University"
    assert score(record(name, places=boston), record(name, places=shenyang)) < AUTOMATIC
    assert score(record(name, places=boston), replace(record(name, places=boston), iri="urn:x")) >= AUTOMATIC


def test_the_branch_in_one_country_is_not_the_company() -> None:
    assert score(record("IBM", places={"United States"}), record("IBM (Germany)", places={"Germany"})) < CANDIDATE


@pytest.mark.parametrize(
    ("one", "other"), [("GPT-4", "GPT-4.1"), ("Llama 3 8B", "Llama 3 70B"), ("Grok-2", "Grok-3"), ("o1", "o1-mini")]
)
def test_another_version_size_or_variant_is_another_model(one: str, other: str) -> None:
    same = {"related": {"Somebody"}, "dates": {"2024-01-01"}}
    assert score(record(one, "model", **same), record(other, "model", **same)) < CANDIDATE


def test_reasons_are_told_on_both_sides() -> None:
    left = record("GOAT", "model", related={"DeepMind"}, dates={"2021-07-27"})
    right = record("GOAT", "model", related={"National University of Singapore"}, dates={"2023-05-23"})
    pair = compare(left, right)
    assert pair.reasons_for == ("the same name: 'GOAT'",)
    assert len(pair.reasons_against) == 2
    assert pair.score < AUTOMATIC


@pytest.mark.parametrize("date", ["unknown", "", "2024-13-45", "soon", "2024/10"])
def test_a_date_that_is_none_is_no_evidence(date: str) -> None:
    plain = score(record("GPT-9", "model"), record("GPT 9", "model"))
    dated = score(record("GPT-9", "model", dates={date}), record("GPT 9", "model", dates={"2020"}))
    assert plain == dated


def test_the_order_of_a_pair_does_not_matter() -> None:
    left = record("Oak Ridge NL Summit", "system", related={"US Department of Energy"}, places={"United States"})
    right = record("Summit", "system", related={"DOE/SC/Oak Ridge National Laboratory"}, places={"United States"})
    assert score(left, right) == score(right, left) > CANDIDATE


def test_blocks_yield_each_pair_once() -> None:
    records = [record(name) for name in ("Meta AI", "Meta", "Meta AI Research", "Microsoft")]
    pairs = [frozenset((left.iri, right.iri)) for left, right in blocks(records)]
    assert len(pairs) == len(set(pairs))
    assert frozenset((records[0].iri, records[1].iri)) in pairs


def named(pairs: list[Pair]) -> set[frozenset[str]]:
    return {frozenset((pair.left.names[0], pair.right.names[0])) for pair in pairs}


def test_candidates_are_sorted_and_leave_the_hopeless_out() -> None:
    records = [record("OpenAI"), record("Open AI"), record("Oracle"), record("Bank (Z)"), record("Bank (J)")]
    found = candidates(records)
    assert named(found) == {frozenset(("OpenAI", "Open AI"))}


def test_a_merge_never_joins_what_a_key_tells_apart() -> None:
    middle = record("Preferred Networks", places={"Japan"})
    branches = [
        record(f"Preferred Networks{end}", places={"Japan"}, identifiers={"ror": frozenset({end})})
        for end in (" Inc", " Ltd")
    ]
    merged = merges([middle, *branches], Decisions())
    assert len(merged) == 1


def test_merges_do_not_depend_on_the_order_of_the_records() -> None:
    records = [record(name, places={"Italy"}) for name in ("Eni S.p.A.", "Eni", "ENI SpA")]
    assert merges(records, Decisions()) == merges(records[::-1], Decisions())
    assert set(merges(records, Decisions()).values()) == {"https://example.org/Eni/1/organisation"}
