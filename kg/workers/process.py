"""One disposable process, as its web process sees it."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import AtlanteError, LimitReached, QueryError, QueryTimeout
from kg.workers import Bounds, Job, NotAcceptable, SnapshotGone, WorkerDied
from kg.workers.channel import Channel
from kg.workers.frames import ANSWER, DATA, END, HEADER, JOB, frame

_PACKAGES = str(Path(__file__).resolve().parents[2])


class Worker:
    """A process and the pipes to it; does one job at a time, from `send` until `next` has returned None or raised."""

    def __init__(self, process: Process, channel: Channel, memory_mib: int) -> None:
        self._process = process
        self._channel = channel
        self._memory_mib = memory_mib
        self._job = Job()
        self.pid = process.pid
        self.idle = True
        self.rows = 0
        """Rows received so far of the answer."""

    @classmethod
    async def start(cls, memory_mib: int, *, network: bool = False) -> "Worker":
        """Start a process, and wait until it is ready: that is no part of a job's time. Raises OSError."""
        path = os.pathsep.join(filter(None, [_PACKAGES, os.environ.get("PYTHONPATH", "")]))
        channel = Channel()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "kg.workers.worker", str(memory_mib), "open" if network else "closed"),
                stdin=channel.process_reads,
                stdout=channel.process_writes,
                # Two arenas of glibc's allocator keep the address space, which is what is capped, near what is used.
                env={"MALLOC_ARENA_MAX": "2", **os.environ, "PYTHONPATH": path},
            )
        except OSError:
            channel.close()
            raise
        finally:
            channel.handed_over()
        try:
            await channel.receive(HEADER.size)
        except BaseException as error:
            with suppress(ProcessLookupError):
                process.kill()
            channel.close()
            if isinstance(error, EOFError):
                raise OSError("a query process ended as it started") from error
            raise
        return cls(process, channel, memory_mib)

    async def send(self, snapshot: Path, job: Job) -> tuple[str, str]:
        """Send a job, and return form and syntax of its answer once it has begun.

        Whoever calls minds the time; the process ends itself a second after it. Raises what `next` raises, and
        NotAcceptable.
        """
        self._job, self.idle, self.rows = job, False, 0
        try:
            await self._channel.send(frame(JOB, {"snapshot": str(snapshot), **vars(job), "bounds": vars(job.bounds)}))
        except OSError as error:
            raise await self._died() from error
        kind, content = await self._read()
        assert kind == ANSWER
        head = json.loads(content)
        return head["form"], head["syntax"]

    async def next(self) -> bytes | None:
        """Return the next bytes of the answer; None after the last.

        Raises QueryTimeout, LimitReached, WorkerDied, SnapshotGone, and QueryError for a query that is refused.
        """
        if self.idle:
            return None
        kind, content = await self._read()
        assert kind in (DATA, END)
        if kind == END:
            self.idle = True
        return content

    @property
    def complete(self) -> bool:
        """Whether the last bytes of the answer have been returned."""
        return self.idle

    async def _read(self) -> tuple[bytes, bytes]:
        try:
            kind, length, self.rows = HEADER.unpack(await self._channel.receive(HEADER.size))
            content = await self._channel.receive(length)
        except (EOFError, OSError) as error:
            raise await self._died() from error
        if kind in (ANSWER, DATA, END):
            return kind, content
        self.idle = True
        raise _error(json.loads(content))

    async def _died(self) -> AtlanteError:
        code = await self._process.wait()
        if code == -signal.SIGALRM:
            return late(self._job.bounds)
        if code == -signal.SIGXCPU:
            cpu = self._job.bounds.cpu_seconds
            return LimitReached("query_cpu", f"the query used {cpu} seconds of CPU", "Narrow it, or add a LIMIT.")
        if code == -signal.SIGABRT:  # what Rust does where an allocation fails
            return _too_much_memory()
        if code == -signal.SIGSEGV:
            return WorkerDied("the query nests too deeply: the process that read it ended", "query", "Nest it less.")
        repair = f"A query may use {self._memory_mib} MB of memory; make it narrower, or give it a LIMIT."
        return WorkerDied("the process that evaluated the query ended", "query", repair)

    def kill(self) -> None:
        """End the process at once; whoever reads its answer meets an error."""
        self.idle = False
        with suppress(ProcessLookupError):
            self._process.kill()

    @property
    def alive(self) -> bool:
        """Whether the process has not ended, as far as is known."""
        return self._process.returncode is None

    async def ended(self) -> None:
        """Wait until the process has ended."""
        await self._process.wait()

    async def close(self) -> None:
        """End the process and collect it."""
        self.kill()
        await self.ended()
        self._channel.close()


def late(bounds: Bounds) -> QueryTimeout:
    """Return the error of a job whose seconds are over."""
    narrower = "Narrow it: join patterns by shared variables, name a class or a property, add a LIMIT."
    return QueryTimeout(f"the query was stopped after {bounds.seconds:g} seconds", "query", narrower)


def _too_much_memory() -> LimitReached:
    return LimitReached("query_memory", "the query needs more memory than it may use", "Narrow it, or add a LIMIT.")


def _error(told: dict[str, Any]) -> AtlanteError:
    what, repair = told["what"], told["repair"]
    if told["kind"] == "NotAcceptable":
        return NotAcceptable(told["form"])
    if told["kind"] == "LimitReached":
        return LimitReached(told["limit"], what, repair)
    if told["kind"] == "SnapshotGone":
        return SnapshotGone(what)
    if told["kind"] == "MemoryError":
        return _too_much_memory()
    return QueryError(what, "query", repair)
