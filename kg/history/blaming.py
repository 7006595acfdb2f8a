"""Which commit, and which place in a source, brought each statement about a thing."""

from dataclasses import dataclass

from kg.engine import Engine
from kg.errors import NotFound
from kg.history.changes import touches
from kg.log import Commit, Log
from kg.names import ID, expand
from kg.rdf import NamedNode, Term, parse_statements, parts, value
from kg.show import find


@dataclass(frozen=True)
class Brought:
    """A statement that holds now, the IRI of the graph that says it, and the commit that brought it last."""

    subject: str
    property: str
    value: Term
    graph: str
    commit: Commit
    statement: str


def meant(engine: Engine, log: Log, name: str) -> str:
    """Return the IRI that a name means; of what the graph no longer holds, by its slug, prefixed name or IRI.

    Raises NotFound where neither graph nor log know it, BadInput where several things go by the name.
    """
    try:
        return find(engine, name)
    except NotFound:
        iri = expand(name) if ":" in name else ID + name
        if next(touches(log, of=iri), None) is None:
            raise
        return iri


def blame(log: Log, iri: str, property: str = "") -> list[Brought]:
    """Return who brought each statement that has a thing as subject or object, sorted; with the IRI of a property,
    of that property alone.

    Raises NotFound where no source says anything of the kind now.
    """
    commits = {commit.number: commit for commit in log.commits()}
    brought: dict[str, int] = {}
    for touch in touches(log, of=iri):
        if touch.added:
            brought[touch.statement] = touch.number
        else:
            brought.pop(touch.statement, None)
    found = [_brought(statement, commits[number]) for statement, number in brought.items()]
    found = [one for one in found if property in ("", one.property)]
    if not found:
        raise NotFound("no source says that now", f"<{iri}>", "kg show NAME --history tells what was said before.")
    return sorted(found, key=lambda one: (one.subject != iri, one.statement))


def _brought(statement: str, commit: Commit) -> Brought:
    quad = next(parse_statements([statement]))
    subject, property, term = parts(quad.triple)
    assert isinstance(quad.graph_name, NamedNode)
    return Brought(value(subject), property.value, term, quad.graph_name.value, commit, statement)
