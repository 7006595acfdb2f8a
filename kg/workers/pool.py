"""The pool of disposable processes: started before they are needed, killed when a job is over its bounds, replaced."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kg.workers import Job, WorkersBusy
from kg.workers.process import Worker, late

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


@dataclass(eq=False)
class _Place:
    """A place among those who wait for a process."""

    client: str
    worker: asyncio.Future[Worker] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Pool:
    """Processes of one event loop; jobs beyond their number wait, in order, up to `queue` of them.

    One client has all of them never, but for the only one: however long its jobs take, the others' are done.
    """

    def __init__(self, size: int, memory_mib: int, queue: int, patience: float | None = None) -> None:
        """A job waits `patience` seconds for a process; if None, as long as it may take itself."""
        self._size = size
        self._memory_mib = memory_mib
        self._queue = queue
        self._patience = patience
        self._workers: set[Worker] = set()
        self._idle: deque[Worker] = deque()
        self._waiting: deque[_Place] = deque()
        self._running: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking_others = asyncio.Semaphore(size)
        self._closed = False

    async def start(self) -> None:
        """Have the processes started; it does not wait until they are ready."""
        for _ in range(self._size):
            self._later(self._keep())

    @property
    def waiting(self) -> int:
        """The number of jobs that wait for a process."""
        return len(self._waiting)

    @property
    def idle(self) -> int:
        """The number of processes that wait for a job."""
        return len(self._idle)

    @asynccontextmanager
    async def answer(self, snapshot: Path, job: Job, client: str = "") -> AsyncGenerator[Answer]:
        """Have a job of a client ("" is nobody in particular) done on a snapshot; give its answer once it has begun.

        Leaving the block before the answer is complete kills the process, and the block has the job's seconds: whoever
        hands the answer on to somebody slow is cut off by QueryTimeout. Raises WorkersBusy if too many jobs wait, or
        no process comes free in time; and what kg.workers.process.Worker.send raises.
        """
        worker = await (self._with_network() if job.network else self._take(job, client))
        try:
            async with asyncio.timeout(job.bounds.seconds):
                form, syntax = await worker.send(snapshot, job)
                yield Answer(worker, form, syntax)
        except TimeoutError as error:
            raise late(job.bounds) from error
        finally:
            if job.network:
                self._asking_others.release()
                self._later(worker.close())
            else:
                self._give_back(worker, client)

    async def _with_network(self) -> Worker:
        """Return a new process that may open sockets, of which there are no more at once than of the others."""
        if self._asking_others.locked():
            raise WorkersBusy("query_workers", "as many queries ask other endpoints as may at once")
        await self._asking_others.acquire()
        try:
            return await Worker.start(self._memory_mib, network=True)
        except BaseException:
            self._asking_others.release()
            raise

    async def _take(self, job: Job, client: str) -> Worker:
        place = _Place(client)
        self._waiting.append(place)
        self._match()
        if len(self._waiting) > self._queue and place in self._waiting:
            self._waiting.remove(place)
            raise WorkersBusy("query_queue", f"all query processes are busy, and {self._queue} queries wait")
        try:
            async with asyncio.timeout(self._patience or job.bounds.seconds):
                return await place.worker
        except BaseException as error:
            # It may have been given a process in the very moment in which it ceased to wait.
            if place in self._waiting:
                self._waiting.remove(place)
            elif not place.worker.cancelled():
                self._give_back(place.worker.result(), client)
            if isinstance(error, TimeoutError):
                raise WorkersBusy("query_workers", "no query process came free in time") from error
            raise

    def _match(self) -> None:
        """Give idle processes to those who wait, in order, save who has as many as one client may have."""
        for place in list(self._waiting):
            if place.client and self._running[place.client] >= max(1, self._size - 1):
                continue
            worker = next((worker for worker in reversed(self._idle) if worker.alive), None)
            if not worker:
                return
            self._waiting.remove(place)
            if not place.worker.done():
                self._idle.remove(worker)
                self._running[place.client] += 1
                place.worker.set_result(worker)

    def _give_back(self, worker: Worker, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if worker.idle and worker.alive:
            self._idle.append(worker)
        else:
            self._later(worker.close())
        self._match()

    async def _keep(self) -> None:
        """Keep one process: start it, and another in its place whenever it has ended."""
        while not self._closed:
            try:
                worker = await Worker.start(self._memory_mib)
            except OSError:  # the machine has no room for a process just now
                await asyncio.sleep(_PAUSE)
                continue
            if self._closed:
                await worker.close()
                return
            self._workers.add(worker)
            self._idle.append(worker)
            self._match()
            await worker.ended()
            self._workers.discard(worker)
            if worker in self._idle:  # it ended of itself, as another might
                self._idle.remove(worker)
                await worker.close()
                if not self._closed:
                    await asyncio.sleep(_PAUSE)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End all processes; jobs still being done meet an error."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)
