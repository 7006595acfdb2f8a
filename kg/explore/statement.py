"""Asserted statements between two things, with the evidence graphs that say them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kg.engine import Engine
from kg.names import ASSERTED, ID, INFERRED, RDF, STANDING
from kg.rdf import NamedNode

_TYPE = RDF + "type"


@dataclass(frozen=True, order=True)
class Statement:
    """An asserted statement between two things, with the evidence graphs that say it; all IRIs."""

    subject: str
    property: str
    object: str
    evidence: tuple[str, ...]


class StatementReader:
    """Reads the asserted statements between Atlante's things from an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asserted: dict[str, bool] = {}

    def read(self, subject: str | None, property: str | None, object: str | None, most: int) -> list[Statement]:
        """Return the statements that match, of `most` quads looked at; each with the evidence among these."""
        found: dict[tuple[str, str, str], set[str]] = {}
        pattern = (NamedNode(term) if term else None for term in (subject, property, object))
        for key, graph in islice(self._quads(*pattern), most):
            if self._is_asserted(graph):
                found.setdefault(key, set()).add(graph)
        return [Statement(*key, tuple(sorted(graphs))) for key, graphs in found.items()]

    def _quads(self, *pattern: NamedNode | None) -> Iterator[tuple[tuple[str, str, str], str]]:
        for quad in self._engine.quads(*pattern):
            graph, terms = quad.graph_name, (quad.subject, quad.object)
            if not isinstance(graph, NamedNode) or not all(isinstance(term, NamedNode) for term in terms):
                continue
            subject, object = (str(term)[1:-1] for term in terms)
            property = quad.predicate.value
            if property != _TYPE and subject != object and subject.startswith(ID) and object.startswith(ID):
                yield (subject, property, object), graph.value

    def _is_asserted(self, graph: str) -> bool:
        if graph not in self._asserted:
            stated = self._engine.quads(NamedNode(graph), NamedNode(STANDING), NamedNode(ASSERTED))
            self._asserted[graph] = graph != INFERRED and next(iter(stated), None) is not None
        return self._asserted[graph]
