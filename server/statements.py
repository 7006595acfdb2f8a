"""The statements about an entity, out and in, grouped by property, each with its evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from kg.names import NS, PREFIXES, RDF, RDFS, locator_of
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad
from server.evidence import Evidence, EvidenceReader, Note
from server.places import place_order
from server.terms import Shown, Terms
from server.view import Snapshot

MOST = 2_000
"""Quads of one entity that a page reads in each direction; a page says when there are more."""

TYPE = RDF + "type"
_NAMES = [TYPE, RDFS + "label", PREFIXES["skos"] + "altLabel", RDFS + "comment"]
_STANDINGS = ("asserted", "ontology", "inferred", "shape", "reported", "superseded")
_SYMBOLS = {"PetaFLOP-PER-SEC": "Pflop/s", "KiloW": "kW", "GigaBYTE": "GB", "GigaBIT-PER-SEC": "Gbit/s"}
"""How people write the units that QUDT names, where the graph holds no label of them."""


@dataclass
class Statement:
    """A statement as a page shows it; `asserted` tells whether some asserted graph holds it."""

    subject: Shown
    relation: Shown
    value: Shown
    evidence: list[Evidence]

    @property
    def asserted(self) -> bool:
        """Whether the statement is part of the default graph."""
        return any(item.standing in ("asserted", "ontology", "inferred") for item in self.evidence)


@dataclass
class Group:
    """The statements of one property."""

    relation: Shown
    statements: list[Statement]


@dataclass
class Claim:
    """What one reported or superseded graph says, with what is noted of it."""

    evidence: Evidence
    notes: list[Note]
    statements: list[Statement]


@dataclass
class Description:
    """All that a page shows of an entity; `more_out` and `more_in` tell that the page's bounds cut it."""

    iri: str
    title: Shown
    types: list[Shown]
    comment: Shown
    asserted: list[Group] = field(default_factory=list[Group])
    inferred: list[Group] = field(default_factory=list[Group])
    incoming: list[Group] = field(default_factory=list[Group])
    inferred_incoming: list[Group] = field(default_factory=list[Group])
    reported: list[Claim] = field(default_factory=list[Claim])
    superseded: list[Claim] = field(default_factory=list[Claim])
    shapes: list[Group] = field(default_factory=list[Group])
    incoming_count: int = 0
    more_out: bool = False
    more_in: bool = False


