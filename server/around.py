"""The neighbourhood of a thing as its page, as JSON for the drawing, and as GraphML."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from kg.engine import Engine
from kg.explore import Neighbourhood, Part
from kg.export.graphml import graphml as write_graphml
from kg.names import INFERRED, RDF, RDFS, shorten
from kg.rdf import NamedNode
from server.support import Edge, Supporter
from server.terms import Shown, Terms
from server.view import Snapshot

_NAMING = (RDF + "type", RDFS + "label")


@dataclass(frozen=True)
class Rest:
    """What the bounds of a neighbourhood leave out of one relation of the centre, and where all of it is listed."""

    relation: Shown
    left: int
    href: str


@dataclass(frozen=True)
class GraphView:
    """The page of a neighbourhood: the thing, its edges by relation, what is left out, and how it was asked."""

    title: Shown
    things: int
    edges: int
    groups: list[tuple[Shown, list[Edge]]]
    rest: list[Rest]
    hidden: list[Shown]
    depth: int
    asked: dict[str, Any]

    @classmethod
    def of(cls, here: Snapshot, found: Neighbourhood, depth: int, hidden: Sequence[str]) -> "GraphView":
        """Return the view of a neighbourhood; `hidden` are IRIs of properties."""
        supporter, centre = Supporter(here), found.things[0]
        edges = [supporter.edge(statement) for statement in found.statements]
        edges.sort(key=lambda edge: (edge.relation.text, edge.relation.iri, edge.subject.text, edge.value.text))
        groups = [(relation, list(some)) for relation, some in groupby(edges, lambda edge: edge.relation)]
        rest = [
            Rest(supporter.terms.iri(part.property), part.count - part.shown, _listed(centre, part))
            for part in found.parts
            if part.thing == centre and part.count > part.shown
        ]
        asked = {"iri": shorten(centre).removeprefix("id:"), "depth": depth, "hide": [shorten(iri) for iri in hidden]}
        shown = [supporter.terms.iri(iri) for iri in hidden]
        return cls(supporter.terms.iri(centre), len(found.things), len(edges), groups, rest, shown, depth, asked)


def plain_graph(here: Snapshot, found: Neighbourhood) -> dict[str, Any]:
    """Return a neighbourhood as JSON has it: nodes and edges as drawings take them, and what is left out."""
    terms = Terms(here)
    kinds = {iri: _kind(here, terms, iri) for iri in found.things}
    nodes = [
        {"id": iri, "label": terms.iri(iri).text, "kind": kinds[iri], "href": terms.iri(iri).href, "centre": at == 0}
        for at, iri in enumerate(found.things)
    ]
    edges = [
        {
            "id": f"{one.subject} {one.property} {one.object}",
            "source": one.subject,
            "target": one.object,
            "property": one.property,
            "label": terms.iri(one.property).text,
            "href": Supporter.href(one),
            "evidence": list(one.evidence),
        }
        for one in found.statements
    ]
    rest = [
        {
            "thing": part.thing,
            "property": part.property,
            "outgoing": part.outgoing,
            "shown": part.shown,
            "count": part.count,
        }
        for part in found.parts
        if part.count > part.shown
    ]
    return {"nodes": nodes, "edges": edges, "rest": rest, "commit": here.commit}


def graphml(engine: Engine, found: Neighbourhood) -> bytes:
    """Return a neighbourhood as GraphML, as exports write it."""
    lines = [f"<{one.subject}> <{one.property}> <{one.object}>" for one in found.statements]
    for iri in found.things:
        for property in _NAMING:
            quads = engine.quads(NamedNode(iri), NamedNode(property))
            lines += {f"<{iri}> <{property}> {quad.object}" for quad in quads}
    statements = sorted(lines)
    return b"".join(write_graphml(engine, statements, statements))


def _listed(centre: str, part: Part) -> str:
    """Return where all that refers to a thing by a property is listed; "" for what its own page says."""
    return "" if part.outgoing else url_for("pages.incoming", iri=centre, property=part.property)


def _kind(here: Snapshot, terms: Terms, iri: str) -> str:
    """Return the name of a thing's class: one that a source gives, else one that follows."""
    quads = list(here.engine.quads(NamedNode(iri), NamedNode(RDF + "type")))
    given = [quad for quad in quads if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value != INFERRED]
    kinds = sorted({quad.object.value for quad in given or quads if isinstance(quad.object, NamedNode)})
    return terms.iri(kinds[0]).text if kinds else ""
