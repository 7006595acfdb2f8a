"""Answers for people and programs: tables in the terminal, labels of things, names of evidence."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from kg.engine import Engine
from kg.names import NS, PREFIXES, RDF, RDFS, SOURCE, locator_of, shorten, source_of
from kg.rdf import DefaultGraph, Literal, NamedNode, Term

SELECT_FORMATS = ("json", "xml", "csv", "tsv")
"""Formats of the answer of a SELECT (SPARQL 1.1 Query Results); ASK has json and xml."""

GRAPH_FORMATS = ("turtle", "ntriples", "jsonld")
"""Formats of the answer of a CONSTRUCT or DESCRIBE."""

_SAMPLE = 1000
"""Rows whose cells settle the widths of the columns; a table may be longer than memory."""

_GAP = "  "
_NARROWEST = 14
"""Columns of the terminal below which no column of a table is narrowed."""

_RANKS = {"en": {"en": 0, None: 1, "it": 2}, "it": {"it": 0, None: 1, "en": 2}}

_SOURCE_COLUMNS = {"en": ("source", "title", "address"), "it": ("fonte", "titolo", "indirizzo")}

_FOREIGN = {
    RDF + "type": ("is a", "è un"),
    RDFS + "label": ("name", "nome"),
    RDFS + "comment": ("description", "descrizione"),
    PREFIXES["skos"] + "altLabel": ("also called", "detto anche"),
}
"""Labels in English and Italian of terms that are not ours and need to be read all the time."""

_NAMES = (NamedNode(RDFS + "label"), NamedNode(PREFIXES["skos"] + "altLabel"))
"""What names a thing: its label, else another of its names."""


class Labels:
    """The labels of things in one language (en or it), else in another, else their short names."""

    def __init__(self, engine: Engine, language: str = "en") -> None:
        self._engine = engine
        self._language = language
        self._known: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        """Return the label of the thing that an IRI names, else the IRI's short name."""
        return self.find(iri) or short(iri)

    def find(self, iri: str) -> str:
        """Return the label, or "" where there is none."""
        if iri not in self._known and iri in _FOREIGN:
            self._known[iri] = _FOREIGN[iri][self._language == "it"]
        elif iri not in self._known:
            places = [(name, graph) for name in _NAMES for graph in (DefaultGraph(), None)]
            self._known[iri] = next((found for name, graph in places if (found := self._in(iri, name, graph))), "")
        return self._known[iri]

    def _in(self, iri: str, name: NamedNode, graph: DefaultGraph | None) -> str:
        """Look in the default graph, or in every graph: what is only reported has its label in evidence alone."""
        found = self._engine.quads(NamedNode(iri), name, None, graph)
        return best((quad.object for quad in found), self._language)

    def term(self, term: Term | None) -> str:
        """Return a term for a cell: a label, the text of a literal, the name of evidence."""
        return self(term.value) if isinstance(term, NamedNode) else cell(term)


def best(literals: Iterable[object], language: str = "en") -> str:
    """Return the text of the literal that fits a language best; ties go to the first in the alphabet."""
    ranks = _RANKS.get(language, {language: 0, None: 1})
    texts = [(ranks.get(term.language, 3), term.value) for term in literals if isinstance(term, Literal)]
    return min(texts)[1] if texts else ""


def short(iri: str) -> str:
    """Return the shortest name of an IRI that people can tell and type: `gpt-3`, `source#p8`, `kg:rank`."""
    if iri.startswith(SOURCE):
        return evidence(iri)
    name = shorten(iri)
    return iri if name.startswith("<") else name


MOST_PLACES = 6
"""Places of one source that a table for people names; --format json names all."""


def evidence(graph: str) -> str:
    """Return how an evidence graph is named to people: the slug of its source, `#`, and the place in it."""
    place = locator_of(graph)
    slug = graph.removeprefix(SOURCE).partition("#")[0]
    return f"{slug}#{place}" if place else slug


_MORE = {"en": "and {} more", "it": "e altri {}"}


def places(graphs: Iterable[str], most: int | None = None, language: str = "en") -> str:
    """Return how evidence graphs are named together, each source once: `source#p8, p10; other#row1`.

    Of more than `most` places of one source, the rest are counted, in words of the language.
    """
    found: dict[str, list[str]] = {}
    for graph in sorted(graphs, key=_natural):
        slug, _, place = evidence(graph).partition("#")
        found.setdefault(slug, []).append(place)
    return "; ".join(f"{slug}#{_some(names, most, language)}" if any(names) else slug for slug, names in found.items())


def _some(names: list[str], most: int | None, language: str) -> str:
    rest = len(names) - (most or len(names))
    return ", ".join(names[:most]) + (f" {_MORE[language].format(rest)}" if rest > 0 else "")


def _natural(text: str) -> list[str]:
    """Sort p8 before p10."""
    return [part.zfill(9) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def sources(engine: Engine, graphs: Iterable[str], language: str = "en", limit: int | None = None) -> Iterator[str]:
    """Yield the lines of a table of the sources of evidence graphs: how each is named, its title and address."""
    label, rows = Labels(engine, language), list[tuple[str, str, str]]()
    for iri in sorted({source for graph in graphs if (source := source_of(graph))}):
        addresses = engine.quads(NamedNode(iri), NamedNode(NS + "url"), None, DefaultGraph())
        address = min((quad.object.value for quad in addresses if isinstance(quad.object, NamedNode)), default="")
        rows.append((short(iri), label.find(iri), address))
    if rows:
        yield ""
        yield from table(_SOURCE_COLUMNS[language], rows, limit)


def cell(term: Term | None) -> str:
    """Return a term as a table shows it: a prefixed name, or the text of a literal; "" for unbound."""
    if term is None:
        return ""
    return short(term.value) if isinstance(term, NamedNode) else term.value


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], limit: int | None = None) -> Iterator[str]:
    """Yield the lines of a table with aligned columns; control characters in cells become spaces.

    With a `limit` in columns of the terminal, wide cells are broken into several lines.
    """
    stream = iter(rows)
    sample = [[_clean(text) for text in row] for row in islice(stream, _SAMPLE)]
    widths = [max(map(width, column)) for column in zip(columns, *sample, strict=True)]
    if limit:
        widths = _narrowed(widths, limit - len(_GAP) * (len(widths) - 1))
    yield from _lines(columns, widths, wrap=limit is not None)
    yield _GAP.join("-" * size for size in widths)
    for row in chain(sample, ([_clean(text) for text in row] for row in stream)):
        yield from _lines(row, widths, wrap=limit is not None)


def _narrowed(widths: list[int], room: int) -> list[int]:
    """Take from the widest columns until the table fits, or every column is narrow."""
    widths = list(widths)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _lines(row: Sequence[str], widths: Sequence[int], *, wrap: bool) -> Iterator[str]:
    if not wrap:
        yield _line(row, widths)
        return
    broken = [textwrap.wrap(text, size) or [""] for text, size in zip(row, widths, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        yield _line(parts, widths)


def width(text: str) -> int:
    """Return how many columns of a terminal a text fills (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    marks = sum(unicodedata.combining(letter) != 0 for letter in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (text + " " * (size - width(text)) for text, size in zip(row, widths, strict=True))
    return _GAP.join(cells).rstrip()


def _clean(text: str) -> str:
    """Keep a cell on its line, and the escape sequences of a terminal out of it."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
