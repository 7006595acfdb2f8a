"""A web server that gives each request the same answer, and keeps what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answering:
    """Where the server is, and the Authorization header of each request that it got."""

    address: str
    authorizations: list[str | None] = field(default_factory=list)


@contextmanager
def answering(status: int, kind: str, body: bytes, *, promised: int | None = None) -> Iterator[Answering]:
    """Answer each request of a block in the same way; `promised` is the length told, where it is not the body's."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            told.authorizations.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) if promised is None else promised))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Answering(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
