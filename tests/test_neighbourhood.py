"""What lies around a thing and what depends on it: on small graphs made for the purpose, against networkx."""

from collections.abc import Iterator
from itertools import groupby

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.explore import Dependent, exposure, neighbourhood
from kg.names import ASSERTED, ID, NS, RDFS, SOURCE, STANDING
from kg.rdf import NamedNode, Quad

PLACE = NamedNode(SOURCE + "made-up#p1")
REPORTED = NamedNode(SOURCE + "made-up#p2")
NEEDS, RUNS_ON, USES = (NamedNode(NS + name) for name in ("dependsOn", "runsOn", "usedBy"))


def thing(name: object) -> NamedNode:
    return NamedNode(f"{ID}{name}")


def engine_of(edges: list[tuple[object, object]], property: NamedNode = NEEDS, place: NamedNode = PLACE) -> Engine:
    engine = OxigraphEngine.in_memory()
    engine.insert([Quad(thing(one), property, thing(other), place) for one, other in edges])
    engine.insert([Quad(PLACE, NamedNode(STANDING), NamedNode(ASSERTED))])
    engine.insert([Quad(RUNS_ON, NamedNode(RDFS + "subPropertyOf"), NEEDS)])
    return engine


def names(dependents: list[Dependent]) -> list[str]:
    return [one.iri.removeprefix(ID) for one in dependents]


edges = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1]), max_size=40)


def test_what_depends_on_a_thing_stands_below_it_with_its_evidence() -> None:
    root = exposure(engine_of([("app", "api"), ("api", "model"), ("other", "model")]), ID + "model").root
    assert root.count == 3
    assert names(root.dependents) == ["api", "other"]
    (app,) = root.dependents[0].dependents
    assert [(link.property, link.evidence) for link in app.links] == [(NEEDS.value, (PLACE.value,))]


def test_a_property_below_depends_on_counts_and_another_does_not() -> None:
    assert exposure(engine_of([("a", "b")], RUNS_ON), ID + "b").root.count == 1
    assert exposure(engine_of([("a", "b")], USES), ID + "b").root.count == 0


def test_what_is_only_reported_depends_on_nothing() -> None:
    assert exposure(engine_of([("a", "b")], place=REPORTED), ID + "b").root.count == 0


def test_a_system_depends_on_what_it_is_built_of() -> None:
    engine = engine_of([])
    parts = [("use", "component", "chip"), ("use", "usedIn", "system")]
    engine.insert([Quad(thing(one), NamedNode(NS + how), thing(other), PLACE) for one, how, other in parts])
    (system,) = exposure(engine, ID + "chip").root.dependents
    assert (system.iri, system.links[0].property) == (ID + "system", NS + "hasComponent")


def test_a_limit_that_cuts_the_tree_is_told() -> None:
    chain = [(number + 1, number) for number in range(8)]
    cut = exposure(engine_of(chain), ID + "0", deepest=3)
    assert (cut.root.count, cut.complete) == (3, False)
    assert exposure(engine_of(chain), ID + "0", deepest=8).complete
    few = exposure(engine_of([(number, "hub") for number in range(9)]), ID + "hub", largest=4)
    assert (few.root.count, few.complete) == (4, False)


@given(edges)
@settings(max_examples=60, deadline=None)
def test_each_thing_stands_once_at_its_distance_and_counts_add_up(pairs: list[tuple[int, int]]) -> None:
    found = exposure(engine_of(list(pairs)), ID + "0", deepest=12)
    graph = networkx.DiGraph([(str(other), str(one)) for one, other in pairs] or [("0", "0")])
    graph.add_node("0")
    distances = networkx.single_source_shortest_path_length(graph, "0")
    below = [(depth, one) for depth, _, one in found.root.walk()]
    assert {one.iri.removeprefix(ID): depth for depth, one in below} | {"0": 0} == distances
    assert len(below) == found.root.count == len(distances) - 1
    assert all(one.count == sum(1 for _ in one.walk()) for _, one in below)


def test_the_neighbourhood_of_a_thing_has_its_neighbours_and_what_joins_them() -> None:
    found = neighbourhood(engine_of([("a", "b"), ("c", "a"), ("b", "c"), ("c", "d")]), ID + "a")
    assert found.things[0] == ID + "a"
    assert {iri.removeprefix(ID) for iri in found.things} == {"a", "b", "c"}
    assert len(found.statements) == 3
    assert found.complete


def test_two_steps_reach_the_neighbours_of_neighbours() -> None:
    engine = engine_of([("a", "b"), ("b", "c"), ("c", "d")])
    assert {iri.removeprefix(ID) for iri in neighbourhood(engine, ID + "a", depth=2).things} == {"a", "b", "c"}


def test_a_hidden_property_joins_nothing() -> None:
    found = neighbourhood(engine_of([("a", "b")]), ID + "a", hide=[NEEDS.value])
    assert (found.things, found.statements) == ([ID + "a"], [])


def test_a_hub_shows_some_of_each_relation_the_best_joined_first_and_tells_the_rest() -> None:
    engine = engine_of([(f"n{number:03}", "hub") for number in range(300)])
    engine.insert([Quad(thing("hub"), USES, thing(f"u{number}"), PLACE) for number in range(5)])
    engine.insert([Quad(thing("n250"), USES, thing("n251"), PLACE)])
    found = neighbourhood(engine, ID + "hub", most=20)
    assert len(found.things) == 20
    assert {ID + f"u{number}" for number in range(5)} | {ID + "n250", ID + "n251"} <= set(found.things)
    counts = {part.property: (part.shown, part.count) for part in found.parts}
    assert counts == {NEEDS.value: (14, 300), USES.value: (5, 5)}
    assert not found.complete


@given(edges, st.integers(1, 10), st.sampled_from([1, 2]))
@settings(max_examples=60, deadline=None)
def test_a_neighbourhood_keeps_its_bound_and_says_when_it_cut(
    pairs: list[tuple[int, int]], most: int, depth: int
) -> None:
    found = neighbourhood(engine_of(list(pairs)), ID + "0", depth=depth, most=most)
    assert len(found.things) == len(set(found.things)) <= most
    assert all({one.subject, one.object} <= set(found.things) for one in found.statements)
    reached = {other for one, other in pairs if one == 0} | {one for one, other in pairs if other == 0}
    assert set(_first(found.parts)) <= {ID + "0"} | set(found.things)
    if len(reached) < most:
        assert {ID + str(number) for number in reached} <= set(found.things)
    else:
        assert depth == 2 or not found.complete or len(found.things) == len(reached) + 1


def _first(parts: list) -> Iterator[str]:  # type: ignore[type-arg]
    return (thing for thing, _ in groupby(parts, key=lambda part: part.thing))
