"""The service as a process behind a real socket: what a client may do to it, and what it still does then."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest

pytestmark = pytest.mark.slow

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TINY = "ASK { id:gpt-3 a kg:Model }"
ROUTES = {
    "/": 200,
    "/health/live": 200,
    "/health/ready": 200,
    "/metrics": 200,
    "/id/gpt-3": 303,
    "/page/gpt-3": 200,
    "/page/none": 404,
    "/data/gpt-3.ttl": 200,
    "/data/gpt-3.jsonld": 200,
    "/data/gpt-3.nt": 200,
    "/entity?iri=https://w3id.org/atlante/ns%23Model": 200,
    "/source/": 200,
    "/source/top500-2021-11": 200,
    "/ns": 200,
    "/questions/": 200,
    "/questions/who-licenses?work=id:gpt-3": 200,
    "/sparql": 200,
    "/export/": 200,
    "/export/graph.ttl": 200,
    "/export/evidence.trig": 200,
    "/static/style.css": 200,
    "/static/icon.svg": 200,
}


def get(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def ask(address: str, query: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return get(address, "/sparql?" + urlencode({"query": query}), **headers)


@pytest.mark.parametrize("path", ROUTES)
def test_routes(address: str, path: str) -> None:
    status, headers, body = get(address, path, Accept="text/html, */*;q=0.5")
    assert status == ROUTES[path]
    assert headers["x-content-type-options"] == "nosniff"
    assert body or status == 303


def test_formats(address: str) -> None:
    for accept in ("application/sparql-results+json", "text/csv", "text/html"):
        status, headers, _ = ask(address, "SELECT * { ?s a kg:Model ; ?p ?o }", Accept=accept)
        assert (status, headers["content-type"].partition(";")[0]) == (200, accept)
    assert ask(address, TINY, Accept="image/png")[0] == 406


def test_a_cross_product_is_cancelled_while_others_are_answered(address: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        before = time.monotonic()
        slow = pool.submit(ask, address, CROSS)
        waits: list[float] = []
        while not slow.done():
            start = time.monotonic()
            assert ask(address, TINY)[0] == 200
            waits.append(time.monotonic() - start)
        status, headers, body = slow.result()
    assert time.monotonic() - before < 6
    assert (status, headers["content-type"]) == (504, "application/problem+json")
    told = json.loads(body)
    assert "2 seconds" in told["detail"]
    assert told["hint"]
    assert sorted(waits)[len(waits) // 2] < 0.3


def test_nesting_that_crashes_a_parser_crashes_nothing_else(address: str) -> None:
    query = "SELECT * " + "{" * 3000 + "}" * 3000
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
    response = connection.getresponse()
    told = json.loads(response.read())
    connection.close()
    assert response.status in (400, 500)
    assert "brackets" in told["detail"]
    assert ask(address, TINY)[0] == 200


def test_many_at_once_are_answered_or_asked_to_wait(address: str) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = {status for status, _, _ in pool.map(lambda _: ask(address, CROSS), range(12))}
    assert statuses <= {503, 504}
    assert ask(address, TINY)[0] == 200


def test_a_large_answer_comes_whole(address: str) -> None:
    status, headers, body = ask(address, "SELECT * { ?s ?p ?o . ?x a ?y } LIMIT 60000", Accept="text/csv")
    assert status == 200
    assert headers["transfer-encoding"] == "chunked"
    assert body.count(b"\r\n") == 60001


def test_head_and_conditional(address: str) -> None:
    _, headers, _ = get(address, "/page/gpt-3", Accept="text/html")
    status, _, body = get(address, "/page/gpt-3", Accept="text/html", **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")
