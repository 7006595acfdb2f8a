"""The snapshots that this web process reads, of what is public and of all: opened once per commit, and again when
`current` moves on.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import current_app, g, has_request_context, request

from kg.engine import Engine, Solutions
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError
from kg.past import Asked
from kg.past.asked import view_of
from kg.past.keeping import index, kept
from kg.paths import query
from kg.rdf import NamedNode, Term
from kg.search import IndexAt
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
    """Whether it is another view than the present one."""

    part: str = ""
    """What tells a view of a part of its commit from the whole."""

    pinned: bool = False
    """Whether its commit was asked for by its number: what it answers, it answers for ever."""

    public: bool = True
    """Whether anybody may have what it answers."""

    _memory: dict[object, Any] = field(default_factory=dict[object, Any])

    @property
    def version(self) -> tuple[Path, int]:
        """What tells it from any other, one of the same folder too: a store may be made anew."""
        return self.path, self.stamp

    @property
    def everyones(self) -> bool:
        """Whether it is what anybody has at present: answers from it may be kept for the next client too."""
        return self.public and not self.past

    @property
    def tag(self) -> str:
        """What entity tags say of it: the commit, and which part of it."""
        return f"{self.commit}{self.part}{'' if self.public else '-all'}"

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
"""Seconds for which a snapshot is taken to be the current one while the links `current` lead where they led."""


class View:
    """Follows the `current` snapshot of a store, of what is public in it or of all; threads may share it."""

    def __init__(self, directory: Path, *, public: bool) -> None:
        self._whole = Store(directory)
        self._public = public
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._until = 0.0
        self._seen: list[str] = []
        self._others: dict[tuple[Path, int, Asked], Snapshot] = {}

    @property
    def directory(self) -> Path:
        """The folder of the whole store."""
        return self._whole.directory

    @property
    def store(self) -> Store:
        """The store whose snapshots are followed: another one from the commit on that embargoes what was public."""
        return self._whole.public() if self._public else self._whole

    def current(self) -> Snapshot:
        """Return the current snapshot, opening it where it is new; raises AtlanteError if there is none yet."""
        now, links = time.monotonic(), self._links()
        if self._snapshot and now < self._until and links == self._seen:
            return self._snapshot
        with self._lock:
            path = self.store.snapshot()
            if path is None:
                if self._public and self._whole.snapshot():
                    raise AtlanteError("the view of what is public is being made anew", "", "Try again in a moment.")
                raise AtlanteError("the store has no snapshot yet", "", "Fill it with `kg build`.")
            try:
                version = path, stamp(path)
            except OSError as error:
                raise SnapshotGone("the snapshot was taken away just now") from error
            if self._snapshot is None or self._snapshot.version != version:
                engine = OxigraphEngine.read_only(path)
                self._snapshot = Snapshot(int(path.name), path, engine, version[1], public=self._public)
            self._until, self._seen = now + _LOOKED_AT, links
            return self._snapshot

    def _links(self) -> list[str]:
        """Return where the links `current` lead, of the whole store and of what is followed: what a commit changes."""
        followed = self._snapshot.path.parent.parent if self._snapshot else self._whole.directory
        with suppress(OSError):
            return [str((folder / "current").readlink()) for folder in (self._whole.directory, followed)]
        return []

    def at(self, asked: Asked) -> Snapshot:
        """Return the snapshot that holds the graph as of other times, made where it is not kept; it may take long.

        Raises BadInput for times that cannot be had, and what `current` raises.
        """
        if not asked:
            return self.current()
        store = self.store
        view = view_of(asked, store.log)
        path = kept(store, view)
        try:
            version = path, stamp(path), asked
        except OSError as error:
            raise SnapshotGone("the view was taken away just now") from error
        with self._lock:
            found = self._others.pop(version, None)
            if found is None:
                engine = OxigraphEngine.read_only(path)
                part = "" if view.whole else f"-{view.known_by}-{view.valid_on}"
                found = Snapshot(
                    *(int(path.name), path, engine, version[1]),
                    past=True,
                    part=part,
                    pinned=asked.as_of.isdecimal(),
                    public=self._public,
                )
            self._others[version] = found
            while len(self._others) > _OTHERS:
                del self._others[next(iter(self._others))]
        return found

    def renew(self) -> None:
        """Look anew at where `current` stands, and open it again even where it stands as before."""
        self._snapshot = None


class Views:
    """The view of what is public in a store, and the view of all."""

    def __init__(self, directory: Path) -> None:
        self.public, self.whole = (View(directory, public=public) for public in (True, False))

    def of(self, reads: object) -> View:
        """Return the view of a client, given whether it reads what is embargoed."""
        return self.whole if reads else self.public

    def renew(self) -> None:
        """Look anew at where both stand."""
        self.public.renew()
        self.whole.renew()


READS = "atlante.reads"
"""Where the ASGI scope of a request says whether its client reads what is embargoed."""


def view() -> View:
    """Return the view that this request's client reads: what is public, or all."""
    reads = has_request_context() and request.environ.get("asgi.scope", {}).get(READS)
    return cast(Views, current_app.extensions["atlante.views"]).of(reads)


def snapshot() -> Snapshot:
    """Return the snapshot of this request; the whole request reads the same one."""
    if "snapshot" not in g:
        g.snapshot = view().at(g.get("times", Asked()))
    return g.snapshot


def names() -> IndexAt | None:
    """Return where the index of names of this request's snapshot stands, made where nobody has wanted it yet.

    None where there is none of this layout.
    """
    return index(view().store, snapshot().path)
