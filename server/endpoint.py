"""`/sparql`: the SPARQL 1.1 Protocol's query operation, read-only, evaluated in processes that can be killed."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kg.engine import guard
from kg.errors import AtlanteError
from kg.evidence.writing import SYNTAXES
from kg.settings import get_number, get_text
from kg.workers import Bounds, Job, NotAcceptable
from kg.workers.pool import Pool
from server import negotiate
from server.answering import Answering
from server.exchange import Exchange
from server.explaining import Reasons, reasons
from server.negotiate import DATASETS, GRAPHS, HTML, RESULTS, Format
from server.outcome import Outcome
from server.protocol import Asked
from server.view import Snapshot

ROWS_ON_PAGE = 500
_GRAPHS = (*GRAPHS, *DATASETS)
_WITH_EVIDENCE = tuple(offer for offer in RESULTS if offer.name in SYNTAXES)


@dataclass(frozen=True)
class Wanted:
    """The formats that a client takes: a page, or one for solutions and one for triples."""

    html: bool
    results: Format | None
    graph: Format | None


@lru_cache(1024)
def wanted(accept: str, named: str | None, *, evidence: bool = False) -> Wanted:
    """Return what a client takes; raises the error that lists what there is where it takes nothing.

    With `evidence`, only formats that have room for it are there.
    """
    results = _WITH_EVIDENCE if evidence else RESULTS
    every = (*results, HTML) if evidence else (*results, *_GRAPHS, HTML)
    chosen = negotiate.choose(every, accept, named)
    if chosen is None:
        raise negotiate.not_acceptable(every, named)
    found, graph = negotiate.choose(results, accept, named), negotiate.choose(_GRAPHS, accept, named)
    return Wanted(chosen is HTML, found, graph)


def query_limits() -> guard.Limits:
    """Return what a client's query or update may be, by the settings."""
    return guard.Limits(
        int(get_number("query_length")), int(get_number("query_depth")), int(get_number("query_patterns"))
    )


class Endpoint:
    """Evaluates queries on snapshots."""

    def __init__(self, pool: Pool, answering: Answering) -> None:
        self._pool = pool
        self._answering = answering
        self._limits = query_limits()
        self._services = frozenset(get_text("service_endpoints").split())
        self._bounds = Bounds(
            get_number("query_timeout"),
            int(get_number("query_cpu")),
            int(get_number("query_rows")),
            int(get_number("query_megabytes")) << 20,
        )

    async def answer(self, exchange: Exchange, here: Snapshot, asked: Asked) -> None:
        """Answer a query in the format its client wants, from what is kept or by a query process."""
        wants = wanted(exchange.header(b"accept"), asked.format, evidence=asked.evidence)
        results, graph = _name(wants.results), _name(wants.graph)
        key = (asked.query, asked.default_graphs, asked.named_graphs, results, graph, asked.evidence)
        if await self._answering.kept(exchange, here, key):
            return
        job, facts = self._job(asked, results, graph)
        if asked.explain and (why := await self._why_empty(here, job)):
            told = json.dumps(why.members()).encode()
            await exchange.reply(200, [(b"content-type", b"application/json"), (b"cache-control", b"no-store")], told)
            return
        try:
            async with self._pool.answer(here.path, job, exchange.counted_as) as answer:
                offers = _GRAPHS if answer.form == "graph" else RESULTS
                format = next(offer for offer in offers if offer.name == answer.syntax)
                cached = None if facts.volatile else key
                await self._answering.send(exchange, here, answer, format.content_type, cached, whole=asked.complete)
        except NotAcceptable as error:
            raise negotiate.not_acceptable(_GRAPHS if error.form == "graph" else RESULTS, asked.format) from error

    async def outcome(self, here: Snapshot, asked: Asked, client: str) -> Outcome:
        """Return the first rows of a query's answer, or its error, for the page."""
        outcome = Outcome(asked.query, evidence=asked.evidence)
        try:
            job, _ = self._job(asked, "json", "turtle", rows=ROWS_ON_PAGE)
            async with self._pool.answer(here.path, job, client) as answer:
                outcome.form, outcome.content = answer.form, json.loads(await answer.read())
            if _is_empty(outcome.content):
                outcome.hints = (await reasons(self._pool, here, job)).sentences()
        except AtlanteError as error:
            outcome.error = error
        return outcome

    async def _why_empty(self, here: Snapshot, job: Job) -> Reasons | None:
        """Return why a query has no rows; None if it has some."""
        async with self._pool.answer(here.path, replace(job, rows=1, evidence=False)) as answer:
            empty = _is_empty(json.loads(await answer.read()))
        return await reasons(self._pool, here, job) if empty else None

    def _job(self, asked: Asked, results: str, graph: str, rows: int = 0) -> tuple[Job, guard.Facts]:
        facts = guard.check(asked.query, self._limits, self._services)
        bounds = self._bounds
        if asked.seconds < bounds.seconds:
            bounds = Bounds(asked.seconds, bounds.cpu_seconds, bounds.rows, bounds.size)
        dataset = asked.default_graphs, asked.named_graphs
        return Job("query", asked.query, results, graph, rows, *dataset, bounds, asked.evidence, facts.service), facts


def _is_empty(content: dict[str, Any]) -> bool:
    return not content["rows"] if "rows" in content else not content["boolean"]


def _name(format: Format | None) -> str:
    return format.name if format else ""
