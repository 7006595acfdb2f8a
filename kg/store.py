"""The store directory: the log, the live view that follows it, and the snapshots that readers open.

log.sqlite         the commits: the truth
live/              the view, opened by the one writer under a lock; thrown away after a crash
snapshots/000042/  the view at commit 42, read-only
search/000042.sqlite  the index of names, made at commit 42, that follows the commits after it
current            -> snapshots/000042; readers follow it
public/<name>/     the same of what is public, where something is or was not: a store of its own, on the same log
"""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg import search
from kg.access import PublicLog
from kg.engine import Engine, select
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import NotFound, StoreBusy
from kg.infer_change import Inference, infer_change
from kg.log import Log
from kg.patch import Patch
from kg.paths import query
from kg.rdf import NamedNode, statement
from kg.search import IndexAt
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

    def __init__(self, directory: Path, whole: "Store | None" = None) -> None:
        """Take a folder; `whole` is the store of which this one, within it, holds what is public."""
        self.directory = directory
        self.whole = whole
        self.log = PublicLog(whole.log.path) if whole else Log(directory / "log.sqlite")
        self._live = directory / "live"
        self._dirty = directory / "live.dirty"
        self._snapshots = directory / "snapshots"
        self._current = directory / "current"

    def public(self) -> "Store":
        """Return the store of what is public: this one, unless a source is or was embargoed.

        It stands in a folder that none has had whose past was another, so that nothing of it is older than an embargo.
        """
        name = PublicLog(self.log.path).name()
        return Store(self.directory / "public" / name, self) if name else self

    def snapshot(self) -> Path | None:
        """Return the folder of the snapshot that readers follow; None where there is none yet."""
        path = self._current.resolve()
        return path if path.is_dir() and path.parent == self._snapshots.resolve() else None

    def snapshots(self) -> list[Path]:
        """Return the folders of the snapshots that are kept and whole, oldest first."""
        return sorted(path.parent for path in self._snapshots.glob("*/CURRENT") if path.parent.name.isdecimal())

    def version(self) -> int:
        """Return the number of the commit that readers see; 0 before the first snapshot."""
        path = self.snapshot()
        return int(path.name) if path else 0

    @contextmanager
    def reader(self) -> Generator[tuple[Engine, int]]:
        """Give a read-only engine on the view of the last commit, and the commit's number; raises what `ready` does."""
        snapshot = self.ready()
        engine = OxigraphEngine.read_only(snapshot)
        try:
            yield engine, int(snapshot.name)
        finally:
            engine.close()

    def ready(self) -> Path:
        """Return the snapshot of the last commit.

        Catches up from the log first where the view stands behind it; while another process writes, the last
        published view is taken as it is. Raises NotFound for an empty store, StoreBusy before its first view.
        """
        head = self.log.head()
        if head == 0:
            raise NotFound("the store is empty", str(self.directory), "Fill it with `kg build`.")
        if self.version() < head:
            self._catch_up()
        snapshot = self.snapshot()
        assert snapshot is not None
        return snapshot

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
        with self._locked(), self.log.held():
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

    def open_live(self) -> tuple[OxigraphEngine, int]:
        """Open the live view, for the writer alone; return it with the commit at which it stands.

        A view that a crash left between two commits is made anew from the snapshot, whose files it shares. That of
        what is public begins as the whole without what is not.
        """
        snapshot = self.snapshot()
        if self._dirty.exists() or snapshot is None:
            shutil.rmtree(self._live, ignore_errors=True)
        whole = self.whole.snapshot() if self.whole and snapshot is None else None
        self._dirty.touch()
        if (begin := snapshot or whole) and not self._live.is_dir():
            engine = OxigraphEngine.open_copy(begin, self._live)
        else:
            engine = OxigraphEngine.open(self._live)
        return engine, self._less(engine, int(whole.name)) if whole else self.version()

    def _less(self, engine: Engine, number: int) -> int:
        """Take what is not public out of a view of a commit; return the last commit by then that is public."""
        assert isinstance(self.log, PublicLog)
        gone = [
            statement(quad)
            for source in sorted(self.log.hidden(number))
            for _, graph in select(engine, query("store/graphs-of-source"), {"source": NamedNode(source)})
            if isinstance(graph, NamedNode)
            for quad in engine.quads(graph=graph)
        ]
        if gone:
            infer_change(engine, Patch(removed=sorted(gone)))
        return max((one.number for one in self.log.commits() if one.number <= number), default=0)

    def publish(self, engine: Engine, number: int) -> None:
        """Make the live view readers' view, as the state of a commit."""
        target = self._snapshots / f"{number:06}"
        self._snapshots.mkdir(exist_ok=True)
        # Some may be left of a snapshot whose making was broken off.
        for stray in {target, *self._snapshots.iterdir()} - ({*self.snapshots()} - {target}):
            shutil.rmtree(stray, ignore_errors=True)
        engine.snapshot(target)
        self._index(engine, target)
        link = self.directory / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / target.name)
        link.replace(self._current)
        snapshots = self.snapshots()
        for old in snapshots[: (leaving := max(0, len(snapshots) - int(get_number("snapshots_kept"))))]:
            shutil.rmtree(old, ignore_errors=True)
        search.forget(self.directory / "search", int(snapshots[leaving].name))

    def _index(self, engine: Engine, target: Path) -> None:
        """Make the index of names of a snapshot to be, from that of the current one where there is one."""
        followed = search.newest(target)
        known = 0 < self.version() <= followed <= int(target.name)
        oldest = int(self.snapshots()[0].name)
        search.refresh(engine, target, self.log.rows_after(followed) if known else None, oldest)

    def index(self) -> IndexAt | None:
        """Return the index of names of the current snapshot; None where there is none."""
        snapshot = self.snapshot()
        return search.sound_index_of(snapshot) if snapshot else None

    def mend_index(self, engine: Engine) -> None:
        """Make the index of names of the current snapshot, at which `engine` stands, unless there is a sound one."""
        snapshot = self.snapshot()
        if snapshot and not self.index():
            search.refresh(engine, snapshot)

    def settle(self) -> None:
        """Note that the live view is what the current snapshot is."""
        self._dirty.unlink(missing_ok=True)


