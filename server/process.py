"""The web process: gunicorn's worker that serves ASGI, with an HTTP protocol that waits for nobody for ever."""

import asyncio
import resource
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from kg.settings import get_number
from server.answering import REQUEST
from server.front import Front

_LARGEST_HEAD = 64 << 10
_GRACEFUL_SECONDS = 20
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
"""What a client is told that has too many connections; it has asked nothing yet."""


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 that closes connections on which nothing comes, and answers a request it has just seen from memory.

    Nothing comes where no head of a request is whole in time, and where a client takes nothing of what waits for it.
    A client that asks the same again sends the same bytes; while the commit stands, they have the same answer, and
    no byte of it needs to be looked at. Anything else goes the usual way.
    """

    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._front: Front = self.config.app  # type: ignore[assignment]
        self._idle_seconds = get_number("idle_timeout")
        self._head, self._in_head = 0, False
        self._request = b""
        self._wait()
        if not self._front.admit(self._peer):
            transport.write(_TOO_MANY)
            transport.close()

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def data_received(self, data: bytes) -> None:
        """Answer the request, or read on; refuse a head without end."""
        between = self.cycle is None or self.cycle.response_complete
        self._request = data if between and not self._in_head and data.startswith(b"GET ") else b""
        if self._request and (answer := self._front.again(data, self.client)):
            self._unset_keepalive_if_required()
            self._wait()
            self.transport.write(answer)
            return
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > _LARGEST_HEAD:
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Count the bytes of a head."""
        self._head, self._in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._in_head = False
        self._rest()
        known = self._request if _alone(self._request) else b""
        self.scope["extensions"] = {REQUEST: known}  # pyright: ignore[reportGeneralTypeIssues]
        super().on_headers_complete()
        joined, complete = _Joined(self.transport), self.cycle.on_response
        self.cycle.transport = joined  # type: ignore[assignment]

        def end() -> None:
            joined.flush()
            complete()

        self.cycle.on_response = end

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there already."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()

    def pause_writing(self) -> None:
        """Wait no longer than for a request until the client takes some of what is there for it."""
        super().pause_writing()
        self._unread = self.loop.call_later(self._idle_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Wait for the client no longer."""
        super().resume_writing()
        if self._unread:
            self._unread.cancel()

    def shutdown(self) -> None:
        """End a stream that would go on for ever."""
        self._front.stop()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._front.leave(self._peer)
        self._rest()
        if self._unread:
            self._unread.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._rest()
        self._waiting = self.loop.call_later(self._idle_seconds, self.timeout_keep_alive_handler)

    def _rest(self) -> None:
        if self._waiting:
            self._waiting.cancel()


class _Joined:
    """A transport that sends the head of an answer together with what follows it: each write wakes the client."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = b""

    def write(self, data: bytes) -> None:
        """Hold back the first bytes until the next come."""
        if self._head == b"":
            self._head = data
        elif self._head:
            head, self._head = self._head, None
            self._transport.write(head + data)
        else:
            self._transport.write(data)

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._transport.is_closing()

    def flush(self) -> None:
        """Send what is held back."""
        if self._head:
            self._transport.write(self._head)
            self._head = None

    def close(self) -> None:
        """Send what is held back, and close."""
        self.flush()
        self._transport.close()


def _alone(request: bytes) -> bool:
    """Tell whether these bytes are one whole request without a body, after which the connection stays."""
    head = request.lower()
    line, _, rest = head.partition(b"\r\n")
    others = (b"\nconnection: close", b"\ncontent-length:", b"\ntransfer-encoding:", b"\nupgrade:", b"\nexpect:")
    whole = head.endswith(b"\r\n\r\n") and head.count(b"\r\n\r\n") == 1 and line.endswith(b" http/1.1")
    return whole and not any(other in b"\n" + rest for other in others)


class WebProcess(UvicornWorker):
    """The worker class for gunicorn: `-k server.process.WebProcess`."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": Protocol,
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
        "proxy_headers": False,
        "access_log": False,
        "timeout_graceful_shutdown": _GRACEFUL_SECONDS,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.CONFIG_KWARGS.update(
            limit_concurrency=int(get_number("connections")), timeout_keep_alive=int(get_number("idle_timeout"))
        )
        super().__init__(*args, **kwargs)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
