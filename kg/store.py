"""The store directory: the log, the live view that follows it, and the snapshots that readers open.

log.sqlite         the commits: the truth
live/              the view, opened by the one writer under a lock; thrown away after a crash
snapshots/000042/  the view at commit 42, read-only
search/000042.sqlite  the index of names at commit 42
current            -> snapshots/000042; readers follow it
"""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg import search
from kg.assemble import apply
from kg.engine import Engine, select
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import NotFound, StoreBusy
from kg.infer import infer
from kg.log import Log
from kg.paths import query
from kg.settings import get_number


@dataclass(frozen=True)
class Counts:
    """What a view holds: statements of the default graph, entities, sources, and evidence graphs."""

    statements: int
    entities: int
    sources: int
    evidence: int


def counts(engine: Engine) -> Counts:
    """Count what the engine holds."""
    solution = next(iter(select(engine, query("store/counts"))))
    return Counts(*(int(term.value) for term in solution if term))


def stamp(snapshot: Path) -> int:
    """Return what tells a snapshot from one that had its folder before; raises OSError where there is none."""
    return (snapshot / "CURRENT").stat().st_mtime_ns


class Store:
    """A store directory; made on the first write."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = Log(directory / "log.sqlite")
        self._live = directory / "live"
        self._dirty = directory / "live.dirty"
        self._snapshots = directory / "snapshots"
        self._current = directory / "current"

    def snapshot(self) -> Path | None:
        """Return the folder of the snapshot that readers follow; None where there is none yet."""
        path = self._current.resolve()
        return path if path.is_dir() and path.parent == self._snapshots.resolve() else None

    def version(self) -> int:
        """Return the number of the commit that readers see; 0 before the first snapshot."""
        path = self.snapshot()
        return int(path.name) if path else 0

    @contextmanager
    def reader(self) -> Generator[tuple[Engine, int]]:
        """Give a read-only engine on the view of the last commit, and the commit's number.

        Catches up from the log first where the view stands behind it; while another process writes, the last
        published view is read as it is. Raises NotFound for an empty store, StoreBusy before its first view.
        """
        head = self.log.head()
        if head == 0:
            raise NotFound("the store is empty", str(self.directory), "Fill it with `kg build`.")
        if self.version() < head:
            self._catch_up()
        snapshot = self.snapshot()
        assert snapshot is not None
        engine = OxigraphEngine.read_only(snapshot)
        try:
            yield engine, int(snapshot.name)
        finally:
            engine.close()

    def _catch_up(self) -> None:
        try:
            with self.writer():
                pass
        except StoreBusy:
            if self.snapshot() is None:
                raise

    @contextmanager
    def writer(self) -> Generator["Writer"]:
        """Give the one writer, caught up with the log; raises StoreBusy where another process writes.

        What was applied to the live view and not published when the block ends, is thrown away.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._locked():
            writer = Writer(self)
            try:
                writer.catch_up()
                yield writer
            finally:
                writer.close()

    @contextmanager
    def _locked(self) -> Generator[None]:
        with (self.directory / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise StoreBusy(
                    f"process {holder} is writing to this store",
                    str(self.directory),
                    "Try again when it has ended.",
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def open_live(self) -> OxigraphEngine:
        """Open the live view as it stands at the current snapshot; for the writer alone.

        A view that a crash left between two commits is made anew from the snapshot, whose files it shares.
        """
        snapshot = self.snapshot()
        if self._dirty.exists() or snapshot is None:
            shutil.rmtree(self._live, ignore_errors=True)
        if snapshot and not self._live.is_dir():
            OxigraphEngine.read_only(snapshot).snapshot(self._live)
        self._dirty.touch()
        return OxigraphEngine.open(self._live)

    def publish(self, engine: Engine, number: int) -> None:
        """Make the live view readers' view, as the state of a commit."""
        target = self._snapshots / f"{number:06}"
        self._snapshots.mkdir(exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        engine.snapshot(target)
        self._index(engine, target)
        link = self.directory / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / target.name)
        link.replace(self._current)
        for old in sorted(self._snapshots.iterdir())[: -int(get_number("snapshots_kept"))]:
            shutil.rmtree(old, ignore_errors=True)
            search.index_of(old).unlink(missing_ok=True)

    def _index(self, engine: Engine, target: Path) -> None:
        """Make the index of names of a snapshot to be, from that of the current one where there is one."""
        current = self.snapshot()
        before = search.index_of(current) if current else None
        search.refresh(engine, target, before, self.log.rows_after(self.version()))

    def index(self) -> Path | None:
        """Return the index of names of the current snapshot; None where there is none."""
        snapshot = self.snapshot()
        return search.sound_index_of(snapshot) if snapshot else None

    def mend_index(self, engine: Engine) -> None:
        """Make the index of names of the current snapshot, at which `engine` stands, unless there is a sound one."""
        snapshot = self.snapshot()
        if snapshot and not self.index():
            search.refresh(engine, snapshot, None, None)

    def settle(self) -> None:
        """Note that the live view is what the current snapshot is."""
        self._dirty.unlink(missing_ok=True)


class Writer:
    """The one process that changes a store, while it holds the lock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.number = store.version()
        self.engine = store.open_live()
        self._clean = True

    def catch_up(self) -> None:
        """Apply the commits that the view does not have yet, and publish it at the last of them."""
        commits = self.store.log.commits(after=self.number)
        if not commits:
            self.store.mend_index(self.engine)
            return
        self._clean = False
        only_added = True
        for commit in commits:
            only_added &= apply(self.engine, lambda number=commit.number: self.store.log.rows(number))
        infer(self.engine, afresh=not only_added)
        self.publish(commits[-1].number)

    def publish(self, number: int) -> None:
        """Publish the live view as the state of commit `number`."""
        self.store.publish(self.engine, number)
        self.number = number
        self._clean = True

    def change(self) -> None:
        """Say that the live view is about to differ from the last commit, until it is published."""
        self._clean = False

    def close(self) -> None:
        """Close the live view; it counts as sound only if nothing in it waits to be published."""
        self.engine.close()
        if self._clean:
            self.store.settle()
