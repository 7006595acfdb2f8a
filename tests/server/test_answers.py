"""How answers are sent: caches, content codings, other methods, whole graphs, and what is said of an empty one."""

import gzip
import json
from pathlib import Path

import pytest
from client import Client
from running import FEW, Service, serving

from kg.rdf import FORMATS, parse

ALL = "SELECT * { ?s ?p ?o }"
EVIDENCE = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8"


def ask(client: Client, query: str, **more: str):
    return client.get("/sparql", query_string={"query": query, **more})


@pytest.mark.parametrize("query", ["ASK {}", ALL], ids=["small", "large"])
def test_an_answer_comes_in_the_coding_that_the_client_takes(client: Client, query: str) -> None:
    plain = client.get("/sparql", query_string={"query": query}, headers={"Accept-Encoding": "identity"})
    for coding in ("gzip", "br", "br;q=0.5, gzip;q=1", "*"):
        coded = client.get("/sparql", query_string={"query": query}, headers={"Accept-Encoding": coding})
        assert coded.data == plain.data
        assert "Accept-Encoding" in coded.headers["Vary"]
        if query == ALL:
            assert coded.headers["Content-Encoding"] == ("gzip" if "gzip" in coding else "br")
            assert coded.headers["ETag"] == plain.headers["ETag"]
            assert coded.headers["ETag"].startswith("W/"), "one weak tag may stand for all codings"
    assert "Content-Encoding" not in plain.headers


def test_a_page_is_compressed_too(browser: Client) -> None:
    page = browser.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert "<html" in page.text


@pytest.mark.parametrize("path", ["/sparql?query=ASK%20%7B%7D", "/export/ontology.ttl", "/graphs?default", "/"])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    head, get = client.send("HEAD", path), client.get(path)
    assert (head.status_code, head.data, head.content_type) == (200, b"", get.content_type)
    assert get.data


