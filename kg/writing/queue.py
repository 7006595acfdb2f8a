"""Writes that wait for the writing process, taken in groups: whoever comes while one is written, is in the next."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from kg.errors import AtlanteError, QueryTimeout
from kg.workers import WorkerDied, WorkersBusy
from kg.workers.channel import Channel
from kg.workers.frames import END, HEADER, JOB, frame
from kg.writing.telling import outcome_as_plain

_GROUP = 100
"""Writes in a group at most: so long does one that is refused wait at most for others."""

_GATHERING = 0.02
"""Seconds for which a group waits at most for as many writes as the one before had: their clients come back at once."""

_PACKAGES = str(Path(__file__).resolve().parents[2])

_Waiting = tuple[dict[str, Any], "asyncio.Future[dict[str, Any]]"]


class WriteQueue:
    """Hands writes to one process, which it starts when it is needed and starts anew when it has died."""

    def __init__(self, store: Path, memory_mib: int, seconds: float, most: int) -> None:
        self._arguments = (str(store), str(memory_mib), str(seconds))
        self._seconds = seconds
        self._most = most
        self._waiting = list[_Waiting]()
        self._more = asyncio.Event()
        self._process: Process | None = None
        self._channel: Channel | None = None
        self._begun = 0
        self._task = asyncio.create_task(self._run())

    async def submit(self, write: dict[str, Any]) -> dict[str, Any]:
        """Return, as JSON takes it, what became of a write; raises WorkersBusy where too many wait."""
        if len(self._waiting) >= self._most:
            raise WorkersBusy("write_queue", f"{self._most} writes are waiting")
        outcome = asyncio.get_running_loop().create_future()
        self._waiting.append((write, outcome))
        self._more.set()
        return await outcome

    async def close(self) -> None:
        """End the process, once it has done what it is doing."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._process and self._channel:
            self._channel.close()
            await self._process.wait()

    async def _run(self) -> None:
        before = 1
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                await self._gather(before)
                before = min(_GROUP, len(self._waiting))
                group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
                try:
                    told = await asyncio.shield(asyncio.ensure_future(self._write([write for write, _ in group])))
                except (EOFError, OSError):
                    self._refuse(group, await self._died())
                    continue
                for (_, outcome), one in zip(group, told, strict=True):
                    if not outcome.done():
                        outcome.set_result(one)

    async def _gather(self, wanted: int) -> None:
        """Wait a little for writes that come together, each of which would make a snapshot of its own."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GATHERING):
                while len(self._waiting) < wanted:
                    self._more.clear()
                    await self._more.wait()

    async def _write(self, writes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self._channel is None:
            await self._start()
        assert self._channel
        self._begun = -1
        await self._channel.send(frame(JOB, {"writes": writes}))
        while True:
            kind, length, _ = HEADER.unpack(await self._channel.receive(HEADER.size))
            told = json.loads(await self._channel.receive(length))
            if kind == END:
                return told["outcomes"]
            self._begun = told["begun"]

    async def _start(self) -> None:
        channel = Channel()
        path = os.pathsep.join(filter(None, [_PACKAGES, os.environ.get("PYTHONPATH", "")]))
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "kg.writing.process", *self._arguments),
                stdin=channel.process_reads,
                stdout=channel.process_writes,
                env={"MALLOC_ARENA_MAX": "2", **os.environ, "PYTHONPATH": path},
            )
        finally:
            channel.handed_over()
        self._channel = channel
        await channel.receive(HEADER.size)

    async def _died(self) -> AtlanteError:
        """Collect the process that has ended, and return the error of the write that it was at."""
        code = None
        if self._process:
            code = await self._process.wait()
        if self._channel:
            self._channel.close()
        self._process = self._channel = None
        if code == -signal.SIGALRM:
            what = f"the write was stopped after {self._seconds:g} seconds"
            return QueryTimeout(what, "", "Narrow what it matches, or send it in parts.")
        repair = "Look at the last commits, whether it is among them, before you send it again."
        return WorkerDied("the process that writes has ended", "", repair)

    def _refuse(self, group: list[_Waiting], error: AtlanteError) -> None:
        """Refuse the write at which the process died; those about it are tried again, for nothing of them is kept.

        A process that died outside any write may have brought them into the log: each is told so.
        """
        told = {**outcome_as_plain(error), "error": type(error).__name__}
        within = 0 <= self._begun < len(group)
        for number, (write, outcome) in enumerate(group):
            if within and number != self._begun:
                self._waiting.append((write, outcome))
            elif not outcome.done():
                outcome.set_result(told)
