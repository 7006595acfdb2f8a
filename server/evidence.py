"""Evidence as pages show it: the graph of a statement as a source, a place in it, and its standing."""

from dataclasses import dataclass

from kg.names import ASSERTED, INFERRED, NS, ONTOLOGY, SHAPES, STANDING, locator_of, source_of
from kg.rdf import DefaultGraph, NamedNode
from server.places import place_name
from server.terms import KEPT, Shown, Terms, reader, url_of
from server.view import Snapshot
from server.words import say

REPORTED, SUPERSEDED = NS + "Reported", NS + "Superseded"

_NOTES = ("modality", "attributedTo", "supersededBy", "reason", "paraphrase")


@dataclass(frozen=True)
class Evidence:
    """An evidence graph: its IRI and link, its source, the place in words, and its standing.

    `standing` is asserted, reported, superseded, inferred, ontology, or shape.
    """

    graph: str
    href: str
    source: Shown
    place: str
    standing: str


@dataclass(frozen=True)
class Note:
    """What a source's description says of one of its graphs: a heading, and the values."""

    heading: str
    values: list[Shown]


class EvidenceReader:
    """Reads the evidence graphs of one snapshot; some are kept for later requests too."""

    def __init__(self, snapshot: Snapshot, terms: Terms) -> None:
        self._snapshot = snapshot
        self._terms = terms
        self._read: dict[str, Evidence] = snapshot.remember(("evidence", *reader()), dict[str, Evidence])

    def of(self, graph: str) -> Evidence:
        """Return the evidence that a graph's IRI names."""
        if graph not in self._read:
            shown = self._terms.iri(source_of(graph) or graph)
            place = place_name(locator_of(graph))
            evidence = Evidence(graph, url_of(graph), shown, place, self._standing(graph))
            if len(self._read) < KEPT:
                self._read[graph] = evidence
            return evidence
        return self._read[graph]

    def notes(self, graph: str) -> list[Note]:
        """Return what is noted of a graph: modality, attribution, reason, what supersedes it, our paraphrase."""
        notes: list[Note] = []
        for name in _NOTES:
            if name in ("reason", "paraphrase"):
                text, lang = self._terms.text(graph, NS + name)
                values = [Shown(text, lang)] if text else []
            else:
                values = [self._noted(term) for term in self._values(graph, NS + name)]
            if values:
                notes.append(Note(say(f"note.{name}"), values))
        return notes

    def _noted(self, iri: str) -> Shown:
        if not source_of(iri):
            return self._terms.iri(iri)
        evidence = self.of(iri)
        place = f", {evidence.place}" if evidence.place else ""
        return Shown(evidence.source.text + place, evidence.source.lang, evidence.href, "", iri)

    def _standing(self, graph: str) -> str:
        fixed = {INFERRED: "inferred", ONTOLOGY: "ontology", SHAPES: "shape"}.get(graph)
        if fixed:
            return fixed
        stated = {*self._values(graph, STANDING)} - {ASSERTED}
        return "superseded" if SUPERSEDED in stated else "reported" if REPORTED in stated else "asserted"

    def _values(self, subject: str, predicate: str) -> list[str]:
        quads = self._snapshot.engine.quads(NamedNode(subject), NamedNode(predicate), None, DefaultGraph())
        return sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode))
