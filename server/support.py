"""Statements between two things as pages show them, with some of their evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from kg.explore import Statement
from server.evidence import Evidence, EvidenceReader
from server.statements import SHOWN_PLACES
from server.terms import Shown, Terms
from server.view import Snapshot


@dataclass(frozen=True)
class Edge:
    """A statement between two things: some of its evidence, how many places more there are, where all are listed."""

    subject: Shown
    relation: Shown
    value: Shown
    evidence: list[Evidence]
    more: int
    href: str


class Supporter:
    """Shows statements between the things of one snapshot."""

    def __init__(self, here: Snapshot) -> None:
        self.terms = Terms(here)
        self._evidence = EvidenceReader(here, self.terms)

    def edge(self, statement: Statement) -> Edge:
        """Return a statement ready to be shown."""
        subject, relation, value = map(self.terms.iri, (statement.subject, statement.property, statement.object))
        some, left = self.some(statement.evidence)
        return Edge(subject, relation, value, some, left, self.href(statement))

    def some(self, graphs: Sequence[str]) -> tuple[list[Evidence], int]:
        """Return the first few of some evidence graphs as evidence, and how many are left."""
        return [self._evidence.of(graph) for graph in graphs[:SHOWN_PLACES]], max(0, len(graphs) - SHOWN_PLACES)

    @staticmethod
    def href(statement: Statement) -> str:
        """Return the address of the page that lists all places of a statement."""
        subject, property, value = (f"<{iri}>" for iri in (statement.subject, statement.property, statement.object))
        return url_for("sources.statement", subject=subject, property=property, value=value)
