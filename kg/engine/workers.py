"""Query processes as their web process sees them: started before they are needed, killed at the deadline, replaced."""

import contextlib
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from kg.engine import guard
from kg.engine.frames import ANSWER, DATA, END, ERROR, HEADER, REQUEST, frame
from kg.errors import AtlanteError, QueryError, QueryTimeout

MAX_ANSWER = 256 << 20
"""Bytes an answer may have."""

_IN_MEMORY = 1 << 20
_WAITING_PER_WORKER = 2
_PACKAGES = str(Path(__file__).resolve().parents[2])


class NotAcceptable(AtlanteError):
    """None of the syntaxes that the client takes fits the form of its query; `form` is select, ask or graph."""

    def __init__(self, form: str) -> None:
        super().__init__(f"the answer of a {form} query has none of the formats asked for", "query")
        self.form = form


class WorkerDied(QueryError):
    """The process that evaluated the query ended: the query nests too deeply, or needs more memory than the cap."""


class WorkersBusy(AtlanteError):
    """No query process came free in time, or too many requests wait for one."""

    exit_code = 3


@dataclass(frozen=True)
class Request:
    """A client's query.

    `results` and `graph` name the wanted syntaxes (kg.rdf.RESULTS_FORMATS for SELECT and ASK, kg.rdf.FORMATS for
    CONSTRUCT and DESCRIBE; "" if the client takes none); `rows` above 0 asks for that many rows as plain JSON instead.
    """

    query: str
    results: str = "json"
    graph: str = "turtle"
    rows: int = 0


@dataclass(frozen=True)
class Answer:
    """A whole answer: the query's form (select, ask, graph), the syntax it came in, its bytes, and their number."""

    form: str
    syntax: str
    body: IO[bytes]
    size: int


