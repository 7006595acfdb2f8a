"""Whether the log is what was written, and the view what the log says."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.assemble import apply
from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError, Damaged
from kg.history.changes import touches
from kg.infer import infer
from kg.log import Log
from kg.rdf import DefaultGraph, NamedNode, Quad, parts, statement
from kg.store import Store

_FEW = 1000
"""Statements looked up in the log where a view is wrong: enough to name the first commit in all but odd cases."""

_REPAIR = (
    "Stop what writes, delete live/, snapshots/, views/, search/ and current of the store: the log makes them anew."
)


@dataclass(frozen=True)
class Verified:
    """How many commits the log has, and the views that were compared with them, oldest first: the number of the commit,
    and of the statements. The last is the one that readers follow; a store may have none yet.
    """

    commits: int
    views: list[tuple[int, int]]


def verify(store: Store, progress: Callable[[str], None] = lambda _: None) -> Verified:
    """Check the hash chain, then that each snapshot kept is what the commits up to it make.

    Evidence graphs and default graph are compared, with what is inferred. Views of other times are not looked at: they
    are made from the snapshots, and made anew where they are missing. Raises Damaged: for the log at the first commit
    that is not what was written; for a snapshot, with the first commit of which it lost or kept something.
    """
    progress("checking the chain of hashes")
    commits = _chain(store.log)
    snapshot = store.snapshot()
    if snapshot is None:
        return Verified(commits, [])
    version = int(snapshot.name)
    if version > commits:
        what = f"commits {commits + 1} to {version} are gone: the view has them, the log ends at commit {commits}"
        raise Damaged(what, str(store.log.path), "Restore a backup.")
    kept = {int(path.name): path for path in store.snapshots()}
    with TemporaryDirectory() as folder:
        made = OxigraphEngine.open(Path(folder) / "made")
        try:
            return Verified(commits, list(_replayed(store.log, made, kept, version, progress)))
        finally:
            made.close()


def _replayed(
    log: Log, made: OxigraphEngine, kept: dict[int, Path], version: int, progress: Callable[[str], None]
) -> Iterator[tuple[int, int]]:
    """Replay the log up to a commit, and yield number and size of each snapshot on the way, compared with it."""
    for number in range(1, version + 1):
        progress(f"replaying commit {number}")
        apply(made, lambda number=number: log.rows(number))
        if number not in kept:
            continue
        infer(made, afresh=True)
        progress(f"comparing the view of commit {number}")
        try:
            yield number, _compared(log, made, number, kept[number])
        except AtlanteError:
            if kept[number].exists():  # else a writer has taken it away for one of its own
                raise


def _chain(log: Log) -> int:
    try:
        return log.verify()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"the log cannot be read: {error}", str(log.path), "Restore a backup.") from error


def _compared(log: Log, made: Engine, number: int, snapshot: Path) -> int:
    """Return the number of statements of a snapshot; raises Damaged unless it is what the commits have made."""
    try:
        view = OxigraphEngine.read_only(snapshot)
    except AtlanteError as error:
        raise Damaged(error.what, str(snapshot), _REPAIR) from error
    try:
        count, extra = _size(view), _absent(view.quads(), made)
        # Of two sets of one size, where the one has nothing that the other lacks, they are the same.
        missing = _absent(made.quads(), view) if extra or count != _size(made) else []
    finally:
        view.close()
    if missing or extra:
        first = _first(log, number, missing + extra)
        example = f"it {'lacks' if missing else 'has'} {_text((missing or extra)[0])}"
        raise Damaged(
            f"the view of commit {number} is not what the log makes{first}: {example}", str(snapshot), _REPAIR
        )
    return count


def _size(engine: Engine) -> int:
    return sum(1 for _ in engine.quads())


def _absent(quads: Iterable[Quad], other: Engine) -> list[Quad]:
    """Return quads that another engine does not hold, so many at most as are looked up in the log."""
    return list(islice((quad for quad in quads if not any(other.quads(*parts(quad.triple), _graph(quad)))), _FEW))


def _graph(quad: Quad) -> NamedNode | DefaultGraph:
    graph = quad.graph_name
    assert isinstance(graph, NamedNode | DefaultGraph), "blank nodes do not exist in the graph"
    return graph


def _first(log: Log, version: int, quads: Iterable[Quad]) -> str:
    """Say which of the commits that touched the quads, in any graph where they stand in the default graph, is first."""
    wanted = {statement(quad) for quad in quads}
    last: dict[str, int] = {}
    for touch in touches(log, until=version):
        for text in (touch.statement, touch.statement.rpartition(" ")[0]):
            if text in wanted:
                last[text] = touch.number
    return f", from commit {min(last.values())} on" if last else ""


def _text(quad: Quad) -> str:
    where = "" if isinstance(quad.graph_name, NamedNode) else " in the default graph"
    return statement(quad) + where
