"""Queries on the engine say of any data what pyshacl says of it, and what they do not cover is told."""

import pyshacl
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from w3c.shacl import Result, result_in

from kg import rdf
from kg.check import core
from kg.check.facts import Facts
from kg.check.shacl import split
from kg.engine.oxigraph import OxigraphEngine
from kg.names import PREFIXES as KNOWN
from shapes import WORLDS, data, shapes


def triples_of(text: str) -> list[rdf.Triple]:
    return [quad.triple for quad in rdf.parse(text, rdf.FORMATS["turtle"])]


def by_queries(graph: str, constraints: str) -> set[Result]:
    engine = OxigraphEngine.in_memory()
    engine.insert(rdf.in_graph(triple, rdf.DefaultGraph()) for triple in triples_of(graph))
    covered, rest = split(engine, triples_of(constraints))
    assert not rest
    return {
        Result(found.focus, found.path, found.value, found.component, found.shape.severity, found.shape.node)
        for shape in covered
        for found in core.findings(engine, shape)
    }


def by_pyshacl(graph: str, constraints: str) -> set[Result]:
    _, report, _ = pyshacl.validate(_graph(graph), shacl_graph=_graph(constraints), inplace=True)
    assert isinstance(report, Graph)
    facts = Facts(triples_of(report.serialize(format="nt")))
    return {result_in(facts, node) for top in facts.subjects() for node in facts.all(top, f"{KNOWN['sh']}result")}


def _graph(text: str) -> Graph:
    """Return an rdflib graph of the numbers as the store keeps them, and of literals as they are written."""
    store = OxigraphEngine.in_memory()
    store.insert(rdf.in_graph(triple, rdf.DefaultGraph()) for triple in triples_of(text))
    graph = Graph()
    for quad in store.quads():
        graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return graph


def _node(term: rdf.Term | rdf.Triple) -> URIRef | BNode | Literal:
    if isinstance(term, rdf.Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    return URIRef(rdf.value(term)) if isinstance(term, rdf.NamedNode) else BNode(rdf.value(term))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WORLDS).flatmap(lambda world: st.tuples(data(world), shapes(world))))
def test_queries_find_what_pyshacl_finds(drawn: tuple[str, str]) -> None:
    ours, theirs = by_queries(*drawn), by_pyshacl(*drawn)
    assert ours == theirs, f"only ours: {ours - theirs}\nonly theirs: {theirs - ours}"
