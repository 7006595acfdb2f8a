"""Each limit is hit once, and the client is told which by `limit`, and when it may come again."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running import Service, serving
from siege.besieging import ATTACKER, BYSTANDER, CROSS, OTHER, ask, connected, path_of, tiny, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def narrow(built_store: Path) -> Iterator[Service]:
    settings = {"query_rows": 2000, "query_megabytes": 1, "query_cpu": 1, "query_length": 3000, "query_depth": 20}
    settings |= {"query_patterns": 200, "query_queue": 3, "client_queries": 2, "client_rate": 20, "query_timeout": 8}
    with serving(built_store, **settings) as service:
        yield service


REFUSED = {
    "query_rows": "SELECT * { ?a a ?b . ?d a ?e }",
    "query_megabytes": 'SELECT ("%s" AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT 2000' % ("x" * 2000),
    "query_cpu": CROSS,
    "query_length": "ASK { } # " + "x" * 3000,
    "query_depth": "ASK " + "{" * 30 + "}" * 30,
    "query_patterns": "ASK { %s }" % ("?a ?b ?c . " * 210),
}


@pytest.mark.parametrize("limit", REFUSED)
def test_what_needs_more_than_it_may_is_refused_by_the_name_of_the_limit(narrow: Service, limit: str) -> None:
    answer = ask(narrow, REFUSED[limit], f"127.0.3.{len(limit)}", complete="required")
    assert (answer.status, answer.problem["limit"]) == (400, limit)
    assert answer.problem["detail"]
    assert answer.problem["hint"]


def test_a_client_says_how_long_it_waits(narrow: Service) -> None:
    ask(narrow, tiny(), OTHER)
    begun = time.monotonic()
    answer = ask(narrow, CROSS, OTHER, timeout="0.5")
    assert 0.4 < time.monotonic() - begun < 3
    assert (answer.status, answer.problem["limit"]) == (504, "query_timeout")
    assert "0.5 seconds" in answer.problem["detail"]


def test_one_client_has_so_many_queries_at_once(narrow: Service) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: ask(narrow, f"{CROSS} # {n}", OTHER, timeout=1), range(6)))
    refused = [answer for answer in answers if answer.status == 429]
    assert {answer.problem["limit"] for answer in refused} == {"client_queries"}
    assert len(refused) >= 3
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)


def test_so_many_queries_wait(narrow: Service) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ask(narrow, f"{CROSS} # {n}", f"127.0.4.{n + 1}", timeout=1), range(8)))
    refused = [answer for answer in answers if answer.status == 503]
    assert "query_queue" in {answer.problem["limit"] for answer in refused}
    for answer in refused:
        assert int(answer.headers["retry-after"]) > 0
        assert answer.problem["detail"]
        assert answer.problem["limit"] in ("query_queue", "query_workers")


def test_one_client_sends_so_many_requests(narrow: Service) -> None:
    answers = [ask(narrow, tiny(), ATTACKER) for _ in range(260)]
    refused = [answer for answer in answers if answer.status != 200]
    assert {(answer.status, answer.problem["limit"]) for answer in refused} == {(429, "client_rate")}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert ask(narrow, tiny(), BYSTANDER).status == 200


def test_exact_repeats_count_as_requests_too(narrow: Service) -> None:
    connection, statuses = connected(narrow, "127.0.5.1"), Counter[int]()
    for _ in range(600):
        connection.request("GET", path_of("ASK {}"))
        statuses[told(connection).status] += 1
    connection.close()
    assert set(statuses) == {200, 429}
    assert statuses[429] > statuses[200] / 2


def test_one_client_cannot_take_all_connections(built_store: Path) -> None:
    with serving(built_store, client_connections=5, trusted_proxies="") as service:
        held = [connected(service, ATTACKER) for _ in range(8)]
        for connection in held:
            connection.connect()
        assert ask(service, "ASK {}", OTHER).status == 200
        statuses = []
        for connection in held:
            try:
                connection.request("GET", "/health/live")
                statuses.append(connection.getresponse().status)
            except OSError:
                statuses.append(503)
            connection.close()
        assert statuses == [200] * 5 + [503] * 3
