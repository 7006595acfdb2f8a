"""Making a view: from a snapshot by doing or undoing commits, then by taking out what it is not to hold."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from kg.assemble import settle, stated_standings
from kg.engine import Engine, select
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.infer_change import Change, Inference
from kg.log import Log
from kg.names import INFERRED, source_of
from kg.past.asked import View, last_day
from kg.paths import query
from kg.rdf import DefaultGraph, NamedNode, Quad, value


def make(view: View, log: Log, kept: Iterable[Path], target: Path) -> None:
    """Make a view's snapshot in the folder `target`, from the nearest of the snapshots kept, else from nothing."""
    number = view.commit.number
    start = min(kept, key=lambda path: abs(int(path.name) - number), default=None)
    if start is not None and abs(int(start.name) - number) <= number:
        engine, at = OxigraphEngine.open_copy(start, target), int(start.name)
    else:
        engine, at = OxigraphEngine.open(target), 0
    try:
        inference = Inference(engine)
        _move(inference, log, at, number)
        if _take_out_sources(engine, view):
            infer(engine, afresh=True)
        else:
            inference.complete()
        if view.valid_on and _take_out_things(engine, view.valid_on):
            infer(engine, afresh=True)
    finally:
        engine.close()


def _move(inference: Inference, log: Log, at: int, to: int) -> None:
    """Bring an engine from one commit to another; what is inferred is left to be completed."""
    first, last = sorted((at, to))
    between = [commit for commit in log.commits(first) if commit.number <= last]
    changes = [partial(log.rows, commit.number) for commit in between]
    if at > to:
        changes = [partial(_undoing, rows) for rows in reversed(changes)]
    with log.held():
        inference.follow(changes, sum(commit.added + commit.removed for commit in between))


def _undoing(rows: Change) -> Iterator[str]:
    turned = {"A": "D", "D": "A"}
    return (turned.get(row[0], row[0]) + row[1:] if row[1] == " " else row for row in rows())


def _take_out_sources(engine: Engine, view: View) -> bool:
    """Take out the graphs of the sources that a view excludes, or that are not known by its day."""
    if view.known_by is None and not view.excluded:
        return False
    days = {
        value(row[0]): last_day(value(row[1])) for row in select(engine, query("past/published")) if row[0] and row[1]
    }
    named = {value(row[0]) for row in select(engine, query("past/graphs")) if row[0]}
    known = {source for source, day in days.items() if day and view.known_by and day <= view.known_by}
    gone = [
        graph
        for graph in sorted(named)
        if (source := source_of(graph))
        and (source in view.excluded or (view.known_by is not None and source not in known))
    ]
    return _take_out(engine, (quad for graph in gone for quad in engine.quads(graph=NamedNode(graph))))


def _take_out_things(engine: Engine, day: date) -> bool:
    """Take out every statement that a source makes of a thing that was not in force on a day."""
    things = [
        thing
        for thing, first, last in select(engine, query("past/in-force"))
        if isinstance(thing, NamedNode)
        and ((first and value(first) > day.isoformat()) or (last and value(last) < day.isoformat()))
    ]
    statements = (
        quad
        for thing in things
        for found in (engine.quads(subject=thing), engine.quads(object=thing))
        for quad in found
    )
    return _take_out(engine, statements)


def _take_out(engine: Engine, quads: Iterable[Quad]) -> bool:
    inferred, default = NamedNode(INFERRED), DefaultGraph()
    gone = [quad for quad in quads if quad.graph_name not in (inferred, default)]
    engine.delete(gone)
    settle(engine, {quad.triple for quad in gone}, stated_standings(engine))
    return bool(gone)
