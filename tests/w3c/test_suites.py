"""Conformance as data: each test of the suites passes, or is in skips.tsv with the reason why it still fails."""

import os
from collections.abc import Iterator

import pytest
from w3c import manifest
from w3c.compare import Rows, same
from w3c.run import run
from w3c.suites import SUITES, skips

from kg.rdf import BlankNode, Literal, NamedNode

HERE = manifest.SUITES.is_dir()
SKIPS = skips()


def entries() -> Iterator[pytest.param]:
    for test in (test for path in SUITES.values() for test in manifest.tests(path)):
        skip = SKIPS.get(test.name)
        marks = [pytest.mark.xfail(reason=skip.reason, raises=AssertionError, strict=True)] if skip else []
        yield pytest.param(test, id=test.name, marks=marks)


def test_the_suites_are_there() -> None:
    if not HERE and os.environ.get("CI") != "true":
        pytest.skip(f"no folder {manifest.SUITES}; set KG_SUITES to the folder of the W3C's suites")
    assert HERE, f"no folder {manifest.SUITES}"


@pytest.mark.parametrize("test", list(entries()) if HERE else [])
def test_the_suites_pass(test: manifest.Test) -> None:
    run(test)


@pytest.mark.skipif(not HERE, reason="no suites")
def test_what_is_skipped_exists_and_has_a_reason() -> None:
    names = [test.name for path in SUITES.values() for test in manifest.tests(path)]
    assert len(names) == len(set(names))
    assert SKIPS.keys() <= set(names)
    assert all(skip.group and skip.reason for skip in SKIPS.values())


A, B = BlankNode("a"), BlankNode("b")


def rows(*solutions: BlankNode | Literal | NamedNode, ordered: bool = False) -> Rows:
    return Rows(frozenset({"x"}), tuple({"x": term} for term in solutions), ordered)


def test_blank_nodes_are_the_same_under_other_names_but_not_one() -> None:
    assert same(rows(A, B), rows(B, A))
    assert not same(rows(A, B), rows(A, A))


def test_solutions_count_as_often_as_they_come_unless_cardinality_is_lax() -> None:
    one = Literal("x")
    assert not same(rows(one, one), rows(one))
    assert same(rows(one, one), rows(one), lax=True)


def test_order_counts_where_both_answers_are_ordered() -> None:
    one, two = Literal("1"), Literal("2")
    assert same(rows(one, two), rows(two, one, ordered=True))
    assert not same(rows(one, two, ordered=True), rows(two, one, ordered=True))


def test_numbers_compare_by_value_and_datatype() -> None:
    assert same(rows(Literal(1.0)), rows(Literal("1.0E0", datatype=Literal(1.0).datatype)))
    assert not same(rows(Literal(1.0)), rows(Literal(1)))
