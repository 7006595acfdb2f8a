"""Queries on the engine say of any data what pyshacl says of it, and what they do not cover is told."""

from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from w3c.shacl import Result, result_in

from kg import rdf
from kg.check import check, core
from kg.check.facts import SH, Facts
from kg.check.shacl import read, split
from kg.engine.oxigraph import OxigraphEngine
from kg.paths import shapes_files
from shapes import PREFIXES, WORLDS, data, shapes


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
    return {result_in(facts, node) for top in facts.subjects() for node in facts.all(top, SH + "result")}


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


# Always the same examples, for pyshacl may have more peculiarities than those that the generator knows.
@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(WORLDS).flatmap(lambda world: st.tuples(data(world), shapes(world))))
def test_queries_find_what_pyshacl_finds(drawn: tuple[str, str]) -> None:
    ours, theirs = by_queries(*drawn), by_pyshacl(*drawn)
    assert ours == theirs, f"only ours: {ours - theirs}\nonly theirs: {theirs - ours}"


def test_our_shapes_are_answered_by_queries_alone() -> None:
    covered, rest = split(OxigraphEngine.in_memory(), read(shapes_files()))
    assert covered
    assert not rest


BEYOND = {
    "a constraint in SPARQL": 'sh:sparql [ sh:select "SELECT $this { $this <https://example.org/p> ?o }" ]',
    "a pattern that looks ahead": 'sh:property [ sh:path e:p ; sh:pattern "^(?=t)" ]',
    "a blank node in a list": "sh:property [ sh:path e:p ; sh:in ( [] ) ]",
    "a shape within itself": "sh:property [ sh:path e:p ; sh:node e:Shape ]",
    "a property shape without a path": "sh:property [ sh:minCount 1 ]",
    "a count without a path": "sh:minCount 1",
    "a list without an end": "sh:in [ rdf:first 1 ]",
    "a path that is none": "sh:property [ sh:path [] ; sh:minCount 1 ]",
}


@pytest.mark.parametrize("constraint", BEYOND.values(), ids=BEYOND.keys())
def test_what_no_query_says_exactly_is_left_to_pyshacl(constraint: str) -> None:
    text = f"{PREFIXES} e:Shape sh:targetSubjectsOf e:p ; {constraint} ."
    covered, rest = split(OxigraphEngine.in_memory(), triples_of(text))
    assert not covered
    assert rest == [rdf.NamedNode("https://example.org/Shape")]


MIXED = f"""{PREFIXES}
e:ByQuery sh:targetSubjectsOf e:p ; sh:path e:p ; sh:pattern "^o" .
e:ByClass a rdfs:Class , sh:NodeShape ; sh:closed true .
e:ByPyshacl sh:targetSubjectsOf e:p ; sh:path e:p ; sh:pattern "^(?=o)" .
"""


def test_each_shape_is_asked_once(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(MIXED, encoding="utf-8")
    engine = OxigraphEngine.in_memory()
    text = f'{PREFIXES} e:a e:p "one" , "two" . e:b a e:ByClass .'
    engine.insert(rdf.in_graph(triple, rdf.DefaultGraph()) for triple in triples_of(text))
    found = Counter((result.rule.rpartition("/")[2], result.value) for result in check(engine, [file]).results)
    kind = "<https://example.org/ByClass>"
    assert found == {("ByQuery", '"two"'): 1, ("ByClass", kind): 1, ("ByPyshacl", '"two"'): 1}


def test_a_shape_without_a_message_says_what_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(f"{PREFIXES} e:Shape sh:targetNode e:a ; sh:path e:p ; sh:minCount 1 .", encoding="utf-8")
    (result,) = check(OxigraphEngine.in_memory(), [file]).results
    assert "sh:MinCountConstraintComponent" in result.message_en
    assert "sh:MinCountConstraintComponent" in result.message_it
    assert result.message_en != result.message_it
