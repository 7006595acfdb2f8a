"""Patches that would mend what a rule has against a write, where the rule leaves one way to do so.

What only the writer can know is not guessed: a name that is missing, which of two days is wrong, which of two things
was meant.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any

from kg.check import Result
from kg.engine import Engine, select
from kg.names import NS, ONTOLOGY, RDF, RDFS, SOURCE, STANDING, XSD, source_of
from kg.past.asked import last_day
from kg.patch import Patch
from kg.paths import query
from kg.rdf import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Term,
    Triple,
    canonical,
    in_graph,
    parse_statements,
    statement,
    value,
)
from kg.writing import Write
from kg.writing.changing import NotAllowed, require_allowed
from kg.writing.spelling import meant

_TYPE, _LABEL, _RANGE = NamedNode(RDF + "type"), NamedNode(RDFS + "label"), NamedNode(RDFS + "range")
_ONTOLOGY = NamedNode(ONTOLOGY)
_ROOM = 1_000_000
"""Letters that the patches of one answer have, the last of them apart."""

_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
"""The datatype of a date by the number of its letters."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_DIGITS = 18
"""Digits of a whole number, and after a point, that every store keeps exactly."""


class Mending:
    """What may be done about a refused write, in the state that it leads to; what its author may not write is left."""

    def __init__(self, engine: Engine, patch: Patch, write: Write) -> None:
        self.engine, self.patch, self._write = engine, patch, write
        self._room = _ROOM

    def fix(self, result: Result) -> Patch | None:
        """Return the patch to send instead of the write's, so that a result of its check goes; None if unknown.

        Where a large write has many results, the first have theirs: each patch is as large as the write.
        """
        mend = _MENDERS.get(result.rule)
        if mend is None or self._room <= 0:
            return None
        found = mend(self, result)
        self._room -= sum(map(len, (*found.added, *found.removed))) if found else 0
        return found

    @cached_property
    def added(self) -> list[Quad]:
        """What the write adds."""
        return list(parse_statements(self.patch.added))

    @cached_property
    def properties(self) -> list[tuple[str, str]]:
        """Name and IRI of each property of the ontology."""
        return [pair for kind, pair in self._defined if kind.endswith("Property")]

    @cached_property
    def classes(self) -> list[tuple[str, str]]:
        """Name and IRI of each class of the ontology."""
        return [pair for kind, pair in self._defined if kind.endswith("Class")]

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Slug and IRI of each source that describes itself and that the author may write."""
        typed = self.engine.quads(None, _TYPE, NamedNode(NS + "Source"), DefaultGraph())
        own = [iri for quad in typed if (iri := value(quad.subject)) and self._describes_itself(NamedNode(iri))]
        return [(iri.removeprefix(SOURCE), iri) for iri in own if self.may_write(iri)]

    def _describes_itself(self, source: NamedNode) -> bool:
        return any(self.engine.quads(source, _LABEL, None, source))

    @cached_property
    def _defined(self) -> list[tuple[str, tuple[str, str]]]:
        quads = self.engine.quads(predicate=_TYPE, graph=_ONTOLOGY)
        return [(_value(quad), (value(quad.subject).removeprefix(NS), value(quad.subject))) for quad in quads]

    def range_of(self, property: str) -> str:
        """Return the class or datatype of a property's values; "" where the ontology says none."""
        return next(map(_value, self.engine.quads(NamedNode(property), _RANGE, None, _ONTOLOGY)), "")

    def listed(self, property: str) -> list[tuple[str, str]]:
        """Return name or label, and IRI, of each value that the ontology lists for a property."""
        found: list[tuple[str, str]] = []
        for quad in self.engine.quads(None, _TYPE, NamedNode(self.range_of(property)), _ONTOLOGY):
            iri = value(quad.subject)
            labels = map(_value, self.engine.quads(NamedNode(iri), _LABEL, None, _ONTOLOGY))
            found += [(name, iri) for name in (iri.removeprefix(NS), *labels)]
        return found

    def named(self, name: str, property: str) -> str | None:
        """Return the one thing that goes by a name and may be a property's value; None for none, or for several."""
        kind = NamedNode(self.range_of(property))
        entities = {row[0] for row in select(self.engine, query("show/named"), {"text": Literal(name)})}
        fitting = [
            one.value
            for one in entities
            if isinstance(one, NamedNode) and any(self.engine.quads(one, _TYPE, kind, DefaultGraph()))
        ]
        return fitting[0] if len(fitting) == 1 else None

    def may_write(self, graph: str) -> bool:
        """Tell whether the author may write a graph."""
        try:
            require_allowed(graph, self._write)
        except NotAllowed:
            return False
        return True

    def instead(self, change: Callable[[Quad], Quad]) -> Patch | None:
        """Return the write's patch with what it adds changed; None where nothing is."""
        added = sorted({statement(change(quad)) for quad in self.added})
        return Patch(added, self.patch.removed) if added != sorted(self.patch.added) else None

    def with_value(self, result: Result, term: Term | None) -> Patch | None:
        """Return the write's patch with another value where a result's property has its value; None without one."""
        if term is None:
            return None
        return self.instead(
            lambda quad: (
                Quad(quad.subject, quad.predicate, term, quad.graph_name)
                if quad.predicate.value == result.path and str(quad.object) == result.value
                else quad
            )
        )


