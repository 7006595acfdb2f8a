"""What the index holds of each thing, read from an engine."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from kg.engine import Engine, select
from kg.names import ID, NS, RDFS, SOURCE
from kg.paths import query
from kg.rdf import Literal, NamedNode, Term, value

_ALIASES = ("altLabel", "spdxId")


@dataclass
class Document:
    """A thing in the index: its labels, other names and descriptions, each with its language tag; its
    narrowest class, and all of them.

    `weight` is the number of statements about it, `asserted` whether some name of it is part of the default graph.
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
        yield from _documents(engine, {}, depth)
    else:
        for thing in things:
            yield from _documents(engine, {"thing": NamedNode(thing)}, depth)


def _documents(engine: Engine, given: dict[str, Term], depth: Callable[[str], int]) -> Iterator[Document]:
    found: dict[str, Document] = {}
    for thing, property, text, asserted in select(engine, query("search/names"), given):
        if isinstance(thing, NamedNode) and isinstance(text, Literal) and property:
            document = found.setdefault(thing.value, Document(thing.value))
            _add(document, value(property), text)
            document.asserted |= asserted is not None and value(asserted) == "true"
    for thing, kind in select(engine, query("search/kinds"), given):
        if thing and kind and value(thing) in found:
            found[value(thing)].kinds.add(value(kind))
    for thing, number in select(engine, query("search/weights"), given):
        if thing and number and value(thing) in found:
            found[value(thing)].weight = int(value(number))
    for document in found.values():
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
