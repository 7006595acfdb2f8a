"""Where sources contradict each other: what holds beside what it supersedes, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kg.names import NS
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad
from server.statements import Statement, StatementReader
from server.terms import Shown
from server.view import Snapshot

_LOOKED_AT = 200
"""Statements of one superseded graph that are compared."""

_VALUES = 5
"""Values that hold in place of one that is superseded."""


@dataclass(frozen=True)
class Contradiction:
    """A superseded statement with its evidence, the statements that hold in its place, and the reason that is given."""

    superseded: Statement
    holding: list[Statement]
    reason: Shown


def contradictions(here: Snapshot, reader: StatementReader, graphs: Iterable[str]) -> list[Contradiction]:
    """Return the figures and dates of superseded graphs that have another value in the default graph."""
    return [found for graph in graphs for found in _of(here, reader, graph)]


def _of(here: Snapshot, reader: StatementReader, graph: str) -> list[Contradiction]:
    reason = Shown(*reader.terms.text(graph, NS + "reason"))
    found = list[Contradiction]()
    for quad in islice(here.engine.quads(None, None, None, NamedNode(graph)), _LOOKED_AT):
        holding = _holding(here, quad)
        if holding:
            statements = [reader.statement(one) for one in holding]
            found.append(Contradiction(reader.read([quad])[0], statements, reason))
    return sorted(found, key=lambda one: (one.superseded.subject.text, one.superseded.relation.text))


def _holding(here: Snapshot, quad: Quad) -> list[Quad]:
    """Return what holds in place of a value that is a number or a date; nothing for one that holds too."""
    value = quad.object
    if not isinstance(value, Literal) or value.language or value.datatype.value.endswith("#string"):
        return []
    quads = here.engine.quads(quad.subject, quad.predicate, None, DefaultGraph())  # pyright: ignore[reportArgumentType]
    found = sorted(islice(quads, _VALUES), key=str)
    return [] if any(one.object == value for one in found) else found