def _one_value(write: Mending, result: Result) -> Patch | None:
    """The value that stood before goes, where the write brings another and may take it out."""
    if not result.path:
        return None
    found = write.engine.quads(NamedNode(result.focus), NamedNode(result.path))
    quads = [quad for quad in found if isinstance(quad.graph_name, NamedNode)]
    new = {quad.object for quad in quads if quad in write.added}
    old = [quad for quad in quads if quad.object not in new]
    if len(new) != 1 or not old or not all(write.may_write(_graph(quad)) for quad in old):
        return None
    return Patch(write.patch.added, sorted({*write.patch.removed, *map(statement, old)}))


def _one_standing(write: Mending, result: Result) -> Patch | None:
    """The standing that stood before goes; one stated elsewhere goes where its source describes itself."""
    home = source_of(result.focus)
    stated = [quad for quad in write.added if value(quad.subject) == result.focus and quad.predicate.value == STANDING]
    astray = [quad for quad in stated if _graph(quad) != home]
    if not astray:
        return _one_value(write, result)
    if len(stated) > 1 or home is None or source_of(_graph(astray[0])) != home:
        return None
    moved = in_graph(astray[0].triple, NamedNode(home))
    old = [*write.engine.quads(NamedNode(result.focus), NamedNode(STANDING), graph=NamedNode(home))]
    added = {*write.patch.added, statement(moved)} - {statement(astray[0])} - set(map(statement, old))
    gone = {*write.patch.removed, *map(statement, old)} - {statement(moved)}
    return Patch(sorted(added), sorted(gone))


def _defined_term(write: Mending, result: Result) -> Patch | None:
    """The property, or the class, of the ontology that is a slip of the pen away takes the place of the unknown one."""
    term = _text(result.value)
    property, kind = (meant(term.removeprefix(NS), names) for names in (write.properties, write.classes))

    def defined(quad: Quad) -> Quad:
        if property and quad.predicate.value == term:
            return Quad(quad.subject, NamedNode(property), quad.object, quad.graph_name)
        if kind and quad.predicate == _TYPE and quad.object == NamedNode(term):
            return Quad(quad.subject, quad.predicate, NamedNode(kind), quad.graph_name)
        return quad

    return write.instead(defined)


def _dated(write: Mending, result: Result) -> Patch | None:
    """A year, a month or a day gets the datatype of its form; a time gives way to its day."""
    text, kind = _text(result.value), write.range_of(result.path or "")
    written = text[:10] if re.fullmatch(r".{10}T.+", text) else text
    if last_day(written) is None or (kind and len(written) < 10):
        return None
    return write.with_value(result, Literal(written, datatype=NamedNode(XSD + _DATES[len(written)])))


