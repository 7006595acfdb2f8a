"""What the index holds of each thing, read from an engine."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from typing import cast

from kg.engine import Engine, select
from kg.names import ID, NS, RDF, RDFS, SHAPES, SOURCE, expand
from kg.paths import query
from kg.rdf import DefaultGraph, Literal, NamedNode, value

_ALIASES = ("altLabel", "spdxId")
_NAMES = [
    NamedNode(expand(name))
    for name in (
        *("rdfs:label", "skos:prefLabel", "skos:altLabel", "foaf:name"),
        *("schema:name", "dct:title", "kg:spdxId", "rdfs:comment"),
    )
]
_SHAPES, _DEFAULT = NamedNode(SHAPES), DefaultGraph()

HEAVIEST = 10_000
"""The weight of whatever more statements are about: to count those of a hub would take long, and tell no more."""


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
    for property in _NAMES:
        quads = [quad for quad in engine.quads(node, property) if isinstance(quad.object, Literal)]
        asserted = {quad.object for quad in quads if quad.graph_name == _DEFAULT}
        for text in {quad.object for quad in quads if quad.graph_name not in (_DEFAULT, _SHAPES)}:
            _add(document, property.value, cast(Literal, text))
            document.asserted |= text in asserted
    document.kinds = {value(quad.object) for quad in engine.quads(node, NamedNode(RDF + "type"))}
    stated = engine.quads(node, graph=_DEFAULT), engine.quads(object=node, graph=_DEFAULT)
    document.weight = sum(1 for _ in islice(chain(*stated), HEAVIEST))
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
