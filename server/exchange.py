"""A request and its answer on the level of ASGI: what the front's own routes read and write."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestEntityTooLarge, RequestTimeout

from kg.settings import get_number
from kg.writing.tokens import Token
from server.headers import ALWAYS

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LARGEST_BODY = 2 << 20
_WATCH_AFTER = 0.05
_ALWAYS = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]


class Exchange:
    """One HTTP request, and the way to answer it.

    `status`, `sent` (bytes of the body) and `notes` (what the access log adds) are there for whoever logs it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self._send = send
        self.method: str = scope["method"]
        self.root: str = scope.get("root_path", "")
        self.path: str = scope["path"].removeprefix(self.root)
        self.headers = dict(scope["headers"])
        self.client: str = (scope.get("client") or ("",))[0]
        self.counted_as = ""
        """The name under which the client's queries are counted, "" where nobody's are."""
        self.status = 0
        self.sent = 0
        self.notes: dict[str, Any] = {}
        self.token: Token | None = None
        """The token that the request bears."""
        self.left = False
        """Whether the client went away before its answer was complete."""

    @property
    def reads(self) -> bool:
        """Whether the client reads what is embargoed."""
        return self.token is not None and self.token.reads

    def header(self, name: bytes) -> str:
        """Return a request header by its name in small letters; "" where it is missing."""
        return self.headers.get(name, b"").decode("latin-1")

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the query string, in order; raises BadRequest for one that is not UTF-8."""
        return decoded(self.scope["query_string"])

    def parameter(self, name: str) -> str | None:
        """Return the first parameter of this name in the query string."""
        return next((value for key, value in self.parameters if key == name), None)

    async def body(self) -> bytes:
        """Return the request's body; raises RequestEntityTooLarge, RequestTimeout and ClientDisconnected."""
        data, more, seconds = bytearray(), True, get_number("idle_timeout")
        try:
            async with asyncio.timeout(seconds):
                while more:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnected
                    data += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(data) > LARGEST_BODY:
                        raise RequestEntityTooLarge(f"A request may have {LARGEST_BODY >> 20} MB.")
        except TimeoutError:
            raise RequestTimeout(f"The body did not come in {seconds:g} s.") from None
        return bytes(data)

    async def begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Send status line and headers; those of every answer are added."""
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": [*headers, *_ALWAYS]})

    async def send_as_it_is(self, message: MutableMapping[str, Any]) -> None:
        """Pass on a message of an application that writes all headers itself."""
        await self._send(message)

    async def write(self, data: bytes, *, more: bool = True) -> None:
        """Send bytes of the body; for HEAD they are counted and left out."""
        self.sent += len(data)
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def reply(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes = b"") -> None:
        """Send a whole answer."""
        length = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
        await self.begin(status, [*headers, *length])
        await self.write(b"" if self.method == "HEAD" else body, more=False)

    def as_bytes(self, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> tuple[bytes, bytes]:
        """Return a whole answer with status 200 as it goes over the wire: up to the value of its date, and after it."""
        shown = [*headers, (b"content-length", str(len(body)).encode()), *_ALWAYS]
        lines = b"".join(b"%s: %s\r\n" % pair for pair in shown)
        return b"HTTP/1.1 200 OK\r\ndate: ", b"\r\n%s\r\n%s" % (lines, body)

    def cancel_if_left(self) -> Callable[[], None]:
        """From now on cancel the running task when the client goes away, and set `left`; return what ends the watch."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        watches: list[asyncio.Task[None]] = []

        async def watch() -> None:
            while (await self.receive())["type"] != "http.disconnect":
                pass
            self.left = True
            if task:
                task.cancel()

        # An answer is mostly there before the watch would begin, and a task costs more than a timer.
        timer = loop.call_later(_WATCH_AFTER, lambda: watches.append(loop.create_task(watch())))

        def end() -> None:
            timer.cancel()
            for started in watches:
                started.cancel()

        return end


def decoded(text: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a query string or of a form; raises BadRequest where they are not UTF-8."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequest("The parameters are not UTF-8 in percent-encoding, or too many.") from error
