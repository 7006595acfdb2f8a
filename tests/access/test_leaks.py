"""What anybody gets of a service that keeps something from them is, byte for byte, what one gives that never had it."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest
from access.conftest import MARK, Pair

from kg.writing.tokens import Tokens

HUSHED = f"https://w3id.org/atlante/id/{MARK}-9"
TRIED: dict[str, list[str]] = {
    "slug": ["openai", f"{MARK}-9", MARK],
    "locator": ["p1"],
    "name": ["Model", "LicenceAgreement"],
    "iri": ["openai", HUSHED],
    "thing": ["gpt-3", f"{MARK}-9"],
    "from": ["openai", "30"],
    "to": ["microsoft", f"{MARK}-labs", "31"],
    "q": [MARK, MARK[:4], "gpt"],
    "path": [f"source/{MARK}", f"source/{MARK}#p1"],
    "number": ["30", "31"],
    "subject": [f"<{HUSHED}>", "<https://w3id.org/atlante/id/gpt-3>"],
    "graph": [f"https://w3id.org/atlante/source/{MARK}#p1"],
    "since": ["0", "30"],
    "as-of": ["", "30", "31"],
    "known-by": ["", "2021-01-01"],
    "valid-on": ["", "2020-10-01"],
    "query": [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g",
        f"ASK {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), '{MARK}')) }}",
        f"SELECT * {{ GRAPH <https://w3id.org/atlante/inferred> {{ ?s ?p <{HUSHED}> }} }}",
        f"SELECT * FROM <https://w3id.org/atlante/source/{MARK}#p1> {{ ?s ?p ?o }}",
        "DESCRIBE id:gpt-3",
        f"SELECT ?x {{ id:{MARK}-9 kg:dependsOn+ ?x }}",
    ],
    "work": ["gpt-3"],
}
"""Values of parameters with which the embargoed source would show, besides the examples of the description."""

FOUND = {
    f"/page/{MARK}-9": {},
    f"/data/{MARK}-9.ttl": {},
    f"/source/{MARK}": {},
    f"/evidence/{MARK}/p1": {},
    "/source/": {},
    "/browse/Model": {},
    "/licences": {"day": "2020-10-01"},
    "/depends": {"iri": "gpt-3"},
    "/graph": {"iri": "gpt-3", "format": "json"},
    "/incoming": {"iri": "https://w3id.org/atlante/id/openai", "property": "https://w3id.org/atlante/ns#developedBy"},
    "/search": {"q": MARK[:-1], "format": "json"},
    "/complete": {"q": MARK[:-1]},
    "/questions/who-licenses": {"work": "gpt-3"},
    "/questions/embargoed-sources": {},
    "/export/evidence.trig": {},
    f"/graphs/source/{MARK}": {},
    "/commits": {"format": "json"},
    "/commits/31": {},
    "/history": {"thing": "gpt-3"},
    "/compare": {"from": "30", "to": "31"},
}
"""Where the embargoed source shows to who may read it; the first letters of its name are not its mark."""

TIMES = ("as-of", "known-by", "valid-on")
"""Parameters that are tried in one format: they choose the graph, whatever the format."""

OF_ITS_OWN = {"/metrics"}
"""What tells of the process itself."""


def requests(client: httpx.Client) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield a path and a query for each reading operation that the service describes, each format, each value tried."""
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        if "get" not in operations or path in OF_ITS_OWN:
            continue
        parameters = {one["name"]: one for one in operations["get"].get("parameters", [])}
        named = [name for name in parameters if name not in ("format", "lang", "timeout")]
        yield from _tried(path, parameters, named)


