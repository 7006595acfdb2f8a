"""All that a page shows of an entity: what is said of it, what refers to it, and what is only reported.

The page of a hub costs no more than its bounds: the engine counts, and some statements of each property are shown.
"""

from dataclasses import dataclass, field
from itertools import islice

from flask import url_for

from kg.names import RDFS
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad, Triple
from server.contradictions import Contradiction, contradictions
from server.evidence import Evidence, Note
from server.statements import TYPE, Group, Statement, StatementReader, grouped
from server.terms import Shown
from server.view import Snapshot

MOST = 1_000
"""Statements of an entity that its page looks at; a page says when there are more."""

SHOWN = 20
"""Statements of one property that a page shows of what refers to an entity; it links to the others."""

_CLAIMS = 20
_STATEMENTS_OF_CLAIM = 50


@dataclass
class Claim:
    """What one reported or superseded graph says, with what is noted of it."""

    evidence: Evidence
    notes: list[Note]
    statements: list[Statement]


@dataclass
class Description:
    """What a page shows of an entity; `more_out` tells that the page's bounds cut it."""

    iri: str
    title: Shown
    types: list[Shown]
    comment: Shown
    asserted: list[Group] = field(default_factory=list[Group])
    inferred: list[Group] = field(default_factory=list[Group])
    shapes: list[Group] = field(default_factory=list[Group])
    incoming: list[Group] = field(default_factory=list[Group])
    inferred_incoming: list[Group] = field(default_factory=list[Group])
    reported: list[Claim] = field(default_factory=list[Claim])
    superseded: list[Claim] = field(default_factory=list[Claim])
    contradictions: list[Contradiction] = field(default_factory=list[Contradiction])
    incoming_count: int = 0
    more_out: bool = False


class Describer:
    """Describes entities of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._reader = StatementReader(snapshot)

    def describe(self, iri: str) -> Description:
        """Return all that a page shows of an entity."""
        rows = self._snapshot.select("outgoing", entity=iri)
        outgoing = [
            self._reader.statement(Triple(NamedNode(iri), property, value), int(places.value))  # pyright: ignore[reportArgumentType]
            for _, property, value, places in rows[:MOST]
            if isinstance(places, Literal)
        ]
        text, lang = self._reader.terms.text(iri, RDFS + "comment")
        description = Description(iri, self._reader.terms.iri(iri), _types(outgoing), Shown(text, lang))
        said = [one for one in outgoing if one.asserted]
        description.asserted = grouped(one for one in said if not one.inferred)
        description.inferred = grouped(one for one in said if one.inferred)
        description.shapes = grouped(one for one in outgoing if one.evidence and one.evidence[0].standing == "shape")
        description.more_out = len(rows) > MOST
        self._refer(description)
        self._claim(description, [one for one in outgoing if not one.asserted])
        return description

    def refers(self, iri: str, property: str, start: int, count: int) -> list[Statement]:
        """Return some of the statements by which things refer to an entity, as asserted or inferred."""
        found = self._snapshot.engine.quads(None, NamedNode(property), NamedNode(iri), DefaultGraph())
        return [self._reader.statement(quad) for quad in islice(found, start, start + count)]

    def _refer(self, description: Description) -> None:
        """Add what refers to an entity: of each property the count, and some statements."""
        for _, property, number in self._snapshot.select("incoming", entity=description.iri):
            if not isinstance(property, NamedNode) or not isinstance(number, Literal):
                continue
            statements = sorted(
                self.refers(description.iri, property.value, 0, SHOWN),
                key=lambda one: (one.inferred, one.subject.text.casefold()),
            )
            count = int(number.value)
            href = url_for("pages.incoming", iri=description.iri, property=property.value) if count > SHOWN else ""
            group = Group(self._reader.terms.iri(property.value), statements, count, href)
            if all(one.inferred for one in statements):
                description.inferred_incoming.append(group)
            else:
                description.incoming.append(group)
                description.incoming_count += count
        for groups in (description.incoming, description.inferred_incoming):
            groups.sort(key=lambda group: group.relation.text.casefold())

    def _claim(self, description: Description, unasserted: list[Statement]) -> None:
        """Add what graphs that are not asserted say of an entity, graph by graph."""
        node = NamedNode(description.iri)
        graphs = {item.graph for one in unasserted for item in one.evidence}
        for _, subject, property in self._snapshot.select("unasserted-incoming", entity=description.iri):
            quads = self._snapshot.engine.quads(subject, property, node, None)  # pyright: ignore[reportArgumentType]
            graphs.update(quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode))
        for graph in sorted(graphs):
            evidence = self._reader.evidence.of(graph)
            claims = {"reported": description.reported, "superseded": description.superseded}.get(evidence.standing)
            if claims is not None and len(claims) < _CLAIMS:
                claims.append(Claim(evidence, self._reader.evidence.notes(graph), self._of(node, graph)))

        superseded = (claim.evidence.graph for claim in description.superseded)
        description.contradictions = contradictions(self._snapshot, self._reader, superseded)

    def _of(self, node: NamedNode, graph: str) -> list[Statement]:
        """Return what one graph says of an entity, and how the default graph stands to it."""
        engine, name = self._snapshot.engine, NamedNode(graph)
        quads: list[Quad] = [*engine.quads(node, None, None, name), *engine.quads(None, None, node, name)]
        return self._reader.read_in(quads[:_STATEMENTS_OF_CLAIM])


def _types(outgoing: list[Statement]) -> list[Shown]:
    """Return the types that sources give; those that follow by rule only where no source gives one."""
    typed = [one for one in outgoing if one.relation.iri == TYPE and one.asserted]
    given = [one for one in typed if not one.inferred]
    return sorted((one.value for one in given or typed), key=lambda shown: shown.text)
