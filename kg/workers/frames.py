"""The frames between a web process and its query processes: a kind (one byte), a length, a number of rows, the bytes.

A process says READY once. A job goes out as one JOB frame. Back come either an ERROR frame, or an ANSWER frame, any
number of DATA frames, and an END frame, which carries the last data; or an ERROR frame in the place of what could not
be done.
"""

import json
import struct
import time
from collections.abc import Callable
from typing import IO, Any

READY, JOB, ANSWER, DATA, END, ERROR = b"R", b"J", b"A", b"D", b"E", b"X"
HEADER = struct.Struct(">cII")

_BLOCK = 1 << 16
_FIRST_ROWS = 1000
_SECONDS = 0.1


def frame(kind: bytes, content: bytes | dict[str, Any] = b"", rows: int = 0) -> bytes:
    """Return a frame; a dict travels as JSON; `rows` is the number of rows up to here."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HEADER.pack(kind, len(body), rows) + body


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Return the kind and the bytes of the next frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length, _ = HEADER.unpack(header)
    return kind, stream.read(length)


class FrameWriter:
    """A binary stream whose writes leave as DATA frames, with the number of rows in them.

    `row_end` is what ends a row in the syntax being written (b"" where rows are not counted). `watch` is called with
    the bytes and rows written so far before they leave, and may raise.
    """

    def __init__(self, stream: IO[bytes], row_end: bytes, watch: Callable[[int, int], None]) -> None:
        self._stream = stream
        self._row_end = row_end
        self._watch = watch
        self._pending = bytearray()
        self._counted = 0
        self._sent = time.monotonic()
        self._size = 0
        self.rows = 0

    def begin(self, content: dict[str, Any]) -> None:
        """Start an answer; its ANSWER frame leaves with the first data."""
        self._stream.write(frame(ANSWER, content))

    def write(self, data: bytes) -> int:
        """Take bytes; they leave when 64 KiB, the first thousand rows, or a tenth of a second have gathered."""
        before = self.rows
        self._pending += data
        self._count()
        full = len(self._pending) >= _BLOCK or before < _FIRST_ROWS <= self.rows
        if full or time.monotonic() - self._sent > _SECONDS:
            self._leave(DATA)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what gathers leaves by itself, or with the end."""

    def end(self) -> None:
        """Send what has gathered as the end of the answer."""
        self._leave(END)

    def _count(self) -> None:
        if self._row_end:
            self.rows += self._pending.count(self._row_end, self._counted)
            # What ends a row may be cut by the edge between two writes.
            self._counted = max(0, len(self._pending) - len(self._row_end) + 1)

    def _leave(self, kind: bytes) -> None:
        self._size += len(self._pending)
        self._watch(self._size, self.rows)
        self._stream.write(frame(kind, bytes(self._pending), self.rows))
        self._stream.flush()
        self._pending.clear()
        self._counted = 0
        self._sent = time.monotonic()
