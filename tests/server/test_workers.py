"""Query processes: what they answer, and what ends them without harm."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.engine import guard
from kg.engine.workers import Answer, NotAcceptable, Request, WorkerDied, Workers, WorkersBusy
from kg.errors import QueryError, QueryTimeout

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, publish: Callable[..., Path]) -> Path:
    rows = "".join(f'<http://e/{number}> <http://e/p> "{number}" .\n' for number in range(2000))
    return publish(tmp_path_factory.mktemp("workers"), rows) / "current"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    workers = Workers(1, 1024)
    yield workers
    workers.close()


def ask(workers: Workers, snapshot: Path, query: str, seconds: float = 10, **wanted: str | int) -> Answer:
    return workers.answer(snapshot.resolve(), Request(query, **wanted), seconds)  # type: ignore[arg-type]


def read(answer: Answer) -> str:
    with answer.body as body:
        return body.read().decode()


def test_forms_and_syntaxes(workers: Workers, snapshot: Path) -> None:
    assert read(ask(workers, snapshot, 'SELECT ?s { ?s ?p "7" }', results="csv")) == "s\r\nhttp://e/7\r\n"
    assert '"boolean":true' in read(ask(workers, snapshot, "ASK { ?s ?p ?o }"))
    graph = ask(workers, snapshot, "DESCRIBE <http://e/7>", graph="ntriples")
    assert (graph.form, read(graph)) == ("graph", '<http://e/7> <http://e/p> "7" .\n')


def test_rows_are_bounded(workers: Workers, snapshot: Path) -> None:
    assert '"more": true' in read(ask(workers, snapshot, "SELECT * { ?s ?p ?o }", rows=3))


def test_no_syntax_for_the_form(workers: Workers, snapshot: Path) -> None:
    with pytest.raises(NotAcceptable) as caught:
        ask(workers, snapshot, "CONSTRUCT WHERE { ?s ?p ?o }", graph="")
    assert caught.value.form == "graph"


def test_the_deadline_kills_and_the_next_query_is_answered(workers: Workers, snapshot: Path) -> None:
    before = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"stopped after 0\.5 seconds"):
        ask(workers, snapshot, CROSS, 0.5)
    assert time.monotonic() - before < 3
    assert '"boolean":true' in read(ask(workers, snapshot, "ASK { ?s ?p ?o }"))


def test_a_crash_is_the_worker_s_alone(workers: Workers, snapshot: Path) -> None:
    with pytest.raises(WorkerDied, match="nests too deeply"):
        ask(workers, snapshot, "SELECT * " + "{" * 3000 + "}" * 3000)
    assert '"boolean":true' in read(ask(workers, snapshot, "ASK { ?s ?p ?o }"))


def test_memory_is_capped(snapshot: Path) -> None:
    workers = Workers(1, 512)
    try:
        with pytest.raises(QueryError, match=r"ended|memory"):
            ask(workers, snapshot, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", 60)
        assert '"boolean":true' in read(ask(workers, snapshot, "ASK { ?s ?p ?o }"))
    finally:
        workers.close()


def test_the_process_has_no_network(workers: Workers, snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.uname().machine not in ("x86_64", "aarch64"):
        pytest.skip("no socket filter for this machine")
    monkeypatch.setattr(guard, "check", lambda text: None)
    with pytest.raises(QueryError, match=r"[Pp]ermission"):
        ask(workers, snapshot, "SELECT * { SERVICE <http://127.0.0.1:8080/> { ?s ?p ?o } }")


def test_too_many_at_once_are_told_so(snapshot: Path) -> None:
    workers = Workers(1, 1024)
    try:
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(ask, workers, snapshot, CROSS, 1) for _ in range(6)]
            errors = {type(future.exception()) for future in asked}
        assert errors == {QueryTimeout, WorkersBusy}
    finally:
        workers.close()


def test_the_snapshot_of_each_query_is_followed(
    workers: Workers, snapshot: Path, tmp_path: Path, publish: Callable[..., Path]
) -> None:
    other = publish(tmp_path, "<http://e/a> <http://e/p> <http://e/only> .\n") / "current"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    numbers = [read(ask(workers, path, count, results="csv")) for path in (snapshot, other, snapshot)]
    assert numbers == ["n\r\n2000\r\n", "n\r\n1\r\n", "n\r\n2000\r\n"]
