"""What the index holds of each thing, read from an engine."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from typing import cast

from kg.engine import Engine, select
from kg.names import ID, NS, RDF, RDFS, SHAPES, SOURCE, expand
from kg.paths import query
from kg.rdf import DefaultGraph, Literal, NamedNode, Term, value

_ALIASES = ("altLabel", "spdxId")
_NAMES = {
    NamedNode(expand(name))
    for name in (
        *("rdfs:label", "skos:prefLabel", "skos:altLabel", "foaf:name"),
        *("schema:name", "dct:title", "kg:spdxId", "rdfs:comment"),
    )
}
_TYPE, _SHAPES, _DEFAULT = NamedNode(RDF + "type"), NamedNode(SHAPES), DefaultGraph()

HEAVIEST = 10_000
"""The weight of whatever more statements are about, as `search/weight` has it: counting on would tell no more."""

_MANY = 200
"""Statements about a thing from which on a query counts them: it costs as much as looking at so many."""


@dataclass
class Document:
    """A thing in the index: its labels, other names and descriptions, each with its language tag; its
    narrowest class, and all of them.

    `weight` is the number of statements about it, up to HEAVIEST, `asserted` whether some name of it is part of the
    default graph.
    """

    iri: str
    labels: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    aliases: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    descriptions: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    kind: str = ""
    kinds: set[str] = field(default_factory=set[str])
    weight: int = 0
    asserted: bool = False


def documents(engine: Engine, things: Iterable[str] | None = None) -> Iterator[Document]:
    """Yield the documents of some things (IRIs), or of all; what bears no name has none."""

    @cache
    def depth(kind: str) -> int:
        rows = select(engine, query("search/depths"), {"class": NamedNode(kind)})
        return max((int(value(number)) for _, number in rows if number), default=0)

    if things is None:
        yield from _settled(_all(engine), depth)
    else:
        yield from _settled((_document(engine, thing) for thing in things), depth)


def _all(engine: Engine) -> Iterable[Document]:
    found: dict[str, Document] = {}
    for thing, property, text, asserted in select(engine, query("search/names")):
        if isinstance(thing, NamedNode) and isinstance(text, Literal) and property:
            document = found.setdefault(thing.value, Document(thing.value))
            _add(document, value(property), text)
            document.asserted |= asserted is not None and value(asserted) == "true"
    for thing, kind in select(engine, query("search/kinds")):
        if thing and kind and value(thing) in found:
            found[value(thing)].kinds.add(value(kind))
    for thing, number in select(engine, query("search/weights")):
        if thing and number and value(thing) in found:
            found[value(thing)].weight = min(int(value(number)), HEAVIEST)
    return found.values()


def _document(engine: Engine, iri: str) -> Document:
    """Return what `queries/search` tell of one thing, by its statements: a query costs more than all of these."""
    document, node = Document(iri), NamedNode(iri)
    own = list(islice(engine.quads(node), _MANY))
    if len(own) == _MANY:
        own = [quad for property in (*_NAMES, _TYPE) for quad in engine.quads(node, property)]
    quads = [quad for quad in own if quad.predicate in _NAMES and isinstance(quad.object, Literal)]
    asserted = {(quad.predicate, quad.object) for quad in quads if quad.graph_name == _DEFAULT}
    stated = {(quad.predicate, quad.object) for quad in quads if quad.graph_name not in (_DEFAULT, _SHAPES)}
    for property, text in stated:
        _add(document, property.value, cast(Literal, text))
    document.asserted = not stated.isdisjoint(asserted)
    document.kinds = {value(quad.object) for quad in own if quad.predicate == _TYPE}
    said = engine.quads(node, graph=_DEFAULT), engine.quads(object=node, graph=_DEFAULT)
    document.weight = sum(1 for _ in islice(chain(*said), _MANY))
    if document.weight == _MANY:
        (row,) = select(engine, query("search/weight").replace("?thing", str(node)))
        document.weight = int(value(cast(Term, row[0])))
    return document


def _settled(found: Iterable[Document], depth: Callable[[str], int]) -> Iterator[Document]:
    for document in found:
        document.kind = max(document.kinds, key=lambda iri: (depth(iri), iri), default="")
        if document.labels or document.aliases:
            yield document


def _add(document: Document, property: str, text: Literal) -> None:
    name = (text.value, text.language or "")
    if property == RDFS + "comment":
        document.descriptions.add(name)
    elif property.endswith(_ALIASES):
        document.aliases.add(name)
    else:
        document.labels.add(name)
        for base in (ID, NS, SOURCE):
            if document.iri.startswith(base) and "#" not in document.iri.removeprefix(base):
                document.aliases.add((document.iri.removeprefix(base), ""))
