"""The pool of disposable processes: started before they are needed, killed when a job is over its bounds, replaced."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from kg.workers import Job, WorkersBusy
from kg.workers.process import Worker

_PAUSE = 1.0


class Answer:
    """The answer of a job, to be read once: its form (select, ask, graph), its syntax, and its bytes as they come."""

    def __init__(self, worker: Worker, form: str, syntax: str) -> None:
        self._worker = worker
        self.form = form
        self.syntax = syntax

    @property
    def rows(self) -> int:
        """The rows of what has been read, where the syntax lets them be counted; about right, never too many."""
        return self._worker.rows

    @property
    def complete(self) -> bool:
        """Whether all bytes have been read."""
        return self._worker.complete

    @property
    def process(self) -> int:
        """The number of the process that does the job."""
        return self._worker.pid

    async def next(self) -> bytes | None:
        """Return the next bytes; None after the last. Raises as kg.workers.process.Worker.next does."""
        return await self._worker.next()

    async def read(self) -> bytes:
        """Return all bytes that are left."""
        data = bytearray()
        while (piece := await self.next()) is not None:
            data += piece
        return bytes(data)


class Pool:
    """Processes of one event loop; jobs beyond their number wait, in order, up to `queue` of them."""

    def __init__(self, size: int, memory_mib: int, queue: int) -> None:
        self._size = size
        self._memory_mib = memory_mib
        self._queue = queue
        self._idle: deque[Worker] = deque()
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the processes; it does not wait until they are ready."""
        for _ in range(self._size):
            self._offer(await Worker.start(self._memory_mib))

    @property
    def waiting(self) -> int:
        """The number of jobs that wait for a process."""
        return len(self._waiting)

    @property
    def idle(self) -> int:
        """The number of processes that wait for a job."""
        return len(self._idle)

    @asynccontextmanager
    async def answer(self, snapshot: Path, job: Job) -> AsyncGenerator[Answer]:
        """Have a job done on a snapshot, and give its answer once it has begun.

        Leaving the block before the answer is complete kills the process. Raises WorkersBusy if too many jobs wait,
        or no process comes free in the job's seconds; and what kg.workers.process.Worker.send raises.
        """
        worker = await (Worker.start(self._memory_mib, network=True) if job.network else self._take(job))
        try:
            form, syntax = await worker.send(snapshot, job)
            yield Answer(worker, form, syntax)
        finally:
            self._give_back(worker, again=not job.network)

    async def _take(self, job: Job) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._replace(worker)
        if len(self._waiting) >= self._queue:
            raise WorkersBusy(
                f"all query processes are busy, and {self._queue} queries wait", "", "Try again in a few seconds."
            )
        place: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            return await asyncio.wait_for(place, job.bounds.seconds)
        except TimeoutError as error:
            raise WorkersBusy("no query process came free in time", "", "Try again in a few seconds.") from error
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._offer(place.result())
            raise
        finally:
            if place in self._waiting:
                self._waiting.remove(place)

    def _give_back(self, worker: Worker, *, again: bool) -> None:
        if again and worker.idle and worker.alive:
            self._offer(worker)
        elif again:
            self._replace(worker)
        else:
            self._later(worker.close())

    def _offer(self, worker: Worker) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        if not self._closed:
            self._later(self._renew(worker))

    async def _renew(self, old: Worker) -> None:
        await old.close()
        while not self._closed:
            try:
                self._offer(await Worker.start(self._memory_mib))
                return
            except OSError:  # the machine has no room for a process just now
                await asyncio.sleep(_PAUSE)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End all processes; jobs still being done meet an error."""
        self._closed = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while self._idle:
            await self._idle.popleft().close()
