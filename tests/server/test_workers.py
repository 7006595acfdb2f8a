"""Query processes: what they answer, and what ends them without harm."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from kg.errors import LimitReached, QueryError, QueryTimeout
from kg.workers import Bounds, Job, NotAcceptable, SnapshotGone, WorkerDied, WorkersBusy
from kg.workers.pool import Pool

T = TypeVar("T")

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@dataclass
class Answered:
    """A whole answer."""

    form: str
    rows: int
    text: str


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, publish: Callable[..., Path]) -> Path:
    rows = "".join(f'<http://e/{number}> <http://e/p> "{number}" .\n' for number in range(2000))
    return (publish(tmp_path_factory.mktemp("workers"), rows) / "current").resolve()


async def ask(pool: Pool, snapshot: Path, query: str, bounds: Bounds | None = None, **wanted: object) -> Answered:
    job = Job(query=query, bounds=bounds or Bounds(), **wanted)  # type: ignore[arg-type]
    async with pool.answer(snapshot, job) as answer:
        text = (await answer.read()).decode()
        return Answered(answer.form, answer.rows, text)


async def until(reached: Callable[[], bool]) -> None:
    """Wait for something that will soon be so; at most half a minute, for the machine may be busy."""
    for _ in range(3000):
        if reached():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it was not reached in time")


def with_pool(work: Callable[[Pool], Awaitable[T]], *, size: int = 1, memory: int = 1024, queue: int = 2) -> T:
    """Do async work with a pool of its own, and return what it returns."""

    async def run() -> T:
        pool = Pool(size, memory, queue)
        await pool.start()
        try:
            await until(lambda: pool.idle == size)
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(run())


def test_forms_and_syntaxes(snapshot: Path) -> None:
    async def work(pool: Pool) -> None:
        select = await ask(pool, snapshot, 'SELECT ?s { ?s ?p "7" }', results="csv")
        assert select.text == "s\r\nhttp://e/7\r\n"
        assert '"boolean":true' in (await ask(pool, snapshot, "ASK { ?s ?p ?o }")).text
        graph = await ask(pool, snapshot, "DESCRIBE <http://e/7>", graph="ntriples")
        assert (graph.form, graph.text) == ("graph", '<http://e/7> <http://e/p> "7" .\n')
        assert '"more": true' in (await ask(pool, snapshot, "SELECT * { ?s ?p ?o }", rows=3)).text
        with pytest.raises(NotAcceptable) as caught:
            await ask(pool, snapshot, "CONSTRUCT WHERE { ?s ?p ?o }", graph="")
        assert caught.value.form == "graph"

    with_pool(work)


@pytest.mark.parametrize(("syntax", "beyond"), [("json", 0), ("xml", 0), ("csv", 1), ("tsv", 1)])
def test_rows_are_counted_in_every_syntax(snapshot: Path, syntax: str, beyond: int) -> None:
    answer = with_pool(lambda pool: ask(pool, snapshot, "SELECT * { ?s ?p ?o }", results=syntax))
    assert abs(answer.rows - 2000) <= 1
    assert answer.rows <= 2000 + beyond


@pytest.mark.parametrize(
    ("query", "bounds", "error", "told"),
    [
        (CROSS, Bounds(0.5), QueryTimeout, r"stopped after 0\.5 seconds"),
        (CROSS, Bounds(20, cpu_seconds=1), LimitReached, "1 seconds of CPU"),
        ("SELECT * { ?s ?p ?o }", Bounds(rows=100), LimitReached, "more than 100 rows"),
        ("SELECT * { ?s ?p ?o }", Bounds(size=1 << 16), LimitReached, "MB"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", Bounds(size=1 << 16), LimitReached, "MB"),
        ("SELECT * " + "{" * 3000 + "}" * 3000, Bounds(), WorkerDied, "nests too deeply"),
        ("SELECT", Bounds(), QueryError, "error at"),
    ],
    ids=["wall time", "CPU", "rows", "bytes", "bytes of a graph", "crash", "syntax"],
)
def test_what_is_beyond_its_bounds_is_told_so_and_the_next_query_is_answered(
    snapshot: Path, query: str, bounds: Bounds, error: type[Exception], told: str
) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(error, match=told):
            await ask(pool, snapshot, query, bounds)
        assert '"boolean":true' in (await ask(pool, snapshot, "ASK { ?s ?p ?o }")).text

    with_pool(work)


def test_memory_is_capped(snapshot: Path) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(QueryError, match=r"ended|memory"):
            await ask(pool, snapshot, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", Bounds(60, 60))
        assert '"boolean":true' in (await ask(pool, snapshot, "ASK { ?s ?p ?o }")).text

    with_pool(work, memory=512)


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="no socket filter for this machine")
def test_a_process_has_no_network_unless_it_is_given(snapshot: Path) -> None:
    async def work(pool: Pool) -> None:
        query = "SELECT * { SERVICE <http://127.0.0.1:8999/> { ?s ?p ?o } }"
        with pytest.raises(QueryError, match=r"[Pp]ermission"):
            await ask(pool, snapshot, query)
        with pytest.raises(QueryError, match=r"[Rr]efused|127\.0\.0\.1"):
            await ask(pool, snapshot, query, network=True)

    with_pool(work)


def test_too_many_at_once_are_told_so(snapshot: Path) -> None:
    async def work(pool: Pool) -> set[type[BaseException]]:
        asked = [ask(pool, snapshot, CROSS, Bounds(1)) for _ in range(6)]
        return {type(error) for error in await asyncio.gather(*asked, return_exceptions=True)}

    assert with_pool(work) == {QueryTimeout, WorkersBusy}


def test_who_no_longer_waits_takes_no_process(snapshot: Path) -> None:
    async def work(pool: Pool) -> None:
        first = asyncio.create_task(ask(pool, snapshot, CROSS))
        await until(lambda: pool.idle == 0)
        second = asyncio.create_task(ask(pool, snapshot, "ASK {}"))
        await until(lambda: pool.waiting == 1)
        for task in (second, first):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert pool.waiting == 0
        assert '"boolean":true' in (await ask(pool, snapshot, "ASK {}")).text

    with_pool(work)


def test_the_snapshot_of_each_query_is_followed(snapshot: Path, tmp_path: Path, publish: Callable[..., Path]) -> None:
    other = (publish(tmp_path, "<http://e/a> <http://e/p> <http://e/only> .\n") / "current").resolve()

    async def work(pool: Pool) -> None:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        answers = [await ask(pool, path, count, results="csv") for path in (snapshot, other, snapshot)]
        assert [answer.text for answer in answers] == ["n\r\n2000\r\n", "n\r\n1\r\n", "n\r\n2000\r\n"]
        with pytest.raises(SnapshotGone):
            await ask(pool, tmp_path / "none", count)

    with_pool(work)
