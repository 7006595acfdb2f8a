"""Paths between entities: on small graphs made for the purpose, against networkx on the whole graph."""

from itertools import pairwise

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import BadInput
from kg.explore import Path, paths
from kg.names import ASSERTED, ID, NS, SOURCE, STANDING
from kg.rdf import NamedNode, Quad

PLACE = NamedNode(SOURCE + "made-up#p1")
OTHER = NamedNode(SOURCE + "made-up#p2")
REPORTED = NamedNode(SOURCE + "made-up#p3")
JOINS = NamedNode(NS + "uses")


def thing(name: object) -> NamedNode:
    return NamedNode(f"{ID}{name}")


def engine_of(edges: list[tuple[object, object]], place: NamedNode = PLACE) -> OxigraphEngine:
    engine = OxigraphEngine.in_memory()
    quads = [Quad(thing(one), JOINS, thing(other), place) for one, other in edges]
    standings = [Quad(graph, NamedNode(STANDING), NamedNode(ASSERTED)) for graph in (PLACE, OTHER)]
    reported = Quad(REPORTED, NamedNode(STANDING), NamedNode(NS + "Reported"))
    engine.insert([*quads, *standings, reported])
    return engine


def names(path: Path) -> list[str]:
    ends = [path.steps[0].start, *(step.end for step in path.steps)]
    return [iri.removeprefix(ID) for iri in ends]


def test_the_shortest_path_comes_first_and_the_next_ones_after_it() -> None:
    engine = engine_of([("a", "b"), ("c", "b"), ("c", "z"), ("a", "d"), ("d", "e"), ("e", "f"), ("f", "z")])
    found = paths(engine, ID + "a", ID + "z")
    assert [names(path) for path in found.paths] == [["a", "b", "c", "z"], ["a", "d", "e", "f", "z"]]
    assert found.complete


def test_each_step_names_its_statements_and_their_evidence() -> None:
    engine = engine_of([("a", "b")])
    engine.insert([Quad(thing("a"), JOINS, thing("b"), OTHER), Quad(thing("b"), JOINS, thing("a"), OTHER)])
    (path,) = paths(engine, ID + "b", ID + "a").paths
    (step,) = path.steps
    assert (step.start, step.end) == (ID + "b", ID + "a")
    assert [(one.subject, one.object, one.evidence) for one in step.statements] == [
        (ID + "a", ID + "b", (PLACE.value, OTHER.value)),
        (ID + "b", ID + "a", (OTHER.value,)),
    ]


def test_what_is_only_reported_joins_nothing() -> None:
    assert paths(engine_of([("a", "b")], REPORTED), ID + "a", ID + "b").paths == []


def test_a_path_around_a_hub_comes_before_one_of_the_same_length_through_it() -> None:
    engine = engine_of([("a", "hub"), ("hub", "z"), ("a", "quiet"), ("quiet", "z")])
    engine.insert(Quad(thing(f"x{number}"), JOINS, thing("hub"), PLACE) for number in range(300))
    found = paths(engine, ID + "a", ID + "z").paths
    assert [names(path) for path in found] == [["a", "quiet", "z"], ["a", "hub", "z"]]
    assert found[0].cost < found[1].cost


def test_a_hub_larger_than_the_query_is_crossed_and_the_gap_is_told() -> None:
    engine = engine_of([("a", "hub"), ("z", "hub")])
    engine.insert(Quad(thing(f"x{number}"), JOINS, thing("hub"), PLACE) for number in range(3000))
    found = paths(engine, ID + "a", ID + "z")
    assert [names(path) for path in found.paths] == [["a", "hub", "z"]]
    assert not paths(engine, ID + "hub", ID + "nowhere").complete


def test_no_path_is_longer_than_asked_for() -> None:
    engine = engine_of(list(pairwise("abcdefgh")))
    assert paths(engine, ID + "a", ID + "h", longest=6).paths == []
    assert len(paths(engine, ID + "a", ID + "h", longest=7).paths) == 1


def test_things_apart_have_no_path() -> None:
    found = paths(engine_of([("a", "b"), ("c", "d")]), ID + "a", ID + "d")
    assert (found.paths, found.complete) == ([], True)


def test_one_thing_is_no_path() -> None:
    with pytest.raises(BadInput):
        paths(engine_of([("a", "b")]), ID + "a", ID + "a")


def test_the_number_of_entities_asked_is_bounded() -> None:
    engine = engine_of([(number, number + step) for number in range(500) for step in (1, 2)])
    assert not paths(engine, ID + "0", ID + "480", longest=6, largest=5).complete


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda edge: edge[0] != edge[1]), min_size=1))
def test_the_first_path_found_is_as_short_as_the_whole_graph_allows(edges: set[tuple[int, int]]) -> None:
    whole = networkx.Graph(edges)
    found = paths(engine_of(sorted(edges)), ID + "0", ID + "8", count=50).paths
    if 0 in whole and 8 in whole and networkx.has_path(whole, 0, 8):
        shortest = networkx.shortest_path_length(whole, 0, 8)
        assert min(len(path.steps) for path in found) == shortest
        assert all(networkx.is_simple_path(whole, [int(name) for name in names(path)]) for path in found)
        assert [path.cost for path in found] == sorted(path.cost for path in found)
    else:
        assert found == []


def test_the_shipped_data_joins_microsoft_and_nvidia(engine: Engine) -> None:
    found = paths(engine, ID + "microsoft", ID + "nvidia")
    assert found.complete
    assert len(found.paths) == 3
    for path in found.paths:
        assert (path.steps[0].start, path.steps[-1].end) == (ID + "microsoft", ID + "nvidia")
        assert all(one.evidence for step in path.steps for one in step.statements)
