"""The check of a change: it finds whatever the full check finds anew, and nothing that the full check does not."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.assemble import apply
from kg.check import Result, check
from kg.check.changed import check_change
from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.infer_change import infer_change
from kg.names import BASE, ONTOLOGY
from kg.patch import Patch
from kg.paths import ontology_files
from kg.sources import read, read_graph

BAD = sorted((Path(__file__).parent / "bad").glob("*.trig"))
EX = "http://example.org/"
THINGS = [f"<{BASE}id/{name}>" for name in "abcde"]
PROPERTIES = [f"<{EX}{name}>" for name in ("p", "q", "r")]
PLACES = [f"<{BASE}source/one#p{number}>" for number in (1, 2)]
VALUES = [
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"text"',
]


def keys(results: Iterable[Result]) -> set[tuple[str | None, ...]]:
    # A shape without a name has another blank node, and is called by it, at each reading.
    return {
        (one.rule if one.shape else "", one.focus, one.path, one.value, one.component, one.shape) for one in results
    }


def follow(engine: Engine, states: list[set[str]], shapes: list[Path] | None = None) -> None:
    """Lead an engine through states, and compare the check of each change with the full one."""
    held, known = set[str](), keys(check(engine, shapes).results)
    for state in states:
        patch = Patch.between(held, state)
        touched = infer_change(engine, patch)
        full = keys(check(engine, shapes).results)
        graphs = {one.rpartition(" ")[2][1:-1] for one in (*patch.added, *patch.removed)}
        report = None if touched is None else check_change(engine, touched, graphs, shapes)
        if report is not None:
            found = keys(report.results)
            assert found <= full
            assert full - found <= known
        held, known = state, full


def with_ontology() -> Engine:
    engine = OxigraphEngine.in_memory()
    apply(engine, Patch(added=sorted(read_graph(ontology_files(), ONTOLOGY).statements)).rows)
    infer(engine, afresh=True)
    return engine


@pytest.fixture(scope="module")
def broken() -> list[str]:
    """Statements of the files that break a rule each."""
    return sorted(statement for path in BAD for statement in read(path).statements)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_of_our_rules_none_that_is_newly_broken_is_missed(broken: list[str], data: st.DataObject) -> None:
    some = st.lists(st.integers(0, len(broken) - 1), max_size=60)
    states = [{broken[number] for number in data.draw(some)} for _ in range(3)]
    follow(with_ontology(), states)


path = st.recursive(
    st.sampled_from(PROPERTIES),
    lambda inner: st.one_of(
        st.builds("[ sh:inversePath {} ]".format, inner),
        st.builds("( {} {} )".format, inner, inner),
        st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
        st.builds("[ sh:zeroOrMorePath {} ]".format, inner),
        st.builds("[ sh:zeroOrOnePath {} ]".format, inner),
    ),
    max_leaves=3,
)
simple = st.one_of(
    st.builds("sh:minCount {}".format, st.integers(1, 2)),
    st.builds("sh:maxCount {}".format, st.integers(0, 1)),
    st.builds("sh:lessThan {}".format, st.sampled_from(PROPERTIES)),
    st.builds("sh:equals {}".format, st.sampled_from(PROPERTIES)),
    st.builds("sh:disjoint {}".format, st.sampled_from(PROPERTIES)),
    st.builds("sh:class {}".format, st.sampled_from([f"<{EX}C>", f"<{EX}D>"])),
    st.just("sh:nodeKind sh:IRI"),
    st.builds("sh:hasValue {}".format, st.sampled_from([*THINGS, *VALUES])),
)
constraint = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds("sh:node [ sh:property [ sh:path {} ; {} ] ]".format, path, inner),
        st.builds("sh:property [ sh:path {} ; {} ]".format, path, inner),
        st.builds("sh:not [ sh:path {} ; {} ]".format, path, inner),
        st.builds("sh:or ( [ sh:path {} ; {} ] [ sh:class <http://example.org/C> ] )".format, path, inner),
        st.builds("sh:qualifiedValueShape [ sh:path {} ; {} ] ; sh:qualifiedMinCount 1".format, path, inner),
        st.just("sh:node [ sh:closed true ; sh:property [ sh:path <http://example.org/p> ] ]"),
    ),
    max_leaves=3,
)
target = st.one_of(
    st.builds("sh:targetSubjectsOf {}".format, st.sampled_from(PROPERTIES)),
    st.builds("sh:targetObjectsOf {}".format, st.sampled_from(PROPERTIES)),
    st.builds("sh:targetNode {}".format, st.sampled_from(THINGS)),
    st.just("sh:targetClass <http://example.org/C>"),
)
shape = st.builds("a sh:PropertyShape ; {} ; sh:path {} ; {} .".format, target, path, constraint)
typed = st.builds(
    "{} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {} {}".format,
    st.sampled_from(THINGS),
    st.sampled_from([f"<{EX}C>", f"<{EX}D>"]),
    st.sampled_from(PLACES),
)
linked = st.builds(
    "{} {} {} {}".format,
    st.sampled_from(THINGS),
    st.sampled_from(PROPERTIES),
    st.sampled_from([*THINGS, *VALUES]),
    st.sampled_from(PLACES),
)
states = st.lists(st.sets(st.one_of(linked, linked, typed), max_size=8), min_size=2, max_size=4)


@settings(max_examples=40, deadline=None)
@given(states=states, shapes=st.lists(shape, min_size=1, max_size=2))
def test_of_any_shapes_no_result_that_is_new_is_missed(
    tmp_path_factory: pytest.TempPathFactory, states: list[set[str]], shapes: list[str]
) -> None:
    file = tmp_path_factory.mktemp("shapes") / "shapes.ttl"
    told = [f"<http://example.org/shape{number}> {one}" for number, one in enumerate(shapes)]
    file.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n" + "\n".join(told), encoding="utf-8")
    engine = OxigraphEngine.in_memory()
    engine.load(f"<{EX}D> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{EX}C> .".encode())
    follow(engine, states, [file])