def _tried(path: str, parameters: dict[str, Any], named: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    examples = {name: str(parameters[name]["example"]) for name in named if parameters[name].get("example") is not None}
    every = [one for one in parameters.get("format", {}).get("schema", {}).get("enum", [""]) if one != "events"]
    for name in named or [""]:
        formats = every[:1] if name in TIMES else every
        enumerated = parameters[name].get("schema", {}).get("enum", []) if name else []
        for value, format in product([*TRIED.get(name, []), *enumerated] or [examples.get(name, "")], formats):
            given = {**examples, **({name: value} if value else {}), **({"format": format} if format else {})}
            place = path
            for one in [one for one in parameters if f"{{{one}}}" in path]:
                place = place.replace(
                    f"{{{one}}}", httpx.URL("/" + given.pop(one).replace("#", "%23")).raw_path.decode()[1:]
                )
            yield place, given


def answer(
    client: httpx.Client, path: str, query: dict[str, str], headers: dict[str, str] | None = None
) -> tuple[Any, ...]:
    reply = client.get(path, params=query, headers={"Accept": "*/*", "Accept-Encoding": "identity", **(headers or {})})
    own = ("date", "etag", "content-length")
    told = {name: value for name, value in reply.headers.items() if name not in own}
    address = str(client.base_url).rstrip("/")
    return reply.status_code, reply.text.replace(address, ""), json.dumps(told).replace(address, "")


@pytest.mark.slow
def test_no_route_tells_of_what_is_embargoed(pair: Pair) -> None:
    with pair.keeping.client() as keeping, pair.innocent.client() as innocent:
        tried = 0
        for path, query in requests(innocent):
            assert answer(keeping, path, query) == answer(innocent, path, query), f"{path} {query}"
            tried += 1
        assert tried > 500


def test_who_may_read_what_is_embargoed_finds_it_by_every_route(pair: Pair) -> None:
    headers = {"Authorization": f"Bearer {pair.token}"}
    with pair.keeping.client() as client:
        for path, query in FOUND.items():
            anybody, reader = answer(client, path, query), answer(client, path, query, headers)
            assert anybody[0] == 404 if MARK in path else MARK not in anybody[1].lower(), path
            assert (reader[0], MARK in reader[1].lower()) == (200, True), path
            assert '"cache-control": "private, no-store"' in reader[2], path
        number = {"query": TRIED["query"][0], "format": "csv"}
        assert answer(client, "/sparql", number, headers)[1] != answer(client, "/sparql", number)[1]


def test_nobody_reads_more_by_a_token_that_is_unknown_revoked_or_only_writes(pair: Pair) -> None:
    tokens = Tokens(pair.store)
    writer, revoked = tokens.make("Writer", ("notes",)), tokens.make("Gone", (), reads=True)
    tokens.revoke(revoked[0].number)
    with pair.keeping.client() as client:
        for secret, status in (("made-up", 401), (revoked[1], 401), (writer[1], 404)):
            reply = client.get(f"/id/{MARK}-9", headers={"Authorization": f"Bearer {secret}", "Accept": "text/turtle"})
            assert (reply.status_code, MARK in reply.text.replace(f"/id/{MARK}-9", "")) == (status, False)


def test_an_answer_for_who_may_is_not_kept_for_others(pair: Pair) -> None:
    query = {"query": f"ASK {{ id:{MARK}-9 a kg:Model }}", "format": "json"}
    with pair.keeping.client() as client:
        for headers in ({"Authorization": f"Bearer {pair.token}"}, {}, {"Authorization": f"Bearer {pair.token}"}, {}):
            reply = client.get("/sparql", params=query, headers=headers)
            assert reply.json()["boolean"] is bool(headers)
            known = {"If-None-Match": reply.headers["ETag"]}
            assert client.get("/sparql", params=query, headers=known).status_code == (200 if headers else 304)


def test_a_stream_of_commits_tells_of_public_ones_alone(pair: Pair) -> None:
    with pair.keeping.client() as client:
        assert "id: 31" in streamed(client, {"Authorization": f"Bearer {pair.token}"})
        assert streamed(client, {}).count("\nid:") == 1


def streamed(client: httpx.Client, headers: dict[str, str]) -> str:
    """Return what the stream of commits after 29 sends until it falls silent."""
    told = ""
    with client.stream("GET", "/commits?format=events&since=29", headers=headers, timeout=1) as reply:
        try:
            for chunk in reply.iter_text():
                told += chunk
        except httpx.ReadTimeout:
            return told
    raise AssertionError("the stream ended")


def test_metrics_name_the_commit_that_is_public(pair: Pair) -> None:
    with pair.keeping.client() as client:
        assert "atlante_commit 30.0" in client.get("/metrics").text
