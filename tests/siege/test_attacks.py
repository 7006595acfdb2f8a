"""During each attack a bystander's small queries are answered as ever."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import pytest
from running import Service
from siege.besieging import (
    ATTACKER,
    CROSS,
    ENDLESS,
    OTHER,
    ask,
    attack,
    connected,
    eventually,
    got,
    opened,
    path_of,
    report,
    resident,
    rest_of,
    tiny,
    told,
    web_processes,
    witnessed,
)

pytestmark = pytest.mark.slow

SECONDS = 3.0
MEGABYTE = 1 << 20

_DOUBLINGS = " ".join(f"BIND(CONCAT(?x{number}, ?x{number}) AS ?x{number + 1})" for number in range(40))
_REPLACED = (
    'SELECT (STRLEN(REPLACE(REPLACE(REPLACE(?s, ".", ?s), ".", ?s), ".", ?s)) AS ?n) '
    "{ ?a ?p ?o BIND(STR(?o) AS ?s) FILTER(STRLEN(?s) > 80) }"
)
BOMBS = {
    "cross products": [CROSS, "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f && ?f = ?i && ?a != ?d) }"],
    "sorted cross products": ["SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"],
    "doubled strings": [
        f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789abcdef" AS ?x0) {_DOUBLINGS} }}',
        _REPLACED,
    ],
    "hostile patterns": [
        'SELECT * { ?s ?p ?o FILTER(REGEX(CONCAT(STR(?o), "!"), "^(([a-z ]+)+)+(x+x+)+y$")) }',
        'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "(a{0,1000}){0,1000}")) }',
        'SELECT (REPLACE("%s", "(a|aa|a?)+b", "$1") AS ?x) {}' % ("a" * 20_000),
    ],
    "everything in one string": [
        'SELECT (GROUP_CONCAT(?o ; separator="") AS ?x) { ?s ?p ?o . ?a ?b ?c }',
        "SELECT ?p (GROUP_CONCAT(DISTINCT ?o) AS ?x) (SAMPLE(?c) AS ?y) { ?s ?p ?o . ?a ?b ?c } GROUP BY ?p",
    ],
    "nested braces": ["SELECT * " + "{" * 3000 + "}" * 3000, "ASK { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }"],
    "long paths": [
        f"SELECT * {{ ?s {'/'.join(['kg:partOf'] * 10_000)} ?o }}",
        f"SELECT * {{ ?s ({'|'.join(['!rdf:type'] * 10_000)})* ?o }}",
        "SELECT * { ?s (!<x:a>|^!<x:b>)*/(!<x:c>|^!<x:d>)* ?o }",
    ],
    "long texts": ['ASK { id:gpt-3 a ?x FILTER(?x != "%s") }' % ("a" * 150_000), "ASK {} " + "." * 190_000],
}


@pytest.mark.parametrize("bombs", BOMBS)
def test_one_client_with_bombs_stops_no_other(besieged: Service, bombs: str) -> None:
    with witnessed(besieged, bombs):
        statuses = attack(besieged, BOMBS[bombs], SECONDS)
    assert statuses <= {0, 200, 400, 429, 500, 503, 504}


def test_a_client_with_more_at_once_than_it_may_is_told_so(besieged: Service) -> None:
    with witnessed(besieged, "40 cross products at once of one client"):
        statuses = attack(besieged, [CROSS], SECONDS, at_once=40)
    assert 429 in statuses


def test_the_memory_of_the_web_process_does_not_grow_with_an_answer(roomy: Service) -> None:
    (web,) = web_processes(roomy)
    ask(roomy, tiny())
    before = resident(web)
    with witnessed(roomy, "an answer of many gigabytes"), ExitStack() as stack:
        requests = [got(ENDLESS + " #" + name, f"Accept-Encoding: {name}") for name in ("x", "br")]
        connections = [stack.enter_context(opened(roomy, request)) for request in requests]
        most, received, until = before, 0, time.monotonic() + 1.5
        while time.monotonic() < until:
            received += sum(len(connection.recv(MEGABYTE)) for connection in connections)
            most = max(most, resident(web))
        for _ in range(10):  # they read no more, and the answer does not pile up
            time.sleep(0.1)
            most = max(most, resident(web))
    report("an answer of many gigabytes", received=received, grown=most - before)
    assert received > MEGABYTE
    assert most - before < 64 * MEGABYTE


def test_what_is_kept_of_long_requests_has_a_bound(besieged: Service) -> None:
    (web,) = web_processes(besieged)
    ask(besieged, tiny())
    before = resident(web)
    with closing(connected(besieged)) as connection:
        for number in range(400):
            long = f"ASK {{}} # {number} " + "x" * 190_000
            connection.request("POST", "/sparql", long, {"Content-Type": "application/sparql-query"})
            assert told(connection).status == 200
    with closing(connected(besieged, OTHER)) as connection:
        for number in range(800):
            headers = {"Accept": "*/*", "X-Pad": str(number) + "x" * 60_000}
            connection.request("GET", path_of("ASK {}"), headers=headers)
            assert told(connection).status == 200
    grown = resident(web) - before
    report("long requests", grown=grown)
    assert grown < 96 * MEGABYTE


def test_two_hundred_clients_at_once(roomy: Service) -> None:
    with witnessed(roomy, "200 clients at once"), ThreadPoolExecutor(200) as pool:
        answers = pool.map(lambda number: ask(roomy, tiny(), f"127.0.2.{number % 200 + 1}"), range(800))
        assert {answer.status for answer in answers} == {200}


SILENCE = {
    "nothing": b"",
    "half a request line": b"GET /spa",
    "half a head": b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: x\r\nX-",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 99\r\n\r\nASK {",
    "half a body of a page": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 99\r\n\r\na=",
    "half a second request": b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",
}


def test_silent_connections_are_closed(besieged: Service) -> None:
    with witnessed(besieged, "200 silent connections"), ExitStack() as stack:
        kinds = [SILENCE[kind] for kind in SILENCE for _ in range(34)]
        connections = [stack.enter_context(opened(besieged, sent)) for sent in kinds]
        latest = time.monotonic() + 8
        answers = [rest_of(connection, latest - time.monotonic()) for connection in connections]
    for answer in answers:
        assert not answer or answer.startswith((b"HTTP/1.1 408", b"HTTP/1.1 405", b"HTTP/1.1 200", b"HTTP/1.1 503"))


@pytest.mark.parametrize("kind", ["half a head", "half a body", "half a second request"])
def test_a_trickle_does_not_keep_a_connection_open(besieged: Service, kind: str) -> None:
    with opened(besieged, SILENCE[kind]) as connection:
        begun = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() < begun + 8:
                time.sleep(0.2)
                connection.sendall(b"x")
        assert time.monotonic() < begun + 8


@pytest.fixture
def slow_readers(besieged: Service) -> Iterator[None]:
    with ExitStack() as stack:
        queries = [f"{ENDLESS} # {random.random()}" for _ in range(3)]
        for query in [*queries, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000"]:
            stack.enter_context(opened(besieged, got(query), OTHER, receive=1024))
        for path in (b"/export/evidence.trig", b"/"):
            request = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path
            stack.enter_context(opened(besieged, request * 50, OTHER, receive=1024))
        yield


def test_slow_readers_hold_no_process_longer_than_a_query_may_take(besieged: Service, slow_readers: None) -> None:
    with witnessed(besieged, "slow readers"):
        assert eventually(lambda: ask(besieged, tiny(), OTHER).status == 200, 15)


def test_who_takes_nothing_of_an_answer_is_left(besieged: Service) -> None:
    connections = [opened(besieged, got(f"{ENDLESS} # {number}"), receive=1024) for number in range(2)]
    connections += [
        opened(besieged, got("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000"), receive=1024) for _ in range(20)
    ]
    time.sleep(6)
    for connection in connections:
        assert not rest_of(connection).endswith(b"0\r\n\r\n")


def test_pages_asked_by_the_hundred_stop_no_query(besieged: Service) -> None:
    paths = ["/", "/page/gpt-3", "/source/", "/questions/", "/entity?iri=https://w3id.org/atlante/ns%23Model", "/ns"]
    with witnessed(besieged, "pages by the hundred"), ThreadPoolExecutor(20) as pool:
        until = time.monotonic() + SECONDS

        def browse(path: str) -> set[int]:
            seen, connection = set[int](), connected(besieged, ATTACKER)
            while time.monotonic() < until:
                connection.request("GET", path)
                seen.add(told(connection).status)
            connection.close()
            return seen

        statuses = set().union(*pool.map(browse, paths * 3))
    assert statuses <= {200, 429}
