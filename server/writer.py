"""The way to the writing process: one web process has it, the others reach that one through a socket in the store.

Whichever web process needs it first, and holds the lock `writing.lock`, is the host; when it ends, the next one is.
"""

import asyncio
import fcntl
import json
import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from kg.errors import AtlanteError
from kg.settings import get_number
from kg.workers import WorkersBusy
from kg.writing import Write, Written
from kg.writing.queue import WriteQueue
from kg.writing.telling import outcome_as_plain, outcome_of, write_as_plain

_LENGTH = struct.Struct(">I")
_TRIES = 40
_PAUSE = 0.05


class WriterClient:
    """Sends writes to whichever web process hosts the writing process, this one if there is none yet."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._host: _Host | None = None

    async def submit(self, write: Write) -> Written:
        """Return what became of a write; raises what kg.writing.committing raises, QueryTimeout and WorkersBusy."""
        message = json.dumps(write_as_plain(write)).encode()
        for _ in range(_TRIES):
            if self._host is None:
                self._host = await _Host.take(self._store)
            try:
                reader, writer = await asyncio.open_unix_connection(_address(self._store))
            except OSError:
                # The host has just ended, or is about to listen.
                await asyncio.sleep(_PAUSE)
                continue
            try:
                writer.write(_LENGTH.pack(len(message)) + message)
                return outcome_of(await _receive(reader))
            except (asyncio.IncompleteReadError, OSError) as error:
                repair = "Look at the last commits, whether it is among them, before you send it again."
                raise AtlanteError("the process that writes has ended", "", repair) from error
            finally:
                writer.close()
        raise WorkersBusy("writes", "no process takes writes")

    async def close(self) -> None:
        """End the writing process if it is here."""
        if self._host:
            await self._host.close()


class _Host:
    def __init__(self, lock: IO[bytes], queue: WriteQueue, server: asyncio.Server) -> None:
        self._lock = lock
        self._queue = queue
        self._server = server

    @classmethod
    async def take(cls, store: Path) -> "_Host | None":
        """Become the host; None where another process is."""
        lock = (store / "writing.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        memory, most = int(get_number("write_memory")), int(get_number("write_queue"))
        queue = WriteQueue(store, memory, get_number("write_timeout"), most)
        (store / "writing.socket").unlink(missing_ok=True)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.IncompleteReadError, OSError):
                try:
                    told = await queue.submit(await _receive(reader))
                except AtlanteError as error:
                    told = outcome_as_plain(error)
                message = json.dumps(told).encode()
                writer.write(_LENGTH.pack(len(message)) + message)
                await writer.drain()
            writer.close()

        # Nobody may connect before the socket is the owner's alone.
        mask = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(answer, _address(store))
        finally:
            os.umask(mask)
        return cls(lock, queue, server)

    async def close(self) -> None:
        self._server.close()
        await self._queue.close()
        self._lock.close()


async def _receive(reader: asyncio.StreamReader) -> dict[str, Any]:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return json.loads(await reader.readexactly(length))


def _address(store: Path) -> str:
    """Return the socket's path, by way of an open folder: a path of its own may be longer than a socket's may be."""
    folder = _FOLDERS.get(store)
    if folder is None:
        folder = _FOLDERS[store] = os.open(store, os.O_RDONLY | os.O_DIRECTORY)
    return f"/proc/self/fd/{folder}/writing.socket"


_FOLDERS: dict[Path, int] = {}