class _Worker:
    """One query process and the pipes to it."""

    def __init__(self, memory_mib: int) -> None:
        path = os.pathsep.join(filter(None, [_PACKAGES, os.environ.get("PYTHONPATH", "")]))
        self._memory_mib = memory_mib
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kg.engine.worker", str(memory_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Two arenas of glibc's allocator keep the address space, which is what is capped, near what is used.
            env={"MALLOC_ARENA_MAX": "2", **os.environ, "PYTHONPATH": path},
        )

    def ask(self, request: dict[str, Any], deadline: float) -> Answer:
        """Send a request and read its whole answer; raises QueryTimeout at the deadline (time.monotonic)."""
        assert self.process.stdin
        try:
            self.process.stdin.write(frame(REQUEST, request))
            self.process.stdin.flush()
        except OSError as error:
            raise self._died() from error
        return self._answer(deadline)

    def _answer(self, deadline: float) -> Answer:
        # The answer owns the file, and whoever takes the answer closes it.
        body = cast(IO[bytes], SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
        try:
            head = self._receive(body, deadline)
        except BaseException:
            body.close()
            raise
        size = body.tell()
        body.seek(0)
        return Answer(head["form"], head["syntax"], body, size)

    def _receive(self, body: IO[bytes], deadline: float) -> dict[str, str]:
        """Write the data of an answer to `body` until its end; return what its first frame says."""
        head: dict[str, str] = {}
        while True:
            kind, length = HEADER.unpack(self._read(HEADER.size, deadline))
            content = self._read(length, deadline)
            if kind == ANSWER:
                head = json.loads(content)
            elif kind == ERROR:
                raise _error(json.loads(content))
            elif kind == END:
                return head
            elif kind == DATA and body.tell() + body.write(content) > MAX_ANSWER:
                raise _too_large()

    def _read(self, length: int, deadline: float) -> bytes:
        assert self.process.stdout
        descriptor = self.process.stdout.fileno()
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        data = bytearray()
        while len(data) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise QueryTimeout("the query did not end in its time", "query")
            chunk = os.read(descriptor, length - len(data))
            if not chunk:
                raise self._died()
            data += chunk
        return bytes(data)

    def _died(self) -> WorkerDied:
        code = self.process.wait()
        if code == -signal.SIGSEGV:
            return WorkerDied(
                "the query nests too deeply: the process that read it ended",
                "query",
                "Take out nested braces and brackets that the query does not need.",
            )
        return WorkerDied(
            "the process that evaluated the query ended",
            "query",
            f"A query may use {self._memory_mib} MiB of memory; make it narrower, or give it a LIMIT.",
        )

    def end(self) -> None:
        """Kill the process and collect it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


class Workers:
    """A pool of query processes; threads may share it, and a fork of its process gets processes of its own."""

    def __init__(self, size: int, memory_mib: int) -> None:
        self._size = size
        self._memory_mib = memory_mib
        self._lock = threading.Lock()
        self._owner = 0
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._places = threading.BoundedSemaphore(1)

    def start(self) -> None:
        """Start the processes, if this process has none; it does not wait until they are ready."""
        with self._lock:
            if self._owner == os.getpid():
                return
            self._idle = queue.LifoQueue()
            for _ in range(self._size):
                self._idle.put(_Worker(self._memory_mib))
            self._places = threading.BoundedSemaphore(self._size * (1 + _WAITING_PER_WORKER))
            self._owner = os.getpid()

    def answer(self, snapshot: Path, request: Request, seconds: float) -> Answer:
        """Evaluate a client's query on a snapshot, within `seconds` once a process is free.

        Raises QueryError for a query that is refused, wrong or too large, WorkerDied, QueryTimeout, NotAcceptable,
        and WorkersBusy if no process comes free in `seconds` or too many requests wait already.
        """
        guard.check(request.query)
        self.start()
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            return self._answer(snapshot, request, seconds)
        finally:
            self._places.release()

    def _answer(self, snapshot: Path, request: Request, seconds: float) -> Answer:
        try:
            worker = self._idle.get(timeout=seconds)
        except queue.Empty:
            raise _busy() from None
        message = {"snapshot": str(snapshot), "seconds": seconds, **vars(request)}
        healthy = False
        try:
            answer = worker.ask(message, time.monotonic() + seconds)
            healthy = True
            return answer
        except (NotAcceptable, _Refused) as error:
            healthy = True
            raise error.reason if isinstance(error, _Refused) else error from None
        except QueryTimeout as error:
            raise QueryTimeout(
                f"the query was stopped after {seconds:g} seconds",
                "query",
                "Narrow it: join patterns by shared variables, name a class or a property, add a LIMIT.",
            ) from error
        finally:
            self._put_back(worker, healthy)

    def _put_back(self, worker: _Worker, healthy: bool) -> None:
        if not healthy:
            worker.end()
            worker = _Worker(self._memory_mib)
        self._idle.put(worker)

    def close(self) -> None:
        """End all idle processes of this process."""
        with self._lock:
            while self._owner == os.getpid() and not self._idle.empty():
                self._idle.get().end()
            self._owner = 0


class _Refused(Exception):
    """The worker is well and refuses the query; `reason` is the error for the client."""

    def __init__(self, reason: AtlanteError) -> None:
        super().__init__(reason)
        self.reason = reason


def _error(content: dict[str, str]) -> Exception:
    if content["kind"] == "NoSyntax":
        return NotAcceptable(content["what"])
    if content["kind"] == "MemoryError":
        return WorkerDied("the query needs more memory than it may use", "query", "Make it narrower.")
    if content["kind"] == "QueryError":
        return _Refused(QueryError(content["what"], "query", content["repair"]))
    return QueryError(content["what"], "query")


def _too_large() -> QueryError:
    return QueryError(
        f"the answer has more than {MAX_ANSWER >> 20} MiB", "query", "Give it a LIMIT; whole graphs are at /export/."
    )


def _busy() -> WorkersBusy:
    return WorkersBusy("all query processes are busy", "", "Try again in a few seconds.")
