"""Rows to statements: a mapping applied to one row, in the evidence graph of that row.

A grade within a cell makes a graph of its own beside the row's, `#<row>-<grade>`: a graph has one standing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.errors import NotFound
from kg.imports.cells import BadCell, Cells, clean, fill, filled, matches, parts, term, text_of
from kg.imports.known import Known, key_term
from kg.imports.mapping import Grade, Mapping, State, Thing
from kg.licences import licence_of
from kg.names import ASSERTED, ID, NS, RDF, RDFS, STANDING, expand, slugify
from kg.rdf import Literal, NamedNode, Term

_TYPE, _LABEL = RDF + "type", RDFS + "label"
_OTHER_NAME = expand("skos:altLabel")
_CONFIDENCE = NS + "confidence"


@dataclass(frozen=True)
class Piece:
    """A thing that a row makes: its IRI, the cells as its templates see them, and the graph that speaks of it."""

    iri: str
    cells: Cells
    graph: str
    named: bool
    """Whether its IRI is the one minted from its name: else the name is another name of something known."""


@dataclass
class Said:
    """What rows say so far: statements (N-Quads without the closing dot), and what is said of their graphs."""

    statements: set[str] = field(default_factory=set[str])
    graphs: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Standing and confidence of graphs that have one, as IRIs, "" for none."""
    dropped: list[BadCell] = field(default_factory=list[BadCell])
    """Cells that were left out alone."""

    def add(self, subject: str, predicate: str, value: Term, graph: str) -> None:
        """Add a statement."""
        self.statements.add(f"<{subject}> <{predicate}> {value} <{graph}>")

    def grade(self, graph: str, grade: Grade, text: str, column: str) -> None:
        """Note standing and confidence of a graph; raises BadCell for a grade that is not known."""
        known = grade.standing.keys() | grade.confidence.keys()
        if text not in known:
            raise BadCell(column, text, f"is none of {', '.join(sorted(known))}")
        standing, confidence = grade.standing.get(text), grade.confidence.get(text)
        before = self.graphs.get(graph, ("", ""))
        self.graphs[graph] = (
            expand(standing) if standing else before[0],
            expand(confidence) if confidence else before[1],
        )

    def descriptions(self, source: str) -> Iterator[str]:
        """Yield the statements of the source's description that give graphs their standing and confidence."""
        for graph, (standing, confidence) in self.graphs.items():
            if standing and standing != ASSERTED:
                yield f"<{graph}> <{STANDING}> <{standing}> <{source}>"
            if confidence:
                yield f"<{graph}> <{_CONFIDENCE}> <{confidence}> <{source}>"


class RowMapper:
    """Turns rows into statements of a source; `known` tells which IRI stands for a name or a key."""

    def __init__(self, mapping: Mapping, source: str, known: Known) -> None:
        self._mapping, self._source, self._known = mapping, source, known

    def once(self, variables: Cells) -> Said:
        """Return what the edition as a whole says, in the graph `#edition`."""
        return self._said(self._mapping.once, variables, f"{self._source}#edition", Said())

    def row(self, cells: Cells, key: str) -> Said:
        """Return what a row says, in the graph `#row-<key>`; raises BadCell for a cell that keeps the row out."""
        said, graph = Said(), f"{self._source}#row-{key}"
        for grade in self._mapping.row.grades:
            if text := text_of(cells, grade.source):
                said.grade(graph, grade, text, grade.source)
        return self._said(self._mapping.things, {**cells, "row": key}, graph, said)

    def _said(self, things: list[Thing], cells: Cells, graph: str, said: Said) -> Said:
        pieces = {thing.name: list(self._pieces(thing, cells, graph, said)) for thing in things}
        for thing in things:
            for piece in pieces[thing.name]:
                _describe(said, thing, piece)
                for state in thing.states:
                    if matches(piece.cells, state.when) and state.datatype == "licence":
                        _licences(said, state, piece)
                    elif matches(piece.cells, state.when):
                        for value, where in self._values(said, state, piece, pieces, graph):
                            said.add(piece.iri, expand(state.property), value, where)
        return said

    def _pieces(self, thing: Thing, cells: Cells, graph: str, said: Said) -> Iterator[Piece]:
        if not matches(cells, thing.when) or not all(filled(text_of(cells, column)) for column in thing.needs):
            return
        texts = parts(cells, thing.each, thing.split) if thing.each else [""]
        beside = {column: parts(cells, column, thing.split) for column in thing.beside}
        for number, text in enumerate(texts):
            name, where = _graded(said, text, thing.grade, graph, thing.each)
            if thing.each and (not filled(name) or name in thing.skip):
                continue
            own = {column: found[number] if number < len(found) else "" for column, found in beside.items()}
            seen = {**cells, **own, "each": name}
            if slug := fill(thing.iri, seen, slugs=True):
                keys = {expand(key): text_of(seen, column) for key, column in thing.keys.items()}
                iri = self._known.thing(ID + slug, _kind(thing, seen), keys)
                yield Piece(iri, seen, where, iri == ID + slug)

    def _values(
        self, said: Said, state: State, piece: Piece, pieces: dict[str, list[Piece]], graph: str
    ) -> Iterator[tuple[Term, str]]:
        """Yield the values of a property, each with the graph that says it."""
        if state.to:
            for other in pieces[state.to]:
                if other.iri != piece.iri:
                    yield NamedNode(other.iri), piece.graph if other.graph == graph else other.graph
        elif state.value:
            yield NamedNode(expand(state.value)), piece.graph
        elif state.iri:
            if slug := fill(state.iri, piece.cells, slugs=True):
                yield NamedNode(self._known.thing(ID + slug)), piece.graph
        elif state.text:
            if text := fill(state.text, piece.cells, slugs=False):
                yield term(text, state.datatype, state.property, state.times), piece.graph
        else:
            yield from _cells(said, state, piece)


