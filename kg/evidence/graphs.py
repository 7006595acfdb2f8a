"""The triples that a query sees, and the named graphs that hold each of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.engine import Engine
from kg.names import ASSERTED, INFERRED, NS, ONTOLOGY, SHAPES, STANDING, source_of
from kg.rdf import BlankNode, DefaultGraph, NamedNode, Quad, Term

_FIXED = {INFERRED: "inferred", ONTOLOGY: "ontology", SHAPES: "shape"}
_STATED = {ASSERTED: "asserted", NS + "Reported": "reported", NS + "Superseded": "superseded"}
_IN_DEFAULT = {"asserted", "inferred", "ontology"}


class Atom(NamedTuple):
    """A triple that took part in a solution, in the named graph `graph`, or "" for the default graph.

    Without a subject it is the graph alone, of which the query only says that it is there.
    """

    subject: Term | None
    predicate: Term | None
    object: Term | None
    graph: str


class Graphs:
    """The dataset of a query: that of the store, or the graphs that the query or its client names."""

    def __init__(self, engine: Engine, default_graphs: tuple[str, ...] | None) -> None:
        self._engine = engine
        self._default = None if default_graphs is None else [NamedNode(iri) for iri in default_graphs]
        self._standings: dict[str, str] = {}

    def triples(self, subject: Term | None, predicate: Term | None, object: Term | None, graph: str) -> Iterator[Quad]:
        """Yield what matches in a named graph, or with "" in the default graph, where a triple may come repeatedly."""
        if isinstance(subject, NamedNode | BlankNode | None) and isinstance(predicate, NamedNode | None):
            for one in self._seen(graph):
                yield from self._engine.quads(subject, predicate, object, one)  # pyright: ignore[reportArgumentType]

    def _seen(self, graph: str) -> list[NamedNode] | list[DefaultGraph]:
        if graph:
            return [NamedNode(graph)]
        return [DefaultGraph()] if self._default is None else self._default

    def holding(self, atom: Atom) -> list[str]:
        """Return the named graphs by which a triple is where the query found it, in no order."""
        if atom.graph:
            return [atom.graph]
        if not isinstance(atom.subject, NamedNode) or not isinstance(atom.predicate, NamedNode):
            return []
        quads = self._engine.quads(atom.subject, atom.predicate, atom.object)
        found = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        if self._default is not None:
            return [graph.value for graph in self._default if graph.value in found]
        return [graph for graph in found if self.standing(graph) in _IN_DEFAULT]

    def standing(self, graph: str) -> str:
        """Return asserted, reported, superseded, inferred, ontology or shape; "" for a graph that is none of ours."""
        if graph not in self._standings:
            self._standings[graph] = _FIXED.get(graph) or self._stated(graph)
        return self._standings[graph]

    def _stated(self, graph: str) -> str:
        source = source_of(graph)
        if source is None:
            return ""
        quads = self._engine.quads(NamedNode(graph), NamedNode(STANDING), None, NamedNode(source))
        stated = [_STATED.get(quad.object.value, "reported") for quad in quads if isinstance(quad.object, NamedNode)]
        return stated[0] if stated else "asserted"


def in_order(roles: Mapping[str, str]) -> list[str]:
    """Return graphs as evidence lists them: what states the row's triples first, then by name."""
    ranks = {role: rank for rank, role in enumerate(ROLES)}
    return sorted(roles, key=lambda graph: (ranks[roles[graph]], graph))


ROLES = ("statement", "path", "member", "premise")
"""How a place supports a row, the nearest first: it states a triple of the row; one that lies on a way along a path
of any length, which need not be the only one; a triple of one of the rows that an aggregate counted; or a triple
from which another follows by rule."""