class Writer:
    """The one process that changes a store, while it holds the lock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.public: Writer | None = None
        """The writer of what is public; None where all is."""

        self._open = ExitStack()
        self.engine, self.number = store.open_live()
        self.inference = Inference(self.engine)
        self._clean = True

    def catch_up(self) -> None:
        """Apply the commits that the view does not have yet, and publish it at the last of them."""
        log = self.store.log
        commits = log.commits(after=self.number)
        if not commits and self.number == self.store.version():
            self.store.mend_index(self.engine)
            self.follow()
            return
        self._clean = False
        changes = [partial(log.rows, commit.number) for commit in commits]
        self.inference.follow(changes, sum(commit.added + commit.removed for commit in commits))
        self.inference.complete()
        self.publish(commits[-1].number if commits else self.number)

    def publish(self, number: int, *, in_step: bool = False) -> None:
        """Publish the live view as the state of commit `number`, and then what is public of it.

        `in_step` says that the live view of what is public has been changed as this one has.
        """
        self.store.publish(self.engine, number)
        self.number = number
        self._clean = True
        self.follow(in_step=in_step)

    def follow(self, *, in_step: bool = False) -> None:
        """Bring the view of what is public to what the log now says is public."""
        public = self.store.public()
        if self.store.whole or public is self.store:
            return
        if self.public and self.public.store.directory == public.directory:
            if in_step and (head := public.log.head()) != self.public.number:
                self.public.publish(head)
            self.public.catch_up()
            return
        self._leave_public()
        self.public = self._open.enter_context(public.writer())
        for old in public.directory.parent.iterdir():
            if old != public.directory:
                shutil.rmtree(old, ignore_errors=True)

    def change(self) -> None:
        """Say that the live view is about to differ from the last commit, until it is published."""
        self._clean = False
        if self.public:
            self.public.change()

    def close(self) -> None:
        """Close the live view; it counts as sound only if nothing in it waits to be published."""
        self._leave_public()
        self.engine.close()
        if self._clean:
            self.store.settle()

    def _leave_public(self) -> None:
        self.public = None
        self._open.close()
