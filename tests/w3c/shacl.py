"""The tests of SHACL: a validation and its whole report, result by result."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, cast

import pyoxigraph
from w3c.manifest import MF, Node, Test, file_of

from kg.check import core
from kg.check.facts import SH, Facts
from kg.check.paths import Path, read
from kg.check.shacl import split
from kg.engine.oxigraph import OxigraphEngine
from kg.names import RDF
from kg.rdf import DefaultGraph, NamedNode, Term, Triple, format_of, in_graph, parse

SHT = "http://www.w3.org/ns/shacl-test#"


class Result(NamedTuple):
    """What a result of a report says; numbers are in the store's canonical form."""

    focus: Term
    path: Path | None
    value: Term | None
    component: str
    severity: str
    shape: Term


def validate(test: Test) -> None:
    """Compare the results of a validation by queries with those of the expected report, each as often as it comes."""
    assert test.result
    data, shapes = (_graph(test.action, SHT + name) for name in ("dataGraph", "shapesGraph"))
    engine = OxigraphEngine.in_memory()
    engine.insert(in_graph(triple, DefaultGraph()) for triple in data)
    covered, rest = split(engine, shapes)
    assert not rest, f"queries do not cover {rest}"
    got = Counter(
        Result(found.focus, found.path, found.value, found.component, found.shape.severity, found.shape.node)
        for shape in covered
        for found in core.findings(engine, shape)
    )
    report = Facts(_own(test.action))
    wanted = Counter(result_in(report, cast(Term, node.term)) for node in test.result.all(SH + "result"))
    assert got == wanted, f"too many: {got - wanted}\n\nmissing: {wanted - got}"


def _graph(action: Node, predicate: str) -> list[Triple]:
    """Return a graph of a test; what stands in the manifest itself has the blank nodes of the expected report."""
    file = action.one(predicate)
    assert file, f"the manifest does not say {predicate}"
    if NamedNode(MF + "Manifest") in action.facts[file.term][RDF + "type"]:
        return list(_own(action))
    path = file_of(file.value)
    return [quad.triple for quad in parse(path.read_bytes(), format_of(path), base=file.value)]


def _own(node: Node) -> Iterator[Triple]:
    for subject, properties in list(node.facts.items()):
        for predicate, terms in properties.items():
            yield from (Triple(subject, NamedNode(predicate), term) for term in terms)


def result_in(report: Facts, node: Term) -> Result:
    """Return what a node of a report says."""
    focus, component, severity, shape = (
        report.one(node, SH + name)
        for name in ("focusNode", "sourceConstraintComponent", "resultSeverity", "sourceShape")
    )
    assert focus
    assert component
    assert severity
    assert shape
    path, value = report.one(node, SH + "resultPath"), report.one(node, SH + "value")
    return Result(
        _stored(focus), read(report, path) if path else None, _stored(value), component.value, severity.value, shape
    )


def _stored(term: Term | None) -> Term | None:
    """Return a term as the store keeps it, numbers by their value."""
    store = pyoxigraph.Store()
    some = NamedNode("urn:x")
    if term:
        store.add(pyoxigraph.Quad(some, some, term))
    return next((quad.object for quad in store), None)
