"""The engine over HTTP: what it tells of a server that fails, and how it says who asks."""

import socket

import httpx
import pytest
from answering import answering
from running import free_port

from kg.engine.bindings import with_terms
from kg.engine.connection import Bearer
from kg.engine.http import Endpoints, HttpEngine
from kg.engine.oxigraph import OxigraphEngine
from kg.engine.requests import in_graph
from kg.errors import QueryError, QueryTimeout, RemoteError
from kg.names import ID
from kg.rdf import BlankNode, DefaultGraph, Literal, NamedNode, Quad

JSON = "application/sparql-results+json"
SELECT = "SELECT * { ?s ?p ?o }"
TRUE = b'{"head": {}, "boolean": true}'
NONE = b'{"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}'


def at(address: str, **options: object) -> HttpEngine:
    return HttpEngine(Endpoints(*[f"{address}/sparql"] * 3), **options)  # type: ignore[arg-type]


def test_a_server_that_does_not_run_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(RemoteError, match=f"{address}/sparql: .*cannot be reached.*(?s:.)*Look whether it runs"):
        at(address).query(SELECT)


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(RemoteError, match="cannot be reached"):
        at("nowhere").query(SELECT)


def test_a_server_that_says_nothing_is_left_after_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(QueryTimeout, match="read the version before"):
        at(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2).query(SELECT)


@pytest.mark.parametrize(
    ("status", "kind", "body", "message"),
    [
        (401, "text/html", b"<p>no</p>", r"does not let us in \(401 Unauthorized\)"),
        (403, "text/plain", b"read only", r"does not let us in \(403 Forbidden\)"),
        (404, "text/html", b"no such page", "does not answer as a SPARQL server .404 Not Found: no such page"),
        (301, "text/html", b"", "does not answer as a SPARQL server .301"),
        (500, "text/plain", b"out of\n  memory", r"fails \(500 Internal Server Error: out of memory\)"),
        (503, "text/plain", b"", r"fails \(503 Service Unavailable\)"),
        (200, "text/html", b"<p>Welcome</p>", "the answer is text/html, application/sparql-results.json was asked for"),
        (200, JSON, b"<p>Welcome</p>", "not what it says, SPARQL Results in JSON"),
        (200, JSON, NONE[:-4], "not what it says, SPARQL Results in JSON"),
        (200, JSON, TRUE, "the answer to a SELECT is none"),
    ],
)
def test_what_a_server_does_wrong_is_told(status: int, kind: str, body: bytes, message: str) -> None:
    with answering(status, kind, body) as server, pytest.raises(RemoteError, match=message) as raised:
        at(server.address).query(SELECT)
    assert raised.value.where == f"{server.address}/sparql"


def test_a_query_that_a_server_refuses_is_told_as_an_error_of_the_query() -> None:
    with answering(400, "text/plain", b"no such function") as server, pytest.raises(QueryError, match="such function"):
        at(server.address).query(SELECT)


def test_an_answer_that_breaks_off_is_none() -> None:
    with answering(200, JSON, NONE, promised=len(NONE) + 1) as server, pytest.raises(RemoteError, match="breaks off"):
        at(server.address, timeout=1).query(SELECT)


def test_solutions_are_no_answer_to_ask() -> None:
    with answering(200, JSON, NONE) as server, pytest.raises(RemoteError, match="the answer to an ASK is none"):
        at(server.address).query("ASK { ?s ?p ?o }")


def test_triples_that_are_none_are_told() -> None:
    text = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    with (
        answering(200, "application/n-triples", b"<a> <b>") as server,
        pytest.raises(RemoteError, match="no N-Triples"),
    ):
        at(server.address).query(text)


def test_a_server_that_only_says_that_it_writes_is_found_out() -> None:
    with (
        answering(200, JSON, NONE) as server,
        pytest.raises(RemoteError, match="written, and has not"),
    ):
        at(server.address).change([f"<{ID}a> <{ID}b> <{ID}c> <{ID}g>"], [], 1)


@pytest.mark.parametrize(
    ("auth", "header"),
    [(httpx.BasicAuth("ada", "secret"), "Basic YWRhOnNlY3JldA=="), (Bearer("a-token"), "Bearer a-token")],
)
def test_a_request_says_who_asks(auth: httpx.Auth, header: str) -> None:
    with answering(200, JSON, TRUE) as server:
        assert at(server.address, auth=auth).query("ASK { ?s ?p ?o }")
    assert server.authorizations == [header]


