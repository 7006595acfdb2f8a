"""Whether the log is what was written, and the view what the log says."""

import sqlite3
from collections.abc import Callable, Iterable
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

_REPAIR = "Stop what writes, delete live/, snapshots/, search/ and current of the store: the log makes them anew."


@dataclass(frozen=True)
class Verified:
    """How many commits the log has, and the commit and the statements of the view that was compared with them (0, 0
    where there is no view yet).
    """

    commits: int
    version: int
    statements: int


def verify(store: Store, progress: Callable[[str], None] = lambda _: None) -> Verified:
    """Check the hash chain, then that the view which readers follow is what the commits up to it make.

    Evidence graphs and default graph are compared, with what is inferred. Raises Damaged: for the log at the first
    commit that is not what was written; for the view, with the first commit of which it lost or kept something.
    """
    progress("checking the chain of hashes")
    commits = _chain(store.log)
    snapshot = store.snapshot()
    if snapshot is None:
        return Verified(commits, 0, 0)
    version = int(snapshot.name)
    if version > commits:
        what = f"commits {commits + 1} to {version} are gone: the view has them, the log ends at commit {commits}"
        raise Damaged(what, str(store.log.path), "Restore a backup.")
    try:
        view = OxigraphEngine.read_only(snapshot)
    except AtlanteError as error:
        raise Damaged(error.what, str(snapshot), _REPAIR) from error
    try:
        return Verified(commits, version, _compared(store.log, view, version, snapshot, progress))
    finally:
        view.close()


def _chain(log: Log) -> int:
    try:
        return log.verify()
    except sqlite3.DatabaseError as error:
        raise Damaged(f"the log cannot be read: {error}", str(log.path), "Restore a backup.") from error


def _compared(log: Log, view: Engine, version: int, snapshot: Path, progress: Callable[[str], None]) -> int:
    """Return the number of statements of a view; raises Damaged unless it is what the commits make."""
    with TemporaryDirectory() as folder:
        made = OxigraphEngine.open(Path(folder) / "made")
        try:
            for commit in log.commits():
                if commit.number <= version:
                    progress(f"replaying commit {commit.number}")
                    apply(made, lambda number=commit.number: log.rows(number))
            infer(made, afresh=True)
            progress("comparing")
            count = sum(1 for _ in view.quads())
            missing, extra = _absent(made.quads(), view), _absent(view.quads(), made)
        finally:
            made.close()
    if missing or extra:
        first = _first(log, version, missing + extra)
        example = f"it {'lacks' if missing else 'has'} {_text((missing or extra)[0])}"
        raise Damaged(
            f"the view of commit {version} is not what the log makes{first}: {example}", str(snapshot), _REPAIR
        )
    return count


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
