"""An entity with everything said of it and the evidence of each statement, for the terminal."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from kg.ask.match import Names
from kg.ask.questions import Param
from kg.engine import Engine, select
from kg.errors import BadInput, NotFound
from kg.names import ASSERTED, ID, NS, RDF, expand
from kg.paths import query
from kg.rdf import DefaultGraph, Literal, NamedNode, Term
from kg.results import MOST_PLACES, Labels, best, cell, places, short, sources, table

_LARGEST_QUERY = 2000
"""Statements asked for in each direction, as the queries' LIMIT says."""

_WORDS = {
    "en": {
        "columns": ("property", "value", "evidence"),
        "subject": "subject",
        "notes": ("evidence", "property", "value"),
        NS + "Reported": "Reported: somebody says, plans, claims or quotes it; it is not asserted.",
        NS + "Superseded": "Superseded: better evidence contradicts it; it is not asserted.",
        "more": f"There is more: only {_LARGEST_QUERY:,} statements in each direction are shown.",
    },
    "it": {
        "columns": ("proprietà", "valore", "prove"),
        "subject": "soggetto",
        "notes": ("prove", "proprietà", "valore"),
        NS + "Reported": "Riferito: qualcuno lo dice, lo progetta, lo sostiene o lo cita; non è asserito.",
        NS + "Superseded": "Superato: prove migliori lo contraddicono; non è asserito.",
        "more": f"C'è altro: sono mostrate solo {_LARGEST_QUERY:,} affermazioni per direzione.",
    },
}
_STANDINGS = (ASSERTED, NS + "Reported", NS + "Superseded")
_NOTES = tuple(NS + name for name in ("modality", "attributedTo", "supersededBy", "reason", "paraphrase"))
"""What a source's description says of evidence that is not asserted."""


@dataclass(frozen=True)
class Said:
    """A statement about an entity: property IRI, the other end, direction, standing IRI, evidence graph IRIs."""

    property: str
    value: Term
    incoming: bool
    standing: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """An entity: its IRI, what is said of it, and whether a limit left some of that out."""

    iri: str
    said: list[Said]
    complete: bool


def find(engine: Engine, name: str, names: Names | None = None) -> str:
    """Return the IRI that a person means by a slug, a label, an alias, a prefixed name or an IRI.

    `names` spares reading all names of the graph where nothing is so called to the letter. Raises NotFound where
    nothing goes by that name, BadInput where several things do.
    """
    iri = expand(name) if re.search(r"^<.*>$|:", name) else ID + name
    if _exists(engine, iri):
        return iri
    rows = select(engine, query("show/named"), {"text": Literal(name)})
    found = [term.value for term, _ in rows if term]
    if len(found) > 1:
        several = ", ".join(map(short, found))
        raise BadInput(f"{name!r} names several things: {several}", repair="Say which, by one of these names.")
    return found[0] if found else _folded_name(names or Names(engine), name)


def _folded_name(names: Names, name: str) -> str:
    """Find a name as questions do, accents and punctuation aside, among all names; suggest what is spelled alike."""
    anything = Param("entity", NS + "Entity", "a thing")
    found = names.find(name, anything)
    if len(found) != 1:
        near = [short(iri) for iri in found] or names.near(name, anything)
        repair = f"Did you mean: {', '.join(near)}?" if near else "Use its slug (gpt-3), label, alias or IRI."
        raise NotFound(f"nothing is called {name!r}", repair=repair)
    return found[0]


def _exists(engine: Engine, iri: str) -> bool:
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    return any(engine.quads(node)) or any(engine.quads(None, None, node))


def show(engine: Engine, iri: str) -> Shown:
    """Return what the graph says of an entity; raises NotFound where it says nothing."""
    outgoing, incoming = (_said(engine, iri, direction) for direction in ("outgoing", "incoming"))
    if not outgoing and not incoming:
        raise NotFound(f"nothing is said of {short(iri)}", repair='Search by a question: kg ask "...".')
    complete = len(outgoing) < _LARGEST_QUERY and len(incoming) < _LARGEST_QUERY
    return Shown(iri, [*_folded(outgoing, incoming=False), *_folded(incoming, incoming=True)], complete)