def _cells(said: Said, state: State, piece: Piece) -> Iterator[tuple[Term, str]]:
    """Yield the terms that the parts of a cell are, each with the graph that says it."""
    for part in parts(piece.cells, state.source, state.split):
        text, where = _graded(said, part, state.grade, piece.graph, state.source)
        try:
            found = _mapped(state, text)
        except BadCell as bad:
            if not state.optional:
                raise
            said.dropped.append(bad)
            continue
        if found:
            yield found, where


def _licences(said: Said, state: State, piece: Piece) -> None:
    """Say what a cell says of the licences of a thing, be it `unknown` or `none`; report a text to be reviewed."""
    text = clean(text_of(piece.cells, state.source))
    try:
        named = licence_of(text)
    except NotFound:
        said.dropped.append(BadCell(state.source, text, "names no licence that was reviewed"))
        return
    for one in named:
        property, value = one.statement
        said.add(piece.iri, property, NamedNode(value), piece.graph)


def _describe(said: Said, thing: Thing, piece: Piece) -> None:
    if kind := _kind(thing, piece.cells):
        said.add(piece.iri, _TYPE, NamedNode(expand(kind)), piece.graph)
    if label := fill(thing.label, piece.cells, slugs=False):
        said.add(piece.iri, _LABEL if piece.named else _OTHER_NAME, Literal(label), piece.graph)
    for key, column in thing.keys.items():
        if value := text_of(piece.cells, column):
            said.add(piece.iri, expand(key), key_term(value), piece.graph)


def _kind(thing: Thing, cells: Cells) -> str:
    return thing.kind or thing.kinds.get(text_of(cells, thing.kind_from), thing.kinds.get("*", ""))


def _graded(said: Said, text: str, grade: Grade | None, graph: str, column: str) -> tuple[str, str]:
    """Return a part of a cell without the grade that a pattern finds in it, and the graph for what it says."""
    match = re.search(grade.pattern, text) if grade and grade.pattern else None
    if not grade or not match:
        return text, graph
    beside = f"{graph}-{slugify(match[1])}"
    said.grade(beside, grade, match[1], column)
    return clean(text[: match.start()] + text[match.end() :]), beside


def _mapped(state: State, text: str) -> Term | None:
    if not state.values:
        return term(text, state.datatype, state.source, state.times) if filled(text) else None
    if text in state.values:
        return NamedNode(expand(state.values[text])) if state.values[text] else None
    if not filled(text):
        return None
    if (other := state.values.get("*")) is not None:
        return NamedNode(expand(other)) if other else None
    raise BadCell(state.source, text, f"is none of {', '.join(map(repr, state.values))}")