def _listed(write: Mending, result: Result) -> Patch | None:
    """The value of the list whose name or label is the same but for case, signs or a slip takes its place."""
    iri = meant(_word(result.value), write.listed(result.path or ""))
    return write.with_value(result, NamedNode(iri) if iri else None)


def _number(write: Mending, result: Result) -> Patch | None:
    """A number of another datatype, or in a string, gets the property's where that loses nothing."""
    text, kind = _text(result.value), write.range_of(result.path or "")
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if kind == XSD + "double":
        return write.with_value(result, canonical(Literal(text, datatype=NamedNode(kind))))
    fraction = -int(number.normalize().as_tuple().exponent)
    if fraction > (0 if kind == XSD + "integer" else _DIGITS) or number.adjusted() >= _DIGITS:
        return None
    return write.with_value(result, canonical(Literal(f"{number.normalize():f}", datatype=NamedNode(kind))))


def _currency(write: Mending, result: Result) -> Patch | None:
    """A code in small letters gets capitals."""
    code = _text(result.value).strip().upper()
    return write.with_value(result, Literal(code)) if re.fullmatch("[A-Z]{3}", code) else None


def _thing(write: Mending, result: Result) -> Patch | None:
    """A name in place of a thing gives way to the one thing of the right kind that goes by it."""
    if not result.component.endswith("NodeKindConstraintComponent") or not result.path:
        return None
    listed = write.listed(result.path)
    iri = meant(_word(result.value), listed) if listed else write.named(_text(result.value), result.path)
    return write.with_value(result, NamedNode(iri) if iri else None)


def _source(write: Mending, result: Result) -> Patch | None:
    """The source that is described, may be written and is a slip of the pen away takes the place of the unknown one."""
    home = source_of(_text(result.value)) or ""
    if any(value(quad.subject) == home for quad in write.added):  # it is new, and not yet whole
        return None
    iri = meant(home.removeprefix(SOURCE), [pair for pair in write.sources if pair[1] != home])

    def moved(node: Any) -> Any:
        inside = isinstance(node, NamedNode) and source_of(node.value) == home
        return NamedNode(f"{iri}{node.value[len(home) :]}") if inside else node

    return write.instead(lambda quad: Quad(*map(moved, quad))) if iri else None


_MENDERS: dict[str, Callable[[Mending, Result], Patch | None]] = {
    "access-roles": _thing,
    "amount-currency": _currency,
    "closed-list": _listed,
    "defined-term": _defined_term,
    "event-roles": _thing,
    "figure-whole": _thing,
    "licence-roles": _thing,
    "one-standing": _one_standing,
    "one-wikidata-id": _one_value,
    "quantity-datatype": _number,
    "unsourced": _source,
    "valid-date": _dated,
}


def mended_by(rule: str) -> str:
    """Return how a write that a rule refuses can be mended, in a sentence; "" where no way is clear."""
    return (_MENDERS[rule].__doc__ or "").strip() if rule in _MENDERS else ""


def _text(term: str | None) -> str:
    """Return the IRI, or the lexical form, of a term of a result."""
    return _value(next(parse_statements([f"<urn:x> <urn:x> {term}"]))) if term else ""


def _word(term: str | None) -> str:
    """Return what a term is called: a text, or the last part of an IRI."""
    text = _text(term)
    return re.split("[/#]", text)[-1] if term and term.startswith("<") else text


def _value(quad: Quad) -> str:
    assert not isinstance(quad.object, Triple), "triple terms do not exist in the graph"
    return quad.object.value


def _graph(quad: Quad) -> str:
    assert isinstance(quad.graph_name, NamedNode), "a write speaks of named graphs alone"
    return quad.graph_name.value
