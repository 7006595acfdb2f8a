"""The ontology as people read it: each term with its words in every language, and what holds of it."""

from dataclasses import dataclass, field

from kg.names import NS, ONTOLOGY, PREFIXES, RDFS
from kg.rdf import Literal, NamedNode, Quad
from server.statements import TYPE, Group, StatementReader, grouped
from server.terms import Shown
from server.view import Snapshot

_OWL = PREFIXES["owl"]
_QUESTION = NS + "competencyQuestion"
_UNSHOWN = {RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", _QUESTION}
_SECTIONS = ("section.classes", "section.relations", "section.values", "section.individuals")


@dataclass
class Entry:
    """A term: its local name, its words in every language, the questions that use it, and the rest by property."""

    name: str
    iri: str
    labels: list[Shown] = field(default_factory=list[Shown])
    comments: list[Shown] = field(default_factory=list[Shown])
    questions: list[str] = field(default_factory=list[str])
    facts: list[Group] = field(default_factory=list[Group])


@dataclass
class Section:
    """Terms of one kind, by name; `title` is a key of server.words."""

    title: str
    terms: list[Entry]


class Glossary:
    """Reads the terms of Atlante's namespace from the ontology's graph."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._reader = StatementReader(snapshot)
        self._quads: dict[str, list[Quad]] = {}
        for quad in snapshot.engine.quads(None, None, None, NamedNode(ONTOLOGY)):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(NS):
                self._quads.setdefault(quad.subject.value, []).append(quad)

    def sections(self) -> list[Section]:
        """Return the terms by kind, those of closed lists last."""
        found: dict[str, list[Entry]] = {title: [] for title in _SECTIONS}
        for iri in sorted(self._quads, key=str.casefold):
            found[self._section(iri)].append(self._entry(iri))
        return [Section(title, terms) for title, terms in found.items() if terms]

    def _section(self, iri: str) -> str:
        types = {quad.object.value for quad in self._of(iri, TYPE) if isinstance(quad.object, NamedNode)}
        if types & {_OWL + "Class", RDFS + "Class"}:
            return "section.classes"
        if _OWL + "ObjectProperty" in types:
            return "section.relations"
        return "section.values" if any(kind.endswith("Property") for kind in types) else "section.individuals"

    def _entry(self, iri: str) -> Entry:
        entry = Entry(iri[len(NS) :], iri, self._texts(iri, RDFS + "label"), self._texts(iri, RDFS + "comment"))
        entry.questions = sorted(
            quad.object.value for quad in self._of(iri, _QUESTION) if isinstance(quad.object, Literal)
        )
        rest = [quad for quad in self._quads[iri] if quad.predicate.value not in _UNSHOWN]
        entry.facts = grouped(self._reader.read(rest))
        return entry

    def _texts(self, iri: str, predicate: str) -> list[Shown]:
        """Return a property's texts, the reader's language first."""
        texts = [self._reader.terms.show(quad.object) for quad in self._of(iri, predicate)]  # pyright: ignore[reportArgumentType]
        best = self._reader.terms.text(iri, predicate)[1]
        return sorted(texts, key=lambda shown: (shown.lang != best, shown.lang))

    def _of(self, iri: str, predicate: str) -> list[Quad]:
        return [quad for quad in self._quads[iri] if quad.predicate.value == predicate]
