"""Small graphs with evidence, and queries on them with the evidence of each row in short."""

from collections.abc import Iterable
from typing import cast

from kg.assemble import is_asserted
from kg.engine import Engine, Solutions
from kg.engine.oxigraph import OxigraphEngine
from kg.evidence import RowEvidence, evidence_of
from kg.names import ID, NS, PREFIXES, SOURCE
from kg.rdf import FORMATS, DefaultGraph, NamedNode, Quad, in_graph, parse

Dataset = tuple[list[str], list[str]]
HEARSAY = SOURCE + "made-up#hearsay"
STANDINGS = {HEARSAY: NS + "Reported"}


def quads_of(facts: str) -> list[Quad]:
    """Return `place: subject property object` lines as quads of the places of one source."""
    prefixes = "\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items())
    blocks = []
    for line in facts.strip().splitlines():
        place, _, fact = line.strip().partition(": ")
        blocks.append(f"<{SOURCE}made-up#{place}> {{ {fact} }}")
    return list(parse("\n".join([prefixes, *blocks]), FORMATS["trig"]))


def engine_of(quads: Iterable[Quad]) -> OxigraphEngine:
    """Return an engine with evidence graphs, and the union of the asserted ones as its default graph."""
    engine = OxigraphEngine.in_memory()
    source, standing = NamedNode(SOURCE + "made-up"), NamedNode(NS + "standing")
    stated = [Quad(NamedNode(graph), standing, NamedNode(how), source) for graph, how in STANDINGS.items()]
    every = [*quads, *stated]
    engine.insert(every)
    engine.insert(in_graph(quad.triple, DefaultGraph()) for quad in every if is_asserted(named(quad), STANDINGS))
    return engine


def named(quad: Quad) -> str:
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name.value


def answered(
    engine: Engine, query: str, dataset: Dataset | None = None
) -> list[tuple[tuple[object, ...], RowEvidence]]:
    """Return each row of a query with its evidence."""
    given = {"default_graphs": dataset[0], "named_graphs": dataset[1]} if dataset else {}
    answer = cast(Solutions, engine.query(query, **given))
    rows = list(answer)
    return list(zip(rows, evidence_of(engine, query, answer.variables, rows, dataset), strict=True))


def told(engine: Engine, query: str, dataset: Dataset | None = None) -> dict[str, str]:
    """Return for each row of a query, in words, its places by their locators and the codes of its reasons."""
    found: dict[str, str] = {}
    for row, evidence in answered(engine, query, dataset):
        key = " ".join("-" if term is None else getattr(term, "value", "?").removeprefix(ID) for term in row)
        places = sorted((place.graph.removeprefix(SOURCE + "made-up#") for place in evidence.places), key=by_number)
        found[key] = " ".join([*places, *(f"({reason.code})" for reason in evidence.reasons)])
    return found


def by_number(place: str) -> tuple[int, str]:
    return (int(place[1:]), "") if place[1:].isdigit() else (0, place)
