"""Flask's pages inside the front: rendered in a few threads, with what is known of a query already."""

from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask

from server.exchange import Exchange
from server.outcome import KEY, Outcome
from server.view import READS

_THREADS = 8


class Rendered:
    """Answers with what a Flask application renders."""

    def __init__(self, flask: Flask) -> None:
        self._application = WSGIMiddleware(_with_raw_path(flask), workers=_THREADS)  # type: ignore[arg-type]

    async def answer(self, exchange: Exchange, outcome: Outcome | None = None) -> None:
        """Answer an exchange; `outcome` is for the page of the endpoint, and for an error that a person reads."""

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            else:
                exchange.sent += len(message.get("body", b""))
            await exchange.send_as_it_is(message)

        scope: Any = {**exchange.scope, KEY: outcome, READS: exchange.reads}
        await self._application(scope, exchange.receive, send)  # type: ignore[arg-type]


def _with_raw_path(flask: Flask) -> Any:
    """Return Flask's WSGI application, told the path as the client wrote it too."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ["RAW_URI"] = environ["asgi.scope"].get("raw_path", b"").decode("latin-1")
        return flask.wsgi_app(environ, start_response)

    return application
