"""A graph of its own that anyone may update, to try SPARQL Update on: in a folder that goes with the process."""

import asyncio
import tempfile
from pathlib import Path

from kg.engine import guard
from kg.engine.oxigraph import OxigraphEngine
from kg.names import BASE
from kg.store import Store
from server.protocol import Update


class Scratch:
    """The one writer of a store that begins empty; each update is a new version, published for readers at once."""

    def __init__(self, limits: guard.Limits) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="atlante-scratch-")
        self._limits = limits
        self._lock = asyncio.Lock()
        self._store = Store(Path(self._folder.name))
        self._engine = OxigraphEngine.open(Path(self._folder.name) / "live")
        self._number = 1
        self._store.publish(self._engine, self._number)

    @property
    def directory(self) -> Path:
        """The store's folder."""
        return self._store.directory

    async def update(self, asked: Update) -> int:
        """Carry out an update, one after the other, and return the number of the version; raises QueryError."""
        guard.check_update(asked.text, self._limits)
        async with self._lock:
            await asyncio.to_thread(self._change, asked)
            return self._number

    def _change(self, asked: Update) -> None:
        using = {"using": asked.graphs, "using_named": asked.named_graphs} if asked.graphs or asked.named_graphs else {}
        self._engine.update(asked.text, base=BASE, **using)
        self._number += 1
        self._store.publish(self._engine, self._number)

    def close(self) -> None:
        """Throw the graph away."""
        self._engine.close()
        self._folder.cleanup()
