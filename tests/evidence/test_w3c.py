"""The evidence of rows of the W3C's queries, each triple of their data in a graph of its own."""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from evidence.worlds import answered
from w3c import manifest
from w3c.manifest import Test, file_of
from w3c.suites import SUITES

from kg.engine import Solutions
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import QueryError
from kg.names import SOURCE
from kg.rdf import BlankNode, DefaultGraph, NamedNode, Quad, format_of, in_graph, parse

QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
FORM = re.compile(r"\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
CHANGING = re.compile(
    r"\b(GRAPH|FROM|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP|NOT EXISTS|MINUS|LIMIT|OFFSET|RAND|UUID|BNODE|NOW)\b",
    re.IGNORECASE,
)
"""What marks queries whose rows may change where triples are taken away, or that name graphs of their own."""


def queries() -> Iterator[Test]:
    """Yield the tests that evaluate a SELECT."""
    for title, path in SUITES.items():
        if title.startswith("SPARQL") and "queries" in title and manifest.SUITES.is_dir():
            for test in manifest.tests(path):
                forms = {form.upper() for form in FORM.findall(text_of(test))}
                if test.kind == "QueryEvaluationTest" and forms == {"SELECT"}:
                    yield test


def text_of(test: Test) -> str:
    query = test.action.one(QT + "query")
    return file_of(query.value).read_text(encoding="utf-8") if query else ""


def ground(term):
    """Return a term, a name in place of a blank node: the graph has none."""
    return NamedNode(f"urn:blank:{term.value}") if isinstance(term, BlankNode) else term


def filled(test: Test) -> OxigraphEngine:
    """Return an engine with the data of a test in the default graph, and each triple in a place of its own."""
    engine = OxigraphEngine.in_memory()
    for data in test.action.all(QT + "data"):
        path = file_of(data.value)
        for number, quad in enumerate(parse(path.read_bytes(), format_of(path), base=data.value)):
            place = NamedNode(f"{SOURCE}{path.stem}#p{number}")
            triple = Quad(ground(quad.subject), quad.predicate, ground(quad.object))
            engine.insert([triple, in_graph(triple.triple, place)])
    return engine


@pytest.mark.parametrize("test", list(queries()), ids=lambda test: test.name)
def test_rows_come_about_from_their_evidence_alone(test: Test) -> None:
    text, engine = text_of(test), filled(test)
    try:
        rows = answered(engine, text)
    except QueryError:
        pytest.skip("the engine refuses it")
    for row, evidence in rows:
        codes = {reason.code for reason in evidence.reasons}
        assert "form" not in codes
        if CHANGING.search(text) or "no-step" in codes:
            continue
        rest = OxigraphEngine.in_memory()
        for place in evidence.places:
            held = engine.quads(graph=NamedNode(place.graph))
            rest.insert([in_graph(quad.triple, DefaultGraph()) for quad in held])
        assert row in list(cast(Solutions, rest.query(text)))
