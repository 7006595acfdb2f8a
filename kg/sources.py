"""Sources: files of facts, read into ground statements in evidence graphs, in canonical form.

A source is `src:<slug>`; what it says at a place stands in the graph `src:<slug>#<place>`, and its own
description in the graph `src:<slug>`. A file of Atlante names these graphs itself. Any other RDF file is
taken as one source, named after the file, that says all it says in the graph `src:<slug>#data`.
"""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import rdf
from kg.errors import BadInput
from kg.locate import line_of
from kg.names import GENID, NS, RDF, RDFS, SOURCE, locator_of, shorten, slugify, source_of


@dataclass(frozen=True)
class Source:
    """What files say: the IRI of the source (or of the one graph), the files, statements."""

    iri: str
    files: tuple[Path, ...]
    statements: set[str]


@dataclass(frozen=True)
class Input:
    """One source to be: its files, its origin as the log tells it, a hash of all that it depends on, how to read it.

    A source whose origin and hash are those of its last commit need not be read again.
    """

    files: tuple[Path, ...]
    origin: str
    digest: str
    read: Callable[[], Source]


def digest(files: Sequence[Path]) -> str:
    """Return the SHA-256 of the files' bytes, hexadecimal; raises BadInput if one cannot be read."""
    hashed = hashlib.sha256()
    for path in files:
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    hashed.update(block)
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", str(path)) from error
    return hashed.hexdigest()


def read(path: Path) -> Source:
    """Return the source that an RDF file holds (Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD).

    Raises BadInput, with file and line, for a syntax error, a literal whose datatype the store would change,
    and a file of Atlante that speaks outside the graphs of its one source.
    """
    iri = SOURCE + slugify(path.stem)
    reader = _Reader(path, iri)
    statements = {rdf.statement(quad) for quad in reader.quads()}
    if not reader.named:
        statements.update(rdf.statement(quad) for quad in _description(path, iri, reader.graphs))
    return Source(reader.source, (path,), statements)


def read_graph(files: Sequence[Path], graph: str) -> Source:
    """Return what Turtle files say together, as the statements of one graph (the ontology, the shapes)."""
    statements: set[str] = set()
    for path in files:
        reader = _Reader(path, graph)
        reader.graphs[""] = rdf.NamedNode(graph)
        statements.update(rdf.statement(quad) for quad in reader.quads())
    return Source(graph, tuple(files), statements)


class _Reader:
    """Reads one file: settles whose source it is, gives graphs their names, makes terms canonical."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.source = source
        self.named: bool | None = None
        self.graphs: dict[str, rdf.NamedNode] = {}
        self._skolems: dict[str, rdf.NamedNode] = {}

    def quads(self) -> Iterator[rdf.Quad]:
        for quad in self._parsed():
            name = _graph_name(quad)
            graph = self.graphs.get(name) or self._graph(name, quad)
            subject, term = quad.subject, quad.object
            if isinstance(subject, rdf.BlankNode):
                subject = self._skolem(subject)
            if isinstance(term, rdf.Literal):
                term = self._canonical(quad, term)
            elif isinstance(term, rdf.BlankNode):
                term = self._skolem(term)
            elif isinstance(term, rdf.Triple):
                raise BadInput(f"{term} is a triple term (RDF 1.2)", self._line(quad), "State it as a statement.")
            yield rdf.Quad(subject, quad.predicate, term, graph)

    def _parsed(self) -> Iterator[rdf.Quad]:
        syntax = rdf.format_of(self.path)
        try:
            with self.path.open("rb") as file:
                if file.read(len(BOM_UTF8)) != BOM_UTF8:
                    file.seek(0)
                yield from rdf.parse(file, syntax, base=self.source, where=str(self.path))
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", str(self.path)) from error

    def _graph(self, name: str, quad: rdf.Quad) -> rdf.NamedNode:
        own = source_of(name)
        if self.named is None:
            self.named = own is not None
            self.source = own or self.source
        if self.named and own != self.source:
            place = f"in the graph <{name}>" if name else "outside any graph"
            raise BadInput(
                f"a statement of {shorten(rdf.value(quad.subject))} stands {place}",
                self._line(quad),
                f"One file is one source: write it in a graph of {shorten(self.source)}, e.g. <{self.source}#p1>.",
            )
        if not self.named and own:
            raise BadInput(f"the graph <{name}> of Atlante stands beside graphs of another kind", self._line(quad))
        self.graphs[name] = rdf.NamedNode(name if self.named else self._place(name))
        return self.graphs[name]

    def _place(self, name: str) -> str:
        taken = {graph.value for graph in self.graphs.values()}
        # The label of a blank node says nothing, and may be another one at the next reading.
        last = "graph" if name.startswith("_:") else name.rstrip("/#").rpartition("/")[2]
        stem = f"{self.source}#{slugify(last) if name else 'data'}"
        place, number = stem, 2
        while place in taken:
            place, number = f"{stem}-{number}", number + 1
        return place

    def _skolem(self, node: rdf.BlankNode) -> rdf.NamedNode:
        """Number blank nodes in document order, so that the same bytes give the same IRIs."""
        slug = slugify(self.source.removeprefix(SOURCE)) if self.source.startswith(SOURCE) else slugify(self.path.stem)
        return self._skolems.setdefault(node.value, rdf.NamedNode(f"{GENID}{slug}-{len(self._skolems) + 1}"))

    def _canonical(self, quad: rdf.Quad, literal: rdf.Literal) -> rdf.Literal:
        try:
            return rdf.canonical(literal)
        except BadInput as error:
            raise BadInput(error.what, self._line(quad), error.repair) from error

    def _line(self, quad: rdf.Quad) -> str:
        line = line_of(self.path, rdf.value(quad.subject), quad.predicate.value)
        return f"{self.path}:{line}" if line else str(self.path)


def _graph_name(quad: rdf.Quad) -> str:
    """Return the graph's IRI, `_:` and the label of a blank node, or "" for the default graph."""
    graph = quad.graph_name
    if isinstance(graph, rdf.DefaultGraph):
        return ""
    return f"_:{graph.value}" if isinstance(graph, rdf.BlankNode) else graph.value


def _description(path: Path, iri: str, graphs: dict[str, rdf.NamedNode]) -> Iterator[rdf.Quad]:
    """Yield the description of a file that does not describe itself as a source."""
    source = rdf.NamedNode(iri)
    kind, label = rdf.NamedNode(NS + "sourceKind"), rdf.NamedNode(RDFS + "label")
    yield rdf.Quad(source, rdf.NamedNode(RDF + "type"), rdf.NamedNode(NS + "Source"), source)
    yield rdf.Quad(source, label, rdf.Literal(path.name), source)
    yield rdf.Quad(source, rdf.NamedNode(NS + "publisher"), rdf.Literal("user"), source)
    yield rdf.Quad(source, kind, rdf.NamedNode(NS + "UserFile"), source)
    for name, graph in graphs.items():
        if name and not name.startswith("_:") and locator_of(graph.value):
            yield rdf.Quad(graph, rdf.NamedNode("http://purl.org/dc/terms/source"), rdf.NamedNode(name), source)
