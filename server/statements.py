"""Statements as pages show them, grouped by property, each with its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flask import url_for

from kg.names import NS, PREFIXES, RDF, RDFS, locator_of
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad, Triple
from server.evidence import Evidence, EvidenceReader
from server.places import place_order
from server.terms import Shown, Terms
from server.view import Snapshot

SHOWN_PLACES = 2
"""Places of evidence that a page names beside a statement; it counts the others."""

TYPE = RDF + "type"
_NAMES = [TYPE, RDFS + "label", PREFIXES["skos"] + "altLabel", RDFS + "comment"]
_PART_OF_THE_GRAPH = ("asserted", "ontology", "inferred")
_STANDINGS = (*_PART_OF_THE_GRAPH, "shape", "reported", "superseded")
_SYMBOLS = {"PetaFLOP-PER-SEC": "Pflop/s", "KiloW": "kW", "GigaBYTE": "GB", "GigaBIT-PER-SEC": "Gbit/s"}
"""How people write the units that QUDT names, where the graph holds no label of them."""


@dataclass
class Statement:
    """A statement as a page shows it: some of its evidence, how many places more there are, and where all are listed.

    `asserted` tells whether it is part of the default graph.
    """

    subject: Shown
    relation: Shown
    value: Shown
    evidence: list[Evidence]
    asserted: bool = True
    more: int = 0
    href: str = ""

    @property
    def inferred(self) -> bool:
        """Whether it follows by rule, and no source says it."""
        return all(item.standing == "inferred" for item in self.evidence)


@dataclass
class Group:
    """Statements of one property, how many there are in all, and where the rest is listed ("" if nowhere)."""

    relation: Shown
    statements: list[Statement]
    count: int = 0
    href: str = ""


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

    def read(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the distinct triples of quads in named graphs, each with all the evidence among the quads."""
        found: dict[tuple[str, str, str], Statement] = {}
        for quad in quads:
            if isinstance(quad.graph_name, DefaultGraph):
                continue
            key = (str(quad.subject), str(quad.predicate), str(quad.object))
            if key not in found:
                found[key] = self._shown(quad)
            found[key].evidence.append(self.evidence.of(quad.graph_name.value))
        for statement in found.values():
            statement.evidence.sort(key=evidence_order)
            statement.asserted = any(item.standing in _PART_OF_THE_GRAPH for item in statement.evidence)
        return list(found.values())

    def read_in(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the triples of quads of one graph, each asserted here or elsewhere, or not."""
        statements = list[Statement]()
        for quad in quads:
            statement = self._shown(quad)
            everywhere = self._snapshot.engine.quads(quad.subject, quad.predicate, quad.object, DefaultGraph())  # pyright: ignore[reportArgumentType]
            statement.asserted = next(iter(everywhere), None) is not None
            if isinstance(quad.graph_name, NamedNode):
                statement.evidence.append(self.evidence.of(quad.graph_name.value))
            statements.append(statement)
        return statements

    def statement(self, quad: Quad | Triple, places: int = 0) -> Statement:
        """Return a triple with some of its evidence; `places` is in how many graphs it stands, 0 if not known."""
        quads = self._snapshot.engine.quads(quad.subject, quad.predicate, quad.object, None)  # pyright: ignore[reportArgumentType]
        some = list(islice(quads, SHOWN_PLACES + 3))
        graphs = [one.graph_name.value for one in some if isinstance(one.graph_name, NamedNode)]
        statement = self._shown(quad)
        statement.asserted = len(graphs) < len(some)
        statement.evidence = sorted((self.evidence.of(graph) for graph in graphs), key=evidence_order)[:SHOWN_PLACES]
        statement.more = max(places, len(graphs)) - len(statement.evidence)
        if statement.more:
            subject, property, value = str(quad.subject), str(quad.predicate), str(quad.object)
            statement.href = url_for("sources.statement", subject=subject, property=property, value=value)
        return statement

    def _shown(self, quad: Quad | Triple) -> Statement:
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


def grouped(statements: Iterable[Statement]) -> list[Group]:
    """Group statements by property: facts first, by label; then types and names."""
    groups: dict[str, Group] = {}
    for statement in statements:
        groups.setdefault(statement.relation.iri, Group(statement.relation, [])).statements.append(statement)
    for group in groups.values():
        group.statements.sort(key=lambda item: (item.value.text, item.subject.text))
    return sorted(groups.values(), key=_group_order)


def evidence_order(item: Evidence) -> tuple[int, str, list[tuple[int, int, str]]]:
    """Return the key that puts what is asserted first, then sources by title, and places as they follow there."""
    return _STANDINGS.index(item.standing), item.source.text, place_order(locator_of(item.graph))


def _group_order(group: Group) -> tuple[int, str]:
    iri = group.relation.iri
    return (1 + _NAMES.index(iri) if iri in _NAMES else 0, group.relation.text.casefold())


def _symbol(unit: str) -> str:
    name = unit.rpartition("/")[2]
    return _SYMBOLS.get(name, name.replace("-PER-", "/").replace("_", " "))
