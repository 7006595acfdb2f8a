"""An entity with everything said of it and the evidence of each statement, for the terminal."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from kg.engine import Engine, select
from kg.errors import BadInput, NotFound
from kg.names import ASSERTED, ID, NS, RDF, expand, source_of
from kg.paths import query
from kg.rdf import DefaultGraph, Literal, NamedNode, Term
from kg.results import Labels, cell, places, short, table

_LARGEST_QUERY = 2000
"""Statements asked for in each direction, as the queries' LIMIT says."""

_HEADINGS = {
    NS + "Reported": "Reported: somebody says, plans, claims or quotes it; not asserted",
    NS + "Superseded": "Superseded: better evidence contradicts it; not asserted",
}


@dataclass(frozen=True)
class Said:
    """A statement about an entity: property IRI, the other end, direction, standing IRI, evidence graph IRIs."""

    property: str
    value: Term
    incoming: bool
    standing: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """An entity: its IRI, what is said of it, and whether a limit left some of that out."""

    iri: str
    said: list[Said]
    complete: bool


def find(engine: Engine, name: str) -> str:
    """Return the IRI that a person means by a slug, a label, an alias, a prefixed name or an IRI.

    Raises NotFound where nothing goes by that name, BadInput where several things do.
    """
    iri = expand(name) if re.search(r"^<.*>$|:", name) else ID + name
    if _exists(engine, iri):
        return iri
    rows = select(engine, query("show/named"), {"text": Literal(name)})
    found = [term.value for term, _ in rows if term]
    if len(found) > 1:
        names = ", ".join(map(short, found))
        raise BadInput(f"{name!r} names several things: {names}", repair="Say which, by one of these names.")
    if not found:
        raise NotFound(f"nothing is called {name!r}", repair="Use its slug (gpt-3), label, alias or IRI.")
    return found[0]


def _exists(engine: Engine, iri: str) -> bool:
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    return any(engine.quads(node)) or any(engine.quads(None, None, node))


def show(engine: Engine, iri: str) -> Shown:
    """Return what the graph says of an entity; raises NotFound where it says nothing."""
    outgoing, incoming = (_said(engine, iri, direction) for direction in ("outgoing", "incoming"))
    if not outgoing and not incoming:
        raise NotFound(f"nothing is said of {short(iri)}", repair='Search by a question: kg ask "...".')
    complete = len(outgoing) < _LARGEST_QUERY and len(incoming) < _LARGEST_QUERY
    return Shown(iri, [*_folded(outgoing, incoming=False), *_folded(incoming, incoming=True)], complete)


def text(engine: Engine, shown: Shown, language: str = "en", limit: int | None = None) -> Iterator[str]:
    """Yield the lines that tell a person what is said of an entity; `limit` is the terminal's width."""
    label = Labels(engine, language)
    types = [label.term(said.value) for said in shown.said if said.property == RDF + "type" and not said.incoming]
    yield f"{label(shown.iri)}  ({short(shown.iri)})"
    yield from [", ".join(dict.fromkeys(types))] if types else []
    for standing in (ASSERTED, *_HEADINGS):
        heading = ["", _HEADINGS[standing]] if standing in _HEADINGS else [""]
        for incoming in (False, True):
            some = [said for said in shown.said if (said.standing, said.incoming) == (standing, incoming)]
            if some:
                yield from heading
                yield from _table(engine, label, some, label(shown.iri), limit)
                heading = [""]
    if not shown.complete:
        yield f"\nOnly {_LARGEST_QUERY:,} statements in each direction are shown."
    yield from _sources(engine, label, shown.said, limit)


def _said(engine: Engine, iri: str, direction: str) -> list[tuple[Term | None, ...]]:
    return list(select(engine, query(f"show/{direction}"), {"entity": NamedNode(iri)}))


def _folded(rows: Iterable[tuple[Term | None, ...]], *, incoming: bool) -> list[Said]:
    """Make one statement of the rows that differ in their evidence alone, sorted."""
    folded: dict[tuple[str, str, str], tuple[Term, set[str]]] = {}
    for property, value, graph, standing, _ in rows:
        assert property is not None
        assert value is not None
        assert graph is not None
        key = (property.value, str(value), standing.value if standing else ASSERTED)
        folded.setdefault(key, (value, set()))[1].add(graph.value)
    return [
        Said(property, value, incoming, standing, tuple(sorted(graphs)))
        for (property, _, standing), (value, graphs) in sorted(folded.items())
    ]


def _table(engine: Engine, label: Labels, some: list[Said], name: str, limit: int | None) -> Iterator[str]:
    columns = ("property", "value", "evidence")
    rows = sorted(_row(engine, label, said, name) for said in some)
    yield from table(("subject", *columns) if some[0].incoming else columns, rows, limit)


def _row(engine: Engine, label: Labels, said: Said, name: str) -> tuple[str, ...]:
    graphs = places(said.evidence)
    property = label(said.property)
    if said.incoming:
        return _named(label, said.value), property, name, graphs
    return property, _named(label, said.value) + _unit(engine, label, said), graphs


def _named(label: Labels, value: Term) -> str:
    if isinstance(value, Literal) and value.language:
        return f"{value.value} ({value.language})"
    if not isinstance(value, NamedNode):
        return cell(value)
    found = label.find(value.value)
    return f"{found} ({short(value.value)})" if found else short(value.value)


def _unit(engine: Engine, label: Labels, said: Said) -> str:
    found = engine.quads(NamedNode(said.property), NamedNode(NS + "unit"), None, DefaultGraph())
    iris = [cast(Term, quad.object).value for quad in found]
    names = [label.find(iri) or short(iri).partition(":")[2] for iri in iris]
    return "".join(f" {name}" for name in names if isinstance(said.value, Literal))


def _sources(engine: Engine, label: Labels, said: Iterable[Said], limit: int | None) -> Iterator[str]:
    sources = sorted({source for one in said for graph in one.evidence if (source := source_of(graph))})
    if sources:
        yield ""
        rows = [(short(iri), label.find(iri), _url(engine, iri)) for iri in sources]
        yield from table(("source", "title", "address"), rows, limit)


def _url(engine: Engine, source: str) -> str:
    found = engine.quads(NamedNode(source), NamedNode(NS + "url"), None, DefaultGraph())
    return min((cast(Term, quad.object).value for quad in found), default="")
