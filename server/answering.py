"""How the answer of a query process reaches a client: held until its status is true, kept where small, streamed."""

import asyncio
import hashlib
import zlib
from collections.abc import Hashable
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import brotli

from kg.workers.pool import Answer
from server.cache import LARGEST, Cache, Kept, coding_for, matches
from server.exchange import Exchange
from server.headers import FOREVER, PRIVATE
from server.metrics import CACHED
from server.view import Snapshot

HELD_ROWS = 1000
HELD_SECONDS = 0.2
_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16
_VARY = (b"vary", b"Accept, Accept-Encoding, Authorization")
_REVALIDATE = (b"cache-control", b"public, no-cache")
_NEVER = (b"cache-control", b"no-store")
REQUEST = "atlante.request"
"""Where the scope's extensions hold the bytes of a request that may be answered again from them alone."""

Header = tuple[bytes, bytes]


class Answering:
    """Sends answers, and keeps the small ones in a cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def kept(self, exchange: Exchange, here: Snapshot, key: Hashable) -> bool:
        """Answer from what is kept, or with 304 where the client has what would be answered; tell whether it was so."""
        kept = None
        if here.everyones:
            self._cache.follow(here.version)
            kept = self._cache.get(key)
        if kept:
            CACHED.inc()
            exchange.notes |= {"rows": kept.rows, "cached": True}
            await self._whole(exchange, here, kept)
            return True
        known = exchange.header(b"if-none-match")
        if known and matches(known, _weak(here, key)):
            headers = [(b"etag", _weak(here, key).encode()), _VARY, _caching(here)]
            await exchange.reply(304, headers)
            return True
        return False

    async def send(
        self,
        exchange: Exchange,
        here: Snapshot,
        answer: Answer,
        content_type: str,
        key: Hashable | None,
        *,
        whole: bool = False,
        headers: tuple[Header, ...] = (),
    ) -> None:
        """Send an answer: whole where it is small, or where the client requires it; else as it comes.

        The status line leaves once 1,000 rows are there, or 0.2 s after the first bytes; what goes wrong later breaks
        the connection off. `key` is what the answer is kept under; None keeps it from every cache.
        """
        exchange.notes["worker"] = answer.process
        held, pending = await _held(answer)
        if answer.complete and pending is None and len(held) <= LARGEST:
            exchange.notes["rows"] = answer.rows
            kept = Kept(content_type, bytes(held), answer.rows)
            if key is not None and here.everyones:
                self._cache.put(key, kept)
            await self._whole(exchange, here, kept, cacheable=key is not None, headers=headers)
            return
        coding = coding_for(exchange.header(b"accept-encoding"), len(held))
        cached = [(b"etag", _weak(here, key).encode()), _caching(here)] if key is not None else [_NEVER]
        shown = [(b"content-type", content_type.encode()), _VARY, *cached, *_commit(here), *headers]
        if coding:
            shown.append((b"content-encoding", coding.encode()))
        pieces = _Pieces(answer, held, pending, coding)
        try:
            await (_spooled(exchange, shown, pieces) if whole else _streamed(exchange, shown, pieces))
        finally:
            exchange.notes["rows"] = answer.rows
            if pending:  # nobody waits for it where the answer ended before its first byte
                pending.cancel()

    async def _whole(
        self,
        exchange: Exchange,
        here: Snapshot,
        kept: Kept,
        *,
        cacheable: bool = True,
        headers: tuple[Header, ...] = (),
    ) -> None:
        coding = coding_for(exchange.header(b"accept-encoding"), len(kept.body))
        etag = kept.etag(coding)
        shown = [(b"etag", etag.encode()), _VARY, _caching(here) if cacheable else _NEVER, *_commit(here), *headers]
        known = exchange.header(b"if-none-match")
        if known and matches(known, etag):
            await exchange.reply(304, shown)
            return
        shown.append((b"content-type", kept.content_type.encode()))
        if coding:
            shown.append((b"content-encoding", coding.encode()))
        body = kept.coded(coding)
        request = exchange.scope.get("extensions", {}).get(REQUEST)
        if cacheable and request and here.everyones:
            before, after = exchange.as_bytes(shown, body)
            self._cache.remember(request, before, after, len(body), kept.rows)
        await exchange.reply(200, shown, body)


class _Pieces:
    """The bytes of an answer, from those held back on, in a content coding."""

    def __init__(
        self, answer: Answer, held: bytearray, pending: "asyncio.Future[bytes | None] | None", coding: str
    ) -> None:
        self._answer = answer
        self._held = held
        self._pending = pending
        self._coder = _Brotli() if coding == "br" else _Gzip() if coding else None

    async def next(self) -> bytes | None:
        """Return the next bytes, which may be none just now; None after the last."""
        piece = await self._next()
        if self._coder is None:
            return piece
        if piece is not None:
            return self._coder.code(piece)
        last, self._coder = self._coder.end(), None
        return last

    async def _next(self) -> bytes | None:
        if self._held:
            piece, self._held = bytes(self._held), bytearray()
            return piece
        if self._pending:
            pending, self._pending = self._pending, None
            return await pending
        return await self._answer.next()


class _Gzip:
    def __init__(self) -> None:
        self._coder = zlib.compressobj(1, wbits=31)

    def code(self, data: bytes) -> bytes:
        return self._coder.compress(data)

    def end(self) -> bytes:
        return self._coder.flush()


class _Brotli:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=1)

    def code(self, data: bytes) -> bytes:
        return self._coder.process(data)

    def end(self) -> bytes:
        return self._coder.finish()


async def _held(answer: Answer) -> "tuple[bytearray, asyncio.Future[bytes | None] | None]":
    """Return the first bytes once the status may be told, and what was still awaited then."""
    held = bytearray(await answer.next() or b"")
    loop = asyncio.get_running_loop()
    until = loop.time() + HELD_SECONDS
    while not answer.complete and answer.rows < HELD_ROWS:
        pending = asyncio.ensure_future(answer.next())
        try:
            done, _ = await asyncio.wait({pending}, timeout=until - loop.time())
        except asyncio.CancelledError:
            pending.cancel()
            raise
        if not done:
            return held, pending
        held += pending.result() or b""
    return held, None


async def _streamed(exchange: Exchange, headers: list[Header], pieces: _Pieces) -> None:
    await exchange.begin(200, headers)
    while (piece := await pieces.next()) is not None:
        if exchange.method == "HEAD":
            break
        if piece:
            await exchange.write(piece)
    await exchange.write(b"", more=False)


async def _spooled(exchange: Exchange, headers: list[Header], pieces: _Pieces) -> None:
    """Wait for the whole answer, in a file where it is large, so that what goes wrong is told by the status."""
    with cast(IO[bytes], SpooledTemporaryFile(_IN_MEMORY)) as spool:
        while (piece := await pieces.next()) is not None:
            spool.write(piece)
        length = spool.tell()
        spool.seek(0)
        await exchange.begin(200, [*headers, (b"content-length", str(length).encode())])
        while exchange.method != "HEAD" and (block := spool.read(_CHUNK)):
            await exchange.write(block)
        await exchange.write(b"", more=False)


def _weak(here: Snapshot, key: Hashable) -> str:
    """Return the weak entity tag of an answer that is not kept: the same facts, maybe in another order."""
    return f'W/"{here.tag}-{hashlib.sha256(repr(key).encode()).hexdigest()[:24]}"'


def _caching(here: Snapshot) -> Header:
    """Return how long an answer holds: until it is asked whether it does, or, from a pinned commit, for ever."""
    if not here.public:
        return (b"cache-control", PRIVATE.encode())
    return (b"cache-control", FOREVER.encode()) if here.pinned else _REVALIDATE


def _commit(here: Snapshot) -> list[Header]:
    return [(b"atlante-commit", str(here.commit).encode())]
