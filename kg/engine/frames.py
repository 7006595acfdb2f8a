"""The frames between a web process and its query processes: a kind (one byte), a length (four), the bytes."""

import json
import struct
from typing import IO, Any

REQUEST, ANSWER, DATA, END, ERROR = b"Q", b"A", b"D", b"E", b"X"
HEADER = struct.Struct(">cI")


def frame(kind: bytes, content: bytes | dict[str, Any] = b"") -> bytes:
    """Return a frame; a dict travels as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HEADER.pack(kind, len(body)) + body


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Return the kind and the bytes of the next frame; None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length = HEADER.unpack(header)
    return kind, stream.read(length)


class FrameWriter:
    """A binary stream whose writes leave as DATA frames of at most 64 KiB or so."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; they leave when 64 KiB have gathered."""
        self._pending += data
        if len(self._pending) >= 1 << 16:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what has gathered."""
        if self._pending:
            self._stream.write(frame(DATA, bytes(self._pending)))
            self._stream.flush()
            self._pending.clear()