class StatementReader:
    """Reads statements of one snapshot with their evidence."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.terms = Terms(snapshot)
        self.evidence = EvidenceReader(snapshot, self.terms)

    def exists(self, iri: str) -> bool:
        """Tell whether any statement has the IRI as subject, object or property."""
        node = NamedNode(iri)
        engine = self._snapshot.engine
        patterns = ((node, None, None), (None, None, node), (None, node, None))
        return any(next(iter(engine.quads(*pattern)), None) is not None for pattern in patterns)

    def describe(self, iri: str) -> Description:
        """Return all that a page shows of an entity."""
        node = NamedNode(iri)
        out, more_out = self._bounded(self._snapshot.engine.quads(node, None, None, None))
        into, more_in = self._bounded(self._snapshot.engine.quads(None, None, node, None))
        text, lang = self.terms.text(iri, RDFS + "comment")
        description = Description(iri, self.terms.iri(iri), self._types(out), Shown(text, lang))
        outgoing, incoming = self.read(out), self.read(into)
        description.asserted = grouped(_of(outgoing, "asserted", "ontology"))
        description.inferred = grouped(_only(outgoing, "inferred"))
        description.shapes = grouped(_only(outgoing, "shape"))
        description.incoming = grouped(_of(incoming, "asserted", "ontology"))
        description.inferred_incoming = grouped(_only(incoming, "inferred"))
        description.incoming_count = sum(len(group.statements) for group in description.incoming)
        description.reported = self._claims(outgoing + incoming, "reported")
        description.superseded = self._claims(outgoing + incoming, "superseded")
        description.more_out, description.more_in = more_out, more_in
        return description

    def read(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the distinct triples of quads in named graphs, each with all the evidence among the quads."""
        found: dict[tuple[str, str, str], Statement] = {}
        for quad in quads:
            if isinstance(quad.graph_name, DefaultGraph):
                continue
            key = (str(quad.subject), str(quad.predicate), str(quad.object))
            if key not in found:
                found[key] = self._statement(quad)
            found[key].evidence.append(self.evidence.of(quad.graph_name.value))
        for statement in found.values():
            statement.evidence.sort(key=_evidence_order)
        return list(found.values())

    def read_in(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the triples of quads of one graph, each with all the evidence that the whole graph has for it."""
        everywhere = (
            found
            for quad in quads
            for found in self._snapshot.engine.quads(quad.subject, quad.predicate, quad.object, None)  # pyright: ignore[reportArgumentType]
        )
        return self.read(everywhere)

    def _statement(self, quad: Quad) -> Statement:
        value = self.terms.show(quad.object)  # pyright: ignore[reportArgumentType]
        if isinstance(quad.object, Literal):
            value = self._with_unit(value, quad.predicate.value)
        subject = self.terms.show(quad.subject)  # pyright: ignore[reportArgumentType]
        return Statement(subject, self.terms.iri(quad.predicate.value), value, [])

    def _with_unit(self, value: Shown, predicate: str) -> Shown:
        unit = self._snapshot.remember(("unit", predicate), lambda: self._unit(predicate))
        return Shown(**{**vars(value), "unit": unit}) if unit else value

    def _unit(self, predicate: str) -> str:
        """Return the symbol of a property's unit: what the ontology calls it, else the unit's own name."""
        quads = self._snapshot.engine.quads(NamedNode(predicate), NamedNode(NS + "unit"), None, DefaultGraph())
        unit = next((quad.object.value for quad in quads if isinstance(quad.object, NamedNode)), "")
        return (self.terms.label(unit)[0] or _symbol(unit)) if unit else ""

    def _types(self, out: list[Quad]) -> list[Shown]:
        """Return the types that sources give; those that follow by rule only where no source gives one."""
        typed = [statement for statement in self.read(out) if statement.relation.iri == TYPE and statement.asserted]
        given = [item for item in typed if item.evidence[0].standing in ("asserted", "ontology")]
        return sorted((item.value for item in given or typed), key=lambda shown: shown.text)

    def _bounded(self, quads: Iterator[Quad]) -> tuple[list[Quad], bool]:
        taken = list(islice(quads, 2 * MOST + 1))
        return taken[: 2 * MOST], len(taken) > 2 * MOST

    def _claims(self, statements: list[Statement], standing: str) -> list[Claim]:
        claims: dict[str, Claim] = {}
        for statement in statements:
            for item in statement.evidence:
                if item.standing == standing:
                    claim = claims.setdefault(item.graph, Claim(item, self.evidence.notes(item.graph), []))
                    if statement not in claim.statements:
                        claim.statements.append(statement)
        return [claims[graph] for graph in sorted(claims)]


def grouped(statements: Iterable[Statement]) -> list[Group]:
    """Group statements by property: facts first, by label; then types and names."""
    groups: dict[str, Group] = {}
    for statement in statements:
        groups.setdefault(statement.relation.iri, Group(statement.relation, [])).statements.append(statement)
    for group in groups.values():
        group.statements.sort(key=lambda item: (item.value.text, item.subject.text))
    return sorted(groups.values(), key=_group_order)


def _evidence_order(item: Evidence) -> tuple[int, str, list[tuple[int, int, str]]]:
    return _STANDINGS.index(item.standing), item.source.text, place_order(locator_of(item.graph))


def _group_order(group: Group) -> tuple[int, str]:
    iri = group.relation.iri
    return (1 + _NAMES.index(iri) if iri in _NAMES else 0, group.relation.text.casefold())


def _of(statements: list[Statement], *standings: str) -> list[Statement]:
    return [item for item in statements if any(found.standing in standings for found in item.evidence)]


def _only(statements: list[Statement], standing: str) -> list[Statement]:
    return [item for item in statements if all(found.standing == standing for found in item.evidence)]


def _symbol(unit: str) -> str:
    name = unit.rpartition("/")[2]
    return _SYMBOLS.get(name, name.replace("-PER-", "/").replace("_", " "))
