"""How a test of each kind is carried out, through the public interfaces: the engine and the parsers."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pyoxigraph
from w3c.compare import Answer, Rows, same, shown
from w3c.manifest import MF, Node, Test, file_of, iri_of
from w3c.protocol import converse
from w3c.shacl import validate

from kg.engine import Boolean, Engine, Solutions, Triples
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import BadInput, QueryError
from kg.names import RDFS
from kg.rdf import (
    RESULTS_FORMATS,
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    Term,
    format_of,
    parse,
)

QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RESULTS = {".srx": "xml", ".srj": "json", ".tsv": "tsv", ".csv": "csv"}
FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


def run(test: Test) -> None:
    """Carry out a test; raises AssertionError, or the error of what was tested, if it does not pass."""
    for pattern, way in WAYS.items():
        if re.fullmatch(pattern, test.kind):
            return way(test)
    raise AssertionError(f"{test.name} is of an unknown kind: {test.kind}")


def evaluate_query(test: Test) -> None:
    """Compare the answer of a query, as it is written, with the expected result."""
    text = _text(_need(test.action, QT + "query"))
    base = _need(test.action, QT + "query").value
    engine = _filled(test.action, QT)
    if not (test.action.all(QT + "data") or test.action.all(QT + "graphData")):
        for iri in dict.fromkeys(FROM.findall(text)):
            file = base.rpartition("/")[0] + "/" + iri
            engine.insert(_quads(file, NamedNode(file)))
    assert test.result
    path = file_of(test.result.value)
    answer = _written(engine.query(text, base=base), path, ordered=bool(ORDER.search(text)))
    _compare(answer, _expected(path), lax=bool(test.node.one(MF + "resultCardinality")))


def evaluate_update(test: Test) -> None:
    """Compare all quads after an update with the expected ones."""
    request = _need(test.action, UT + "request")
    engine = _filled(test.action, UT)
    engine.update(_text(request), base=request.value)
    assert test.result
    _compare(list(engine.quads()), list(_filled(test.result, UT).quads()))


def accept(test: Test) -> None:
    """Take a query or an update whose syntax is right, even if it cannot be carried out on an empty store."""
    error = _refusal(test)
    if error and (error.__cause__ is None or isinstance(error.__cause__, SyntaxError)):
        raise error


def refuse(test: Test) -> None:
    """Refuse a query or an update whose syntax is wrong, and for that reason."""
    error = _refusal(test)
    assert error, f"taken, although it is wrong:\n{_text(test.action)}"
    assert isinstance(error.__cause__, SyntaxError), f"refused, but not for its syntax: {error}"


def evaluate_document(test: Test) -> None:
    """Compare the quads of a document with those of a simpler one."""
    assert test.result
    _compare(list(_quads(test.action.value)), list(_quads(test.result.value)))


def accept_document(test: Test) -> None:
    """Read a document whose syntax is right."""
    list(_quads(test.action.value))


def refuse_document(test: Test) -> None:
    """Refuse a document whose syntax is wrong."""
    try:
        list(_quads(test.action.value))
    except BadInput:
        return
    raise AssertionError(f"taken, although it is wrong:\n{_text(test.action)}")


WAYS: dict[str, Callable[[Test], None]] = {
    "ProtocolTest": converse,
    "QueryEvaluationTest|CSVResultFormatTest": evaluate_query,
    "UpdateEvaluationTest": evaluate_update,
    "Positive(Update)?SyntaxTest(11)?": accept,
    "Negative(Update)?SyntaxTest(11)?": refuse,
    "Test(Turtle|Trig|XML)Eval": evaluate_document,
    "Test(Turtle|Trig|NTriples|NQuads)PositiveSyntax": accept_document,
    "Test(Turtle|Trig|NTriples|NQuads|XML)NegativeSyntax": refuse_document,
    "Validate": validate,
}
"""What is done with a test, by the pattern of its kind."""


def _refusal(test: Test) -> QueryError | None:
    engine, iri = OxigraphEngine.in_memory(), test.action.value
    try:
        if iri.endswith(".ru"):
            engine.update(_text(test.action), base=iri)
        else:
            engine.query(_text(test.action), base=iri)
    except QueryError as error:
        return error
    return None


def _compare(got: Answer, wanted: Answer, *, lax: bool = False) -> None:
    assert same(got, wanted, lax=lax), f"got:\n{shown(got)}\n\nwanted:\n{shown(wanted)}"


def _need(node: Node, predicate: str) -> Node:
    found = node.one(predicate)
    assert found, f"the manifest does not say {predicate}"
    return found


def _text(node: Node) -> str:
    return file_of(node.value).read_text(encoding="utf-8")


def _quads(iri: str, graph: NamedNode | DefaultGraph | None = None) -> Iterator[Quad]:
    """Yield the quads of a file of the suites, in another graph if one is given; blank nodes are of the file."""
    path = file_of(iri)
    for quad in parse(path.read_bytes(), format_of(path), base=iri, where=path.name):
        subject, term = (
            BlankNode(f"{path.stem.replace('.', '-')}-{node.value}") if isinstance(node, BlankNode) else node
            for node in (quad.subject, quad.object)
        )
        yield Quad(subject, quad.predicate, term, quad.graph_name if graph is None else graph)


def _filled(node: Node, vocabulary: str) -> Engine:
    """Return an engine with the data that a node of a manifest names; a graph without triples is there too."""
    engine = OxigraphEngine.in_memory()
    for file in node.all(vocabulary + "data"):
        engine.insert(_quads(file.value))
    for item in node.all(vocabulary + "graphData"):
        file = item.one(vocabulary + "graph") or item
        name = item.one(RDFS + "label") or file
        engine.update(f"CREATE GRAPH <{name.value}>")
        engine.insert(_quads(file.value, NamedNode(name.value)))
    return engine


def _written(answer: Solutions | Triples | Boolean, path: Path, *, ordered: bool) -> Answer:
    """Return an answer as it comes out of the syntax that a file of expected results has."""
    if hasattr(answer, "__iter__") and not hasattr(answer, "variables"):
        return [Quad(*triple) for triple in cast(Triples, answer)]
    output, syntax = io.BytesIO(), RESULTS.get(path.suffix, "xml")
    cast(Solutions, answer).serialize(output, RESULTS_FORMATS[syntax])
    return _read(output.getvalue(), syntax, ordered=ordered)


def _expected(path: Path) -> Answer:
    if path.suffix in RESULTS:
        return _read(path.read_bytes(), RESULTS[path.suffix], ordered=True)
    quads = list(_quads(iri_of(path)))
    sets = [quad.subject for quad in quads if quad.object == NamedNode(RS + "ResultSet")]
    if not sets:
        return quads
    facts: dict = {}
    for quad in quads:
        facts.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    top = Node(facts, sets[0])
    if truth := top.one(RS + "boolean"):
        return truth.value == "true"
    solutions = sorted(top.all(RS + "solution"), key=_index)
    return Rows(
        frozenset(node.value for node in top.all(RS + "resultVariable")),
        tuple(
            {
                _need(one, RS + "variable").value: cast(Term, _need(one, RS + "value").term)
                for one in row.all(RS + "binding")
            }
            for row in solutions
        ),
        ordered=any(row.one(RS + "index") for row in solutions),
    )


def _index(solution: Node) -> int:
    index = solution.one(RS + "index")
    return int(index.value) if index else 0


def _read(data: bytes, syntax: str, *, ordered: bool) -> Answer:
    """Return the answer that is written in a results format; terms of CSV are literals, as it does not tell."""
    if syntax == "csv":
        head, *rows = csv.reader(io.StringIO(data.decode()))
        return Rows(frozenset(head), tuple(_csv_row(head, row) for row in rows), ordered)
    answer = pyoxigraph.parse_query_results(data, RESULTS_FORMATS[syntax])
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return bool(answer)
    names = [variable.value for variable in answer.variables]
    rows = ({name: term for name, term in zip(names, row, strict=True) if term is not None} for row in answer)
    return Rows(frozenset(names), cast(tuple[dict[str, Term], ...], tuple(rows)), ordered)


def _csv_row(head: list[str], row: list[str]) -> dict[str, Term]:
    return {
        name: BlankNode(cell[2:]) if cell.startswith("_:") else pyoxigraph.Literal(cell)
        for name, cell in zip(head, row, strict=True)
    }
