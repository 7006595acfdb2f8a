"""Counters for Prometheus at `/metrics`, summed over the web processes; and the access log, a line of JSON each."""

import asyncio
import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from server.exchange import Exchange

CONTENT_TYPE = CONTENT_TYPE_LATEST

REQUESTS = Counter("atlante_requests", "Requests answered, by route and status.", ["route", "status"])
SECONDS = Histogram(
    "atlante_request_seconds",
    "Time from the request to the last byte of its answer.",
    ["route"],
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)
LIMITS = Counter(
    "atlante_limits_hit", "Requests refused or stopped, by the setting that says how much is allowed.", ["limit"]
)
CACHED = Counter("atlante_cached_answers", "Queries answered from what is kept of this commit.")
REPEATED = Counter(
    "atlante_repeated_requests", "Requests answered by the bytes they came in, which count nowhere else."
)
LEFT = Counter("atlante_clients_left", "Clients that went away before their answer was complete.")
WAITING = Gauge("atlante_queries_waiting", "Queries that wait for a query process.", multiprocess_mode="livesum")
IDLE = Gauge("atlante_query_processes_idle", "Query processes that wait for a query.", multiprocess_mode="livesum")
COMMIT = Gauge("atlante_commit", "Commit that the answers hold for.", multiprocess_mode="livemostrecent")

_FLUSH_AFTER = 0.2


def exposition() -> bytes:
    """Return all counters in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


class AccessLog:
    """A file that takes a line of JSON per request; lines leave a few at a time."""

    def __init__(self, path: str) -> None:
        self._file = _opened(path)
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._torn = False

    def __bool__(self) -> bool:
        return self._file >= 0

    def add(self, **entry: Any) -> None:
        """Note a request; keys without a value are left out."""
        if self._file < 0:
            return
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03}Z"
        self._lines.append(
            json.dumps({"time": stamp} | {key: value for key, value in entry.items() if value not in ("", None)})
        )
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_AFTER, self.flush)

    def flush(self) -> None:
        """Write what has gathered; a full disk loses lines and stops nothing."""
        self._timer = None
        lines, self._lines = self._lines, []
        if not lines:
            return
        data = ("\n" * self._torn + "\n".join(lines) + "\n").encode()
        written = 0
        with suppress(OSError):
            written = os.write(self._file, data)
        self._torn = 0 < written < len(data) or (self._torn and not written)


def note(log: AccessLog, exchange: Exchange, route: str, seconds: float) -> None:
    """Count and log a request that is over."""
    REQUESTS.labels(route, str(exchange.status)).inc()
    SECONDS.labels(route).observe(seconds)
    if log:
        query = exchange.notes.pop("query", "")
        log.add(
            client=exchange.client,
            method=exchange.method,
            path=exchange.root + exchange.path,
            status=exchange.status,
            bytes=exchange.sent,
            seconds=round(seconds, 4),
            query=_hash(query) if query else "",
            left=exchange.left or None,
            **exchange.notes,
        )


def _hash(query: str) -> str:
    """Return what stands for a query in the log: its text may be private, and is long."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def _opened(path: str) -> int:
    if path == "-":
        return sys.stderr.fileno()
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640) if path else -1