def test_a_blank_node_is_not_written() -> None:
    quad = Quad(BlankNode("b"), NamedNode(ID + "p"), NamedNode(ID + "o"), DefaultGraph())
    with pytest.raises(Exception, match="blank node"):
        at("http://127.0.0.1:1").insert([quad])


GRAPH = b"""<urn:a> <urn:p> <urn:b> .
<urn:a> <urn:n> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:b> <urn:p> <urn:c> .
<urn:b> <urn:n> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x ?y { ?x <urn:p> ?y }",
        "SELECT ?x ?y { { ?x <urn:p> ?y } UNION { ?y <urn:p> ?x } } ORDER BY ?x ?y",
        "SELECT ?x ?y { ?z <urn:p> ?y { FILTER(?x = <urn:b>) } }",
        "SELECT ?x ?y { OPTIONAL { ?x <urn:p> ?y FILTER(?y != ?x) } }",
        "SELECT ?x ?n { { SELECT ?x (SUM(?m) AS ?n) { ?x <urn:n> ?m } GROUP BY ?x ORDER BY DESC(?x) LIMIT 1 } }",
        "SELECT ?x ?y { VALUES ?x { <urn:b> } ?x <urn:p> ?y }",
        "SELECT ?x ?y { ?z <urn:p> ?y } VALUES ?x { <urn:b> }",
        "SELECT ?x ?y { ?y <urn:n> ?n FILTER(NOT EXISTS { ?x <urn:p> ?y }) }",
        "SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y } GROUP BY ?x HAVING (COUNT(?y) > 1)",
        "SELECT ?x ?y ?z { ?x <urn:p> ?y BIND(STR(?x) AS ?z) } # ?x",
        "SELECT ?x ?y { ?s <urn:p> ?y FILTER(STR(?x) = 'urn:b' || '?x' = '$x') }",
        "SELECT DISTINCT ?x { ?s ?p ?o }",
        "SELECT ?x (EXISTS { ?x <urn:p> ?z } AS ?y) { ?z <urn:n> ?n } ORDER BY DESC(?x) ?n",
        "SELECT ?x ?b { { SELECT (EXISTS { ?x <urn:n> 2 } AS ?b) ?x { ?x <urn:p> ?y } } }",
    ],
)
def test_terms_in_a_text_mean_what_bindings_mean(text: str) -> None:
    engine = OxigraphEngine.in_memory()
    engine.load(GRAPH)
    bindings = {"x": NamedNode("urn:b")}
    expected = [tuple(row) for row in engine.query(text, bindings)]  # type: ignore[union-attr]
    assert [tuple(row) for row in engine.query(with_terms(text, bindings))] == expected  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s VALUES ?s { <urn:b> }",
        "SELECT (EXISTS { GRAPH <urn:g> { <urn:a> ?p ?o } } AS ?b) ?s { ?s <urn:n> 1 }",
        "SELECT ?s ?o { { SELECT ?s { ?s <urn:n> 2 } } GRAPH ?g { ?s <urn:q> ?o } }",
        "SELECT ?s { ?s <urn:n> ?n FILTER NOT EXISTS { GRAPH <urn:g> { ?s ?p ?o } } # }",
    ],
)
def test_a_graph_stands_for_the_default_graph(text: str) -> None:
    text = text.replace("# }", "# }\n}")
    one, other = OxigraphEngine.in_memory(), OxigraphEngine.in_memory()
    one.load(GRAPH + b"<urn:b> <urn:q> <urn:x> <urn:g> .\n")
    other.load(GRAPH.replace(b" .\n", b" <urn:default> .\n") + b"<urn:b> <urn:q> <urn:x> <urn:g> .\n")
    expected = [tuple(row) for row in one.query(text)]  # type: ignore[union-attr]
    told = in_graph(text, NamedNode("urn:default"))
    assert [tuple(row) for row in other.query(told)] == expected != []  # type: ignore[union-attr]


def test_terms_reach_the_triples_of_a_construct() -> None:
    engine = OxigraphEngine.in_memory()
    engine.load(GRAPH)
    text = with_terms("CONSTRUCT { ?x <urn:q> ?v } WHERE { ?x <urn:p> ?y }", {"x": NamedNode("urn:b"), "v": Literal(1)})
    assert [str(triple) for triple in engine.query(text)] == [  # type: ignore[union-attr]
        '<urn:b> <urn:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]


def test_what_cannot_be_bound_is_refused() -> None:
    with pytest.raises(QueryError, match="blank node"):
        with_terms(SELECT, {"s": BlankNode("b")})
    with pytest.raises(QueryError, match="group"):
        with_terms("DESCRIBE ?s", {"s": NamedNode(ID + "gpt-3")})
