"""Patches that would mend what a rule has against a write, where the rule leaves one way to do so."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from kg.check import Result
from kg.engine import Engine
from kg.names import NS, ONTOLOGY, XSD
from kg.patch import Patch
from kg.rdf import Literal, NamedNode, Quad, parse_statements, statement, value
from kg.writing import Write
from kg.writing.changing import NotAllowed, require_allowed

_MOST = "MaxCountConstraintComponent"
_DATES = {
    "gYear": re.compile(r"-?\d{4}"),
    "gYearMonth": re.compile(r"-?\d{4}-\d\d"),
    "date": re.compile(r"-?\d{4}-\d\d-\d\d"),
}


def fix(engine: Engine, result: Result, patch: Patch, write: Write) -> Patch | None:
    """Return the patch to send instead of a write's, so that a result of its check goes; None where none is known.

    `engine` is in the state that the write leads to. What the author may not write is left alone.
    """
    if result.component.endswith(_MOST) and result.path:
        return _one_value(engine, result.focus, result.path, patch, write)
    if result.rule == "defined-term" and result.value:
        return _nearest_term(engine, result.value, patch)
    if result.rule == "valid-date" and result.value:
        return _dated(result.value, patch)
    return None


def _one_value(engine: Engine, focus: str, path: str, patch: Patch, write: Write) -> Patch | None:
    """Take the value that stood before out, where the write brings one."""
    quads = [quad for quad in engine.quads(NamedNode(focus), NamedNode(path)) if isinstance(quad.graph_name, NamedNode)]
    new = {quad.object for quad in quads if statement(quad) in set(patch.added)}
    old = [quad for quad in quads if quad.object not in new]
    if len(new) != 1 or not old or not all(_may_write(quad, write) for quad in old):
        return None
    return Patch(patch.added, sorted({*patch.removed, *map(statement, old)}))


def _may_write(quad: Quad, write: Write) -> bool:
    try:
        require_allowed(value(quad.graph_name), write)  # type: ignore[arg-type]
    except NotAllowed:
        return False
    return True


def _nearest_term(engine: Engine, term: str, patch: Patch) -> Patch | None:
    """Take the term of the ontology whose name is the nearest."""
    defined = {value(quad.subject) for quad in engine.quads(graph=NamedNode(ONTOLOGY))}
    names = [iri.removeprefix(NS) for iri in defined if iri.startswith(NS)]
    near = get_close_matches(term[1:-1].removeprefix(NS), sorted(names), 1, 0.75)
    return _replaced(patch, lambda text: text.replace(term, f"<{NS}{near[0]}>")) if near else None


def _dated(literal: str, patch: Patch) -> Patch | None:
    """Give a date the datatype of its form."""
    quad = next(iter(parse_statements([f"<urn:x> <urn:x> {literal}"])))
    if not isinstance(quad.object, Literal):
        return None
    kind = next((name for name, form in _DATES.items() if form.fullmatch(quad.object.value)), None)
    if kind is None:
        return None
    dated = Literal(quad.object.value, datatype=NamedNode(XSD + kind))
    return _replaced(patch, lambda text: text.replace(f" {literal} ", f" {dated} "))


def _replaced(patch: Patch, change: Callable[[str], str]) -> Patch | None:
    added = list(_changed(patch.added, change))
    return Patch(sorted(added), patch.removed) if added != patch.added else None


def _changed(statements: list[str], change: Callable[[str], str]) -> Iterator[str]:
    for one in statements:
        triple, space, graph = one.rpartition(" ")
        yield change(triple + space) + graph
