"""The front of the service, an ASGI application: limits, cache, endpoint and whole graphs; the pages are Flask's."""

import asyncio
import gc
import json
import time
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from flask import Flask
from werkzeug.exceptions import ClientDisconnected, HTTPException, InternalServerError

from kg.errors import AtlanteError, BadInput
from kg.settings import get_number, get_text
from kg.workers import SnapshotGone
from kg.workers.pool import Pool
from server import negotiate, protocol, times
from server.answering import Answering
from server.cache import Cache
from server.dumps import Dumps
from server.endpoint import Endpoint, wanted
from server.exchange import Exchange, Receive, Scope, Send
from server.headers import PREFLIGHT
from server.health import Health
from server.limits import Limits
from server.metrics import LEFT, LIMITS, REPEATED, AccessLog, note
from server.negotiate import GRAPHS, HTML
from server.outcome import Outcome
from server.problems import MEDIA_TYPE, problem_of
from server.proxy import Proxies
from server.rendered import Rendered
from server.scratch import Scratch
from server.stream import CommitStream, wanted_by
from server.view import Snapshot, Views
from server.writes import Writes

_ALLOWED = {"/sparql": "GET, HEAD, POST, OPTIONS"}
_READ = "GET, HEAD, OPTIONS"
_WRITING = {"graphs": ("PUT", "POST", "DELETE"), "commits": ("POST",)}
"""By route, the methods that change the graph."""


OWN_ROUTES = {
    "/export/<what>.<ending>": Dumps.export,
    "/graphs": Dumps.graph,
    "/graphs/<path>": Dumps.graph,
    "/health/live": Health.live,
    "/health/ready": Health.ready,
    "/metrics": Health.metrics,
    "/sparql": Endpoint.answer,
}
"""The paths that the front answers itself, and what answers them."""