def text(engine: Engine, shown: Shown, language: str = "en", limit: int | None = None) -> Iterator[str]:
    """Yield the lines that tell a person what is said of an entity; `limit` is the terminal's width."""
    return _Page(engine, shown, language, limit).lines()


def _said(engine: Engine, iri: str, direction: str) -> list[tuple[Term | None, ...]]:
    return list(select(engine, query(f"show/{direction}"), {"entity": NamedNode(iri)}))


def _folded(rows: Iterable[tuple[Term | None, ...]], *, incoming: bool) -> list[Said]:
    """Make one statement of the rows that differ in their evidence alone, sorted."""
    folded: dict[tuple[str, str, str], tuple[Term, set[str]]] = {}
    for property, value, graph, standing, _ in rows:
        assert property is not None
        assert value is not None
        assert graph is not None
        key = (property.value, str(value), standing.value if standing else ASSERTED)
        folded.setdefault(key, (value, set()))[1].add(graph.value)
    return [
        Said(property, value, incoming, standing, tuple(sorted(graphs)))
        for (property, _, standing), (value, graphs) in sorted(folded.items())
    ]


class _Page:
    """An entity as lines of text, in one language."""

    def __init__(self, engine: Engine, shown: Shown, language: str, limit: int | None) -> None:
        self._engine = engine
        self._shown = shown
        self._language = language
        self._limit = limit
        self._label = Labels(engine, language)
        self._words = _WORDS[language]

    def lines(self) -> Iterator[str]:
        iri, said = self._shown.iri, self._shown.said
        types = [self._label.term(one.value) for one in said if one.property == RDF + "type" and not one.incoming]
        yield f"{self._label(iri)}  ({short(iri)})"
        yield from [", ".join(dict.fromkeys(types))] if types else []
        for standing in _STANDINGS:
            yield from self._standing(standing, [one for one in said if one.standing == standing])
        if not self._shown.complete:
            yield f"\n{self._words['more']}"
        evidence = {graph for one in said for graph in one.evidence}
        yield from sources(self._engine, evidence, self._language, self._limit)

    def _standing(self, standing: str, said: list[Said]) -> Iterator[str]:
        heading = ["", cast(str, self._words[standing])] if standing in self._words else [""]
        for incoming in (False, True):
            some = [one for one in said if one.incoming == incoming]
            if some:
                yield from heading
                columns = (*((cast(str, self._words["subject"]),) if incoming else ()), *self._words["columns"])
                yield from table(columns, sorted(map(self._row, some)), self._limit)
                heading = [""]
        if standing != ASSERTED:
            yield from self._notes(sorted({graph for one in said for graph in one.evidence}))

    def _row(self, said: Said) -> tuple[str, ...]:
        graphs, property = places(said.evidence, MOST_PLACES), self._label(said.property)
        if said.incoming:
            return self._named(said.value), property, self._label(self._shown.iri), graphs
        return property, self._named(said.value) + self._unit(said), graphs

    def _notes(self, graphs: list[str]) -> Iterator[str]:
        """Say why each place of evidence is not asserted."""
        rows = [
            (short(graph), self._label(property), text)
            for graph in graphs
            for property in _NOTES
            if (text := self._note(self._values(graph, property)))
        ]
        if rows:
            yield ""
            yield from table(self._words["notes"], rows, self._limit)

    def _note(self, values: list[Term]) -> str:
        return best(values, self._language) or ", ".join(sorted(map(self._label.term, values)))

    def _named(self, value: Term) -> str:
        if isinstance(value, Literal) and value.language:
            return f"{value.value} ({value.language})"
        if not isinstance(value, NamedNode):
            return cell(value)
        found = self._label.find(value.value)
        return f"{found} ({short(value.value)})" if found else short(value.value)

    def _unit(self, said: Said) -> str:
        units = self._values(said.property, NS + "unit") if isinstance(said.value, Literal) else []
        return "".join(f" {self._label.find(unit.value) or unit.value.rpartition('/')[2]}" for unit in units)

    def _values(self, subject: str, property: str) -> list[Term]:
        found = self._engine.quads(NamedNode(subject), NamedNode(property), None, DefaultGraph())
        return [cast(Term, quad.object) for quad in found]
