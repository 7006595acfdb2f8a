"""The stream of commits, `/commits` as Server-Sent Events (HTML Living Standard, section 9.2): each as it comes."""

import asyncio
import json
import time
from typing import TYPE_CHECKING

from kg.errors import BadInput
from kg.settings import get_number
from kg.workers import WorkersBusy
from server import negotiate, times
from server.commits import LIST_OFFERS, plain
from server.exchange import Exchange
from server.negotiate import EVENTS

if TYPE_CHECKING:
    from kg.log import Commit
    from server.view import View

_LOOKED_AT = 0.25
"""Seconds after which a stream looks whether there is a new commit."""

_SILENT = 15.0
"""Seconds without a commit after which a comment tells client and proxies that the stream stands."""


def wanted_by(exchange: Exchange) -> bool:
    """Tell whether a request to `/commits` asks for the stream."""
    if exchange.method not in ("GET", "HEAD"):
        return False
    return negotiate.choose(LIST_OFFERS, exchange.header(b"accept"), exchange.parameter("format")) is EVENTS


class CommitStream:
    """Sends clients each commit that their view comes to show, until they leave or the service stops."""

    def __init__(self) -> None:
        self._most = int(get_number("streams"))
        self._patience = get_number("idle_timeout")
        self._open = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all streams."""
        self._stopping.set()

    async def answer(self, exchange: Exchange, view: "View") -> None:
        """Send the commits of a view after the one that `Last-Event-ID` or `since` names, else those to come."""
        last = _begun_after(exchange, view)
        if self._open >= self._most:
            raise WorkersBusy("streams", f"{self._most} streams of commits are open")
        self._open += 1
        end = exchange.cancel_if_left()
        try:
            headers = {"content-type": EVENTS.content_type, "cache-control": "no-store", "x-accel-buffering": "no"}
            await exchange.begin(200, [(name.encode(), value.encode()) for name, value in headers.items()])
            if exchange.method != "HEAD":
                await self._send(exchange, view, last)
            await exchange.write(b"", more=False)
        finally:
            end()
            self._open -= 1

    async def _send(self, exchange: Exchange, view: "View", last: int) -> None:
        await self._write(exchange, "retry: 2000\n\n")
        silent_since = time.monotonic()
        while not self._stopping.is_set():
            here = view.current().commit
            if here > last:
                commits = await asyncio.to_thread(view.store.log.commits, last)
                for commit in commits:
                    if commit.number <= here:
                        await self._write(exchange, _event(exchange, commit))
                last, silent_since = here, time.monotonic()
            elif time.monotonic() - silent_since > _SILENT:
                await self._write(exchange, ": nothing new\n\n")
                silent_since = time.monotonic()
            try:
                await asyncio.wait_for(self._stopping.wait(), _LOOKED_AT)
            except TimeoutError:
                continue

    async def _write(self, exchange: Exchange, text: str) -> None:
        """Send text; a client that takes nothing for long is left (TimeoutError), and can resume later."""
        async with asyncio.timeout(self._patience):
            await exchange.write(text.encode())


def _begun_after(exchange: Exchange, view: "View") -> int:
    if times.asked_by(exchange.parameter):
        repair = "Leave the times out; ?since=N begins after a commit."
        raise BadInput("a stream tells what comes, and has no other times", "", repair)
    given = exchange.header(b"last-event-id") or exchange.parameter("since")
    if given is None:
        return view.current().commit
    if not given.isdecimal() or len(given) > 15:
        raise BadInput(f"since={given!r} is not the number of a commit", "since", "Say 0 for all commits.")
    return int(given)


def _event(exchange: Exchange, commit: "Commit") -> str:
    told = plain(commit, f"{exchange.root}/commits/{commit.number}")
    return f"event: commit\nid: {commit.number}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