class Front:
    """The ASGI application over a Flask application's pages, and where there is one, a graph that anyone may update."""

    def __init__(self, flask: Flask, scratch: Scratch | None = None) -> None:
        self._scratch = scratch
        self._views: Views = flask.extensions["atlante.views"]
        self.cache = Cache(int(get_number("cache_megabytes")))
        self.access = AccessLog(get_text("access_log"))
        self._pages = Rendered(flask)
        self._proxies = Proxies()
        numbers = (int(get_number(f"client_{name}")) for name in ("rate", "queries", "connections"))
        self._limits = Limits(*numbers)
        memory, queue = int(get_number("query_memory")), int(get_number("query_queue"))
        self._pool = Pool(int(get_number("query_workers")), memory, queue)
        self._export_pool = Pool(int(get_number("export_workers")), memory, queue)
        answering = Answering(self.cache)
        self._endpoint = Endpoint(self._pool, answering)
        self._dumps = Dumps(self._export_pool, answering)
        self._health = Health(self._views.public, self._pool)
        self._writes = Writes(self._views.public.directory)
        self._stream = CommitStream()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and end (ASGI 3.0)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        self._proxies.settle(scope)
        exchange = Exchange(scope, receive, send)
        begun = time.perf_counter()
        route = _route(exchange.path)
        try:
            await self._answer(exchange, route)
        except asyncio.CancelledError:
            if not exchange.left:
                raise
        finally:
            if exchange.left:
                LEFT.inc()
            note(self.access, exchange, route, time.perf_counter() - begun)

    def admit(self, peer: str) -> bool:
        """Count a new connection; tell whether its peer may have one more."""
        return self._limits.connect(peer) or self._proxies.trusts(peer)

    def leave(self, peer: str) -> None:
        """Count a connection no longer."""
        self._limits.disconnect(peer)

    def again(self, request: bytes, client: tuple[str, int] | None) -> bytes | None:
        """Return the response to a request of exactly these bytes, if it was answered for this commit before.

        None too for a client that has sent its number: the usual way tells it so.
        """
        try:
            self.cache.follow(self._views.public.current().version)
        except AtlanteError:
            return None
        found = self.cache.response(request)
        peer = client[0] if client else ""
        if found is None or not self._limits.repeated(self._proxies.client(request, peer)):
            return None
        before, after, size, rows = found
        REPEATED.inc()
        if self.access:
            line = request.partition(b"\r\n")[0].decode("latin-1")
            self.access.add(client=peer, request=line, status=200, bytes=size, rows=rows, cached=True)
        return b"".join((before, _date(int(time.time())), after))

    async def _answer(self, exchange: Exchange, route: str) -> None:
        for _ in range(2):
            try:
                if exchange.method == "OPTIONS" and route not in ("pages", "commits"):
                    allowed = {"Allow": _ALLOWED.get(exchange.path, _READ), **PREFLIGHT}
                    await exchange.reply(204, _headers(allowed))
                else:
                    await self._routed(exchange, route)
                return
            except ClientDisconnected:
                exchange.left = True
                return
            except SnapshotGone as error:
                self._views.renew()
                gone = error
            except Exception as error:
                await self._refuse(exchange, error)
                return
        await self._refuse(exchange, gone)

    async def _routed(self, exchange: Exchange, route: str) -> None:
        if route == "health":
            await {"live": self._health.live, "ready": self._health.ready}[exchange.path[8:]](exchange)
            return
        if route == "metrics":
            await self._health.metrics(exchange)
            return
        self._limits.count(exchange.client)
        exchange.token = self._writes.token(exchange)
        if route == "sparql":
            await self._sparql(exchange)
        elif route == "export":
            await self._whole_graph(exchange, self._dumps.export, exchange.path.removeprefix("/export/"))
        elif self._writes.on and exchange.method in _WRITING.get(route, ()):
            await self._written(exchange, route)
        elif route == "graphs":
            await self._whole_graph(exchange, self._dumps.graph, exchange.path.removeprefix("/graphs").lstrip("/"))
        elif route == "commits" and wanted_by(exchange):
            await self._stream.answer(exchange, self._views.of(exchange.reads))
        else:
            await self._pages.answer(exchange)

    def stop(self) -> None:
        """End what would go on for ever: the service is about to stop."""
        self._stream.stop()

    async def _written(self, exchange: Exchange, route: str) -> None:
        if route == "commits":
            await self._writes.commit(exchange)
        else:
            await self._writes.graph(exchange, exchange.path.removeprefix("/graphs").lstrip("/"))
        self._views.renew()

    async def _sparql(self, exchange: Exchange) -> None:
        asked = await protocol.read(exchange)
        if asked is None:
            await self._form_or_description(exchange)
            return
        if isinstance(asked, protocol.Update):
            await self._update(exchange, asked)
            return
        exchange.notes["query"] = asked.query
        here = await self._snapshot(exchange)
        with self._limits.place(exchange.client) as exchange.counted_as:
            end = exchange.cancel_if_left()
            try:
                if not wanted(exchange.header(b"accept"), asked.format, evidence=asked.evidence).html:
                    await self._endpoint.answer(exchange, here, asked)
                    return
                outcome = await self._endpoint.outcome(here, asked, exchange.counted_as)
            finally:
                end()
        await self._pages.answer(exchange, outcome)

    async def _update(self, exchange: Exchange, asked: protocol.Update) -> None:
        exchange.notes["query"] = asked.text
        if self._scratch is None:
            await self._writes.update(exchange, asked)
            self._views.renew()
            return
        number = await self._scratch.update(asked)
        self._views.renew()
        await exchange.reply(204, [(b"atlante-commit", str(number).encode())])

    async def _form_or_description(self, exchange: Exchange) -> None:
        """Show the form, or describe the service (SPARQL 1.1 Service Description, section 2)."""
        chosen = negotiate.choose((HTML, *GRAPHS), exchange.header(b"accept"), exchange.parameter("format"))
        if chosen is None:
            raise BadInput("the parameter query is missing", "", "Ask e.g. /sparql?query=ASK%20%7B%7D.")
        if chosen is not HTML:
            exchange.scope["path"] = exchange.root + "/service"
        await self._pages.answer(exchange)

    async def _snapshot(self, exchange: Exchange) -> Snapshot:
        """Return the graph that a request asks to see: the present one, or one of other times."""
        asked, view = times.asked_by(exchange.parameter), self._views.of(exchange.reads)
        return await asyncio.to_thread(view.at, asked) if asked else view.current()

    async def _whole_graph(self, exchange: Exchange, write: Any, name: str) -> None:
        here = await self._snapshot(exchange)
        with self._limits.place(exchange.client) as exchange.counted_as:
            end = exchange.cancel_if_left()
            try:
                await write(exchange, here, name)
            finally:
                end()

    async def _refuse(self, exchange: Exchange, error: Exception) -> None:
        query = exchange.notes.get("query", "")
        problem = problem_of(error, query)
        exchange.notes["limit"] = problem.limit
        if problem.limit:
            LIMITS.labels(problem.limit).inc()
        if exchange.status:
            # The status line has left: the server closes the connection before the end of the answer.
            exchange.notes["broken"] = problem.detail
            return
        named = None
        with suppress(Exception):
            named = exchange.parameter("format")
        if negotiate.for_people(exchange.header(b"accept"), named):
            known = error if isinstance(error, AtlanteError | HTTPException) else InternalServerError(problem.detail)
            await self._pages.answer(exchange, Outcome(query, error=known))
            return
        if problem.status in (408, 413):
            problem.headers["Connection"] = "close"  # what is left of the body is not read
        told = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
        await exchange.reply(problem.status, _headers(told), json.dumps(problem.members()).encode())

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the processes before the first request, and end them after the last."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._pool.start()
                await self._export_pool.start()
                # What is there now stays; the collector need not look at it again and again.
                gc.collect()
                gc.freeze()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._pool.close()
                await self._export_pool.close()
                await self._writes.close()
                if self._scratch:
                    self._scratch.close()
                self.access.flush()
                await send({"type": "lifespan.shutdown.complete"})
                return


@lru_cache(4)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()


def _route(path: str) -> str:
    if path == "/sparql":
        return "sparql"
    if path in ("/health/live", "/health/ready"):
        return "health"
    if path == "/metrics":
        return "metrics"
    if path.startswith("/export/") and path != "/export/":
        return "export"
    if path == "/commits":
        return "commits"
    return "graphs" if path == "/graphs" or path.startswith("/graphs/") else "pages"


def _headers(pairs: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in pairs.items()]