@pytest.mark.parametrize("path", ["/sparql", "/export/graph.ttl", "/graphs", "/page/gpt-3", "/health/live"])
def test_scripts_of_other_origins_may_ask(client: Client, path: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = client.send("OPTIONS", path, headers=asked)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sparql?query=SELECT", 400),
        ("GET", "/page/none", 404),
        ("PUT", "/graphs?default", 405),
        ("DELETE", "/sparql", 405),
        ("GET", "/sparql?query=ASK%7B%7D&format=png", 400),
    ],
)
def test_errors_too_may_be_read_by_scripts_and_name_what_may_be_done(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.send(method, path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_a_repeated_query_is_answered_from_memory(service: Service, client: Client) -> None:
    query = "SELECT ?x { id:gpt-3 ?x ?y } # a query of this test alone"
    answers = [ask(client, query) for _ in range(3)]
    assert len({answer.data for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert all("Date" in answer.headers for answer in answers)
    other = client.get("/sparql", query_string={"query": query}, headers={"X-Other": "1"})
    assert other.data == answers[0].data


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
def test_what_differs_each_time_is_never_kept(client: Client, function: str) -> None:
    query = f"SELECT ({function} AS ?x) {{}}"
    first, second = ask(client, query, format="csv"), ask(client, query, format="csv")
    assert first.text != second.text
    assert first.headers["Cache-Control"] == "no-store"


def test_a_large_answer_that_the_client_has_is_not_computed_again(client: Client) -> None:
    query = "SELECT * { ?s ?p ?o . ?x a kg:Model }"
    first = ask(client, query, format="csv")
    assert first.headers["ETag"].startswith("W/")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/sparql", query_string={"query": query, "format": "csv"}, headers=tag)
    assert (again.status_code, again.data) == (304, b"")


def test_the_dataset_of_the_request_is_the_one_that_is_asked(client: Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = int(ask(client, query, format="csv").text.split()[1])
    part = int(ask(client, query, format="csv", **{"default-graph-uri": EVIDENCE}).text.split()[1])
    none = int(ask(client, query, format="csv", **{"default-graph-uri": "file:///etc/passwd"}).text.split()[1])
    assert 0 == none < part < whole
    named = ask(client, "ASK { GRAPH ?g { id:gpt-3 ?p ?o } }", **{"named-graph-uri": EVIDENCE})
    assert named.get_json()["boolean"] is True
    assert ask(client, "ASK {}", **{"default-graph-uri": "no iri"}).status_code == 400


def test_a_graph_is_read_by_its_name_by_its_path_and_as_the_default_graph(client: Client) -> None:
    by_name = client.get("/graphs", query_string={"graph": EVIDENCE, "format": "nt"})
    by_path = client.get(
        "/graphs/source/ihal-microsoft-supercomputers%23p8", headers={"Accept": "application/n-triples"}
    )
    assert set(by_name.data.splitlines()) == set(by_path.data.splitlines())
    turtle = client.get("/graphs", query_string={"graph": EVIDENCE})
    assert turtle.content_type == "text/turtle; charset=utf-8"
    assert len(list(parse(turtle.data, FORMATS["turtle"]))) == len(by_name.data.splitlines()) > 3
    default = client.get("/graphs?default&format=nt")
    assert len(default.data.splitlines()) == int(
        ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", format="csv").text.split()[1]
    )
    every = client.get("/graphs", headers={"Accept": "application/n-quads"})
    assert EVIDENCE.encode() in every.data


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("graph=http://x/none", 404),
        ("graph=no%20iri", 400),
        ("graph=http://x/&default", 400),
        ("default&format=csv", 400),
    ],
)
def test_graphs_that_are_not_there_are_told_so(client: Client, query: str, status: int) -> None:
    answer = client.get(f"/graphs?{query}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.get_json()["detail"]


@pytest.mark.parametrize("format", ["trig", "nquads"])
def test_triples_come_in_syntaxes_of_quads_too(client: Client, format: str) -> None:
    answer = ask(client, "CONSTRUCT { id:gpt-3 ?p ?o } WHERE { id:gpt-3 ?p ?o }", format=format)
    assert len(list(parse(answer.data, FORMATS[format]))) > 3


@pytest.mark.parametrize(
    ("query", "token", "hint"),
    [
        ("SELECT * { ?s dbo:x ?o }", "dbo:x", "PREFIX dbo: <http://dbpedia.org/ontology/>"),
        ("SELECT * {\n ?s ?p ?o", "{", "}"),
        ("SELCT * { ?s ?p ?o }", "SELCT", "SELECT"),
    ],
)
def test_a_syntax_error_names_place_token_and_remedy(client: Client, query: str, token: str, hint: str) -> None:
    told = ask(client, query).get_json()
    assert (told["status"], told["token"]) == (400, token)
    assert told["line"] >= 1
    assert told["column"] >= 1
    assert hint in told["hint"]


def test_an_empty_answer_is_explained_where_that_is_asked(client: Client, browser: Client) -> None:
    query = "SELECT * { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who . ?who kg:rnk 7 }"
    told = ask(client, query, explain="empty").get_json()
    assert told["emptied_by"]["text"] == "?who kg:rnk 7"
    (unknown,) = told["unknown"]
    assert (unknown["name"], unknown["nearest"][0]) == ("kg:rnk", "kg:rank")
    assert "kg:rank" in ask(browser, query).text
    whole = ask(client, "SELECT * { id:gpt-3 ?p ?o }", explain="empty")
    assert whole.get_json()["results"]["bindings"]


def test_metrics_and_access_log_tell_what_was_asked(service: Service, client: Client) -> None:
    ask(client, "SELECT ?logged { id:gpt-3 ?logged ?o }")
    metrics = client.get("/metrics").text
    assert 'atlante_requests_total{route="sparql",status="200"}' in metrics
    assert "atlante_query_processes_idle" in metrics
    import time

    time.sleep(0.5)
    lines = [json.loads(line) for line in service.access.read_text(encoding="utf-8").splitlines()]
    entry = next(line for line in reversed(lines) if line.get("path") == "/sparql" and "worker" in line)
    assert {"time", "client", "method", "status", "bytes", "seconds", "query", "rows"} <= entry.keys()


def test_a_coded_answer_is_what_it_says(service: Service) -> None:
    import urllib.request

    address = f"{service.address}/sparql?query=SELECT%20*%20%7B?s%20?p%20?o%7D&format=csv"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.read()).startswith(b"o,p,s\r\n")


def test_service_asks_the_endpoints_that_the_operator_lists_and_no_others(service: Service, built_store: Path) -> None:
    listed = f"{service.address}/sparql"
    query = "SELECT ?who { SERVICE <%s> { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who } }"
    with serving(built_store, service_endpoints=listed, **FEW) as asking:
        client = Client(asking.address)
        assert "id/microsoft" in ask(client, query % listed, format="csv").text
        for other in ("http://127.0.0.1:9/sparql", f"{service.address}/sparql?x", listed + "/../metrics"):
            refused = ask(client, query % other)
            assert (refused.status_code, "SERVICE is refused" in refused.get_json()["detail"]) == (400, True)
            assert listed in refused.get_json()["hint"]
        client.close()
