"""The two pipes to a process: read and written at once where that can be done, waited for where it cannot."""

import asyncio
import os
import select

PATIENCE = 1.0
"""Milliseconds for which an answer is waited for in place: most are there by then, and the event loop costs more."""

_BLOCK = 1 << 18


class Channel:
    """Bytes to a process and back; both ends are this process's own."""

    def __init__(self) -> None:
        self.process_reads, self._writing = os.pipe()
        self._reading, self.process_writes = os.pipe()
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(self._reading, select.POLLIN)
        for end in (self._writing, self._reading):
            os.set_blocking(end, False)

    def handed_over(self) -> None:
        """Close the process's ends, once it has them."""
        os.close(self.process_reads)
        os.close(self.process_writes)

    async def send(self, data: bytes) -> None:
        """Write bytes; raises OSError where nobody reads them any more. Then wait a moment for what comes back."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._writing, rest) :]
            except BlockingIOError:
                await _ready(self._writing, writing=True)
        self._poll.poll(PATIENCE)

    async def receive(self, size: int) -> bytes:
        """Return so many bytes; raises EOFError where no more come."""
        while len(self._buffer) < size:
            try:
                block = os.read(self._reading, _BLOCK)
            except BlockingIOError:
                await _ready(self._reading, writing=False)
                continue
            if not block:
                raise EOFError
            self._buffer += block
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def close(self) -> None:
        """Close both pipes."""
        os.close(self._writing)
        os.close(self._reading)


async def _ready(descriptor: int, *, writing: bool) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    add, remove = (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    add(descriptor, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        remove(descriptor)
