"""`/health/live` and `/health/ready` for who watches the service, and `/metrics` for Prometheus."""

import json

from kg.errors import AtlanteError
from kg.workers.pool import Pool
from server.exchange import Exchange
from server.metrics import COMMIT, CONTENT_TYPE, IDLE, WAITING, exposition
from server.view import View

_NEVER = (b"cache-control", b"no-store")


class Health:
    """Tells how a web process is."""

    def __init__(self, view: View, pool: Pool) -> None:
        self._view = view
        self._pool = pool

    async def live(self, exchange: Exchange) -> None:
        """Say that the process answers at all: 200; who gets no answer restarts it."""
        await _send(exchange, 200, {"status": "live"})

    async def ready(self, exchange: Exchange) -> None:
        """Say whether queries can be answered: 200 with the commit, else 503 with the reason."""
        try:
            commit = self._view.current().commit
        except AtlanteError as error:
            await _send(exchange, 503, {"status": "not ready", "reason": error.what, "repair": error.repair})
            return
        status = {"status": "ready", "commit": commit, "waiting": self._pool.waiting, "idle": self._pool.idle}
        await _send(exchange, 200, status)

    async def metrics(self, exchange: Exchange) -> None:
        """Send the counters of all web processes."""
        WAITING.set(self._pool.waiting)
        IDLE.set(self._pool.idle)
        try:
            COMMIT.set(self._view.current().commit)
        except AtlanteError:
            COMMIT.set(0)
        await exchange.reply(200, [(b"content-type", CONTENT_TYPE.encode()), _NEVER], exposition())


async def _send(exchange: Exchange, status: int, content: dict[str, object]) -> None:
    await exchange.reply(status, [(b"content-type", b"application/json"), _NEVER], json.dumps(content).encode())
