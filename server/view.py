"""The snapshot that this web process reads: opened once per commit, and again when `current` moves on."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import current_app, g

from kg.engine import Engine, Solutions
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError
from kg.past import Asked
from kg.past.asked import view_of
from kg.past.keeping import kept
from kg.paths import query
from kg.rdf import NamedNode, Term
from kg.store import Store, stamp
from kg.workers import SnapshotGone

T = TypeVar("T")


@dataclass
class Snapshot:
    """The graph as of one commit: its number, its folder, an engine on it, and what was counted on it before."""

    commit: int
    path: Path
    engine: Engine
    stamp: int = 0
    past: bool = False
    """Whether it is another view than the present one: what was kept of its answers says nothing of others."""

    part: str = ""
    """What tells a view of a part of its commit from the whole."""

    pinned: bool = False
    """Whether its commit was asked for by its number: what it answers, it answers for ever."""

    _memory: dict[object, Any] = field(default_factory=dict[object, Any])

    @property
    def version(self) -> tuple[int, int]:
        """What tells it from any other, one of the same number too: a store may be made anew."""
        return self.commit, self.stamp

    @property
    def tag(self) -> str:
        """What entity tags say of it: the commit, and which part of it."""
        return f"{self.commit}{self.part}"

    def select(self, name: str, **bindings: Term | str) -> list[tuple[Term | None, ...]]:
        """Return the solutions of the fixed query `queries/pages/<name>.rq`; a string binding is an IRI."""
        terms = {key: NamedNode(term) if isinstance(term, str) else term for key, term in bindings.items()}
        return list(cast(Solutions, self.engine.query(query(f"pages/{name}"), terms)))

    def remember(self, key: object, compute: Callable[[], T]) -> T:
        """Return what `compute` gave for `key` the first time; a snapshot never changes."""
        if key not in self._memory:
            self._memory[key] = compute()
        return self._memory[key]


_OTHERS = 4
"""Views of other times that a web process keeps open."""

_LOOKED_AT = 0.05
"""Seconds for which the link `current` is taken to stand where it stood."""


class View:
    """Follows the `current` snapshot of a store; threads may share it."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._until = 0.0
        self._others: dict[tuple[Path, int, Asked], Snapshot] = {}

    def current(self) -> Snapshot:
        """Return the current snapshot, opening it where it is new; raises AtlanteError if there is none yet."""
        now = time.monotonic()
        if self._snapshot and now < self._until:
            return self._snapshot
        with self._lock:
            path = self.store.snapshot()
            if path is None:
                raise AtlanteError("the store has no snapshot yet", "", "Fill it with `kg build`.")
            try:
                version = int(path.name), stamp(path)
            except OSError as error:
                raise SnapshotGone("the snapshot was taken away just now") from error
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = Snapshot(version[0], path, OxigraphEngine.read_only(path), version[1])
            self._until = now + _LOOKED_AT
            return self._snapshot

    def at(self, asked: Asked) -> Snapshot:
        """Return the snapshot that holds the graph as of other times, made where it is not kept; it may take long.

        Raises BadInput for times that cannot be had, and what `current` raises.
        """
        if not asked:
            return self.current()
        view = view_of(asked, self.store.log)
        path = kept(self.store, view)
        try:
            version = path, stamp(path), asked
        except OSError as error:
            raise SnapshotGone("the view was taken away just now") from error
        with self._lock:
            found = self._others.pop(version, None)
            if found is None:
                engine = OxigraphEngine.read_only(path)
                part = "" if view.whole else f"-{view.known_by}-{view.valid_on}"
                pinned = asked.as_of.isdecimal()
                found = Snapshot(int(path.name), path, engine, version[1], past=True, part=part, pinned=pinned)
            self._others[version] = found
            while len(self._others) > _OTHERS:
                del self._others[next(iter(self._others))]
        return found

    def renew(self) -> None:
        """Look anew at where `current` stands, and open it again even where it stands as before."""
        self._snapshot = None


def snapshot() -> Snapshot:
    """Return the snapshot of this request; the whole request reads the same one."""
    if "snapshot" not in g:
        g.snapshot = cast(View, current_app.extensions["atlante.view"]).at(g.get("times", Asked()))
    return g.snapshot
