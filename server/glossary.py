"""The ontology as people read it: each term with its words in every language, and what holds of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from kg.names import ID, NS, ONTOLOGY, PREFIXES, RDFS
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad
from server.statements import TYPE, Group, StatementReader, grouped
from server.terms import Shown
from server.view import Snapshot

_OWL = PREFIXES["owl"]
_QUESTION = NS + "competencyQuestion"
_UNSHOWN = {RDFS + "label", RDFS + "comment", RDFS + "isDefinedBy", _QUESTION}
_EXAMPLES = 3
_SECTIONS = ("section.classes", "section.relations", "section.values", "section.individuals")


@dataclass(frozen=True)
class Example:
    """What the graph has of a term: a thing of a class, or a thing and its value by a property."""

    thing: Shown
    value: Shown | None = None


@dataclass
class Entry:
    """A term: its local name, its words in every language, examples, questions that use it, the rest by property."""

    name: str
    iri: str
    labels: list[Shown] = field(default_factory=list[Shown])
    comments: list[Shown] = field(default_factory=list[Shown])
    questions: list[str] = field(default_factory=list[str])
    examples: list[Example] = field(default_factory=list[Example])
    facts: list[Group] = field(default_factory=list[Group])


@dataclass
class Section:
    """Terms of one kind, by name; `title` is a key of server.words."""

    title: str
    terms: list[Entry]


class Glossary:
    """Reads the terms of Atlante's namespace from the ontology's graph."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._engine = snapshot.engine
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

    def tree(self) -> list[tuple[int, Shown]]:
        """Return the classes, narrower ones after the one above them, each with its depth and a link to its entry."""
        classes = [iri for iri in sorted(self._quads) if self._section(iri) == _SECTIONS[0]]
        below = {iri: [one for one in classes if self._above(one, classes) == iri] for iri in ("", *classes)}

        def walk(above: str, depth: int) -> Iterator[tuple[int, Shown]]:
            for iri in below[above]:
                yield depth, self._reader.terms.iri(iri)
                yield from walk(iri, depth + 1)

        return list(walk("", 0))

    def _above(self, iri: str, classes: list[str]) -> str:
        """Return the class that one stands under, "" at the top; of several the narrowest, which has most above it."""
        found = {quad.object.value for quad in self._of(iri, RDFS + "subClassOf") if isinstance(quad.object, NamedNode)}
        return max(found & {*classes} - {iri}, key=lambda one: (self._depth(one), one), default="")

    def _depth(self, iri: str) -> int:
        above = [quad.object.value for quad in self._of(iri, RDFS + "subClassOf") if isinstance(quad.object, NamedNode)]
        return 1 + max((self._depth(one) for one in above if one in self._quads and one != iri), default=0)

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
        entry.examples = list(self._examples(NamedNode(iri)))
        rest = [quad for quad in self._quads[iri] if quad.predicate.value not in _UNSHOWN]
        entry.facts = grouped(self._reader.read(rest))
        return entry

    def _examples(self, term: NamedNode) -> Iterator[Example]:
        """Yield a few things of a class, or one that a property is said of; Atlante's own things alone."""
        show, graph = self._reader.terms.show, DefaultGraph()
        things = self._engine.quads(None, NamedNode(TYPE), term, graph)
        for quad in islice((quad for quad in things if self._named(quad)), _EXAMPLES):
            yield Example(show(quad.subject))  # pyright: ignore[reportArgumentType]
        said = self._engine.quads(None, term, None, graph)
        for quad in islice((quad for quad in said if self._named(quad)), 1):
            yield Example(show(quad.subject), show(quad.object))  # pyright: ignore[reportArgumentType]

    def _named(self, quad: Quad) -> bool:
        return isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID)

    def _texts(self, iri: str, predicate: str) -> list[Shown]:
        """Return a property's texts, the reader's language first."""
        texts = [self._reader.terms.show(quad.object) for quad in self._of(iri, predicate)]  # pyright: ignore[reportArgumentType]
        best = self._reader.terms.text(iri, predicate)[1]
        return sorted(texts, key=lambda shown: (shown.lang != best, shown.lang))

    def _of(self, iri: str, predicate: str) -> list[Quad]:
        return [quad for quad in self._quads[iri] if quad.predicate.value == predicate]
