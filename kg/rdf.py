"""RDF terms, parsers and serialisers: the face of pyoxigraph's pure functions.

Besides `kg.engine.oxigraph`, which holds the store, this is the only module that imports pyoxigraph.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from kg.errors import BadInput
from kg.names import PREFIXES, XSD

__all__ = [
    "FORMATS",
    "RESULTS_FORMATS",
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Quad",
    "QueryResultsFormat",
    "RdfFormat",
    "Term",
    "Triple",
    "Variable",
    "canonical",
    "format_of",
    "in_graph",
    "parse",
    "parse_statements",
    "parts",
    "serialize",
    "statement",
    "value",
]

Term = NamedNode | BlankNode | Literal
"""A term of the graph. Triple terms (RDF 1.2) are refused on the way in, so none comes out."""

FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
"""RDF syntaxes by the name that the command line and `?format=` use."""

RESULTS_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
"""SPARQL 1.1 Query Results formats by name."""

_ENDINGS = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nt": "ntriples",
    ".nq": "nquads",
    ".rdf": "rdfxml",
    ".owl": "rdfxml",
    ".xml": "rdfxml",
    ".jsonld": "jsonld",
}


def format_of(path: Path) -> RdfFormat:
    """Return the syntax that a file's ending names; raises BadInput for an unknown ending."""
    name = _ENDINGS.get(path.suffix.lower())
    if name is None:
        known = " ".join(sorted(_ENDINGS))
        raise BadInput(f"unknown ending {path.suffix!r}", str(path), f"Known endings: {known}.")
    return FORMATS[name]


def parse(
    data: IO[bytes] | bytes | str, syntax: RdfFormat, *, base: str | None = None, where: str = ""
) -> Iterator[Quad]:
    """Yield the quads of a document; triples come in the default graph.

    Raises BadInput with line and column at the first syntax error.
    """
    try:
        yield from pyoxigraph.parse(data, syntax, base_iri=base)
    except SyntaxError as error:
        line = f"{where}:{error.lineno}" if where and error.lineno else where
        raise BadInput(str(error.msg), line, f"The file must be valid {syntax.name}.") from error
    except ValueError as error:
        raise BadInput(str(error), where, f"The file must be valid {syntax.name}.") from error


def serialize(
    items: Iterable[Triple] | Iterable[Quad], syntax: RdfFormat, output: IO[bytes], *, prefixes: bool = True
) -> None:
    """Write triples or quads to a binary stream as they come; prefixes are Atlante's where the syntax has them."""
    pyoxigraph.serialize(items, output, syntax, prefixes=PREFIXES if prefixes else None)


def value(term: Term | Triple) -> str:
    """Return a term's IRI, lexical form or blank node label; raises TypeError for a triple term."""
    if isinstance(term, Triple):
        raise TypeError(f"a triple term stands where none may: {term}")
    return term.value


def parts(triple: Triple) -> tuple[NamedNode, NamedNode, Term]:
    """Return subject, predicate and object of a ground triple of the graph."""
    subject, term = triple.subject, triple.object
    assert isinstance(subject, NamedNode), "blank nodes do not exist in the graph"
    assert not isinstance(term, Triple), "triple terms do not exist in the graph"
    return subject, triple.predicate, term


def in_graph(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """Return the triple as a quad of a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def statement(quad: Quad) -> str:
    """Return a quad as canonical N-Quads without the closing " ."."""
    return str(quad)


def parse_statements(statements: Iterable[str]) -> Iterator[Quad]:
    """Yield the quads of canonical N-Quads statements (without closing dots)."""
    yield from pyoxigraph.parse(" .\n".join([*statements, ""]), RdfFormat.N_QUADS, lenient=True)


def canonical(literal: Literal) -> Literal:
    """Return the literal in the form the store keeps it, e.g. "+05" -> "5", "1.10" -> "1.1".

    Raises BadInput where the store would give it another datatype (xsd:int, xsd:positiveInteger and their
    kin become xsd:integer there), for a literal that changes its datatype no longer says what its source said.
    """
    datatype = literal.datatype.value
    if literal.language is not None or datatype == XSD + "string" or not datatype.startswith(XSD):
        return literal
    return _stored(literal.value, datatype)


@lru_cache(maxsize=1 << 16)
def _stored(value: str, datatype: str) -> Literal:
    literal = Literal(value, datatype=NamedNode(datatype))
    some = NamedNode("urn:x")
    scratch = Store()  # a new one each time: a store that is cleared slows down with every use
    scratch.add(Quad(some, some, literal))
    stored = next(iter(scratch)).object
    assert isinstance(stored, Literal)
    if stored.datatype != literal.datatype:
        was, becomes = (re.sub(".*#", "xsd:", iri) for iri in (datatype, stored.datatype.value))
        raise BadInput(f'"{value}" is typed {was}, which the store keeps as {becomes}', "", f"Write it as {becomes}.")
    return stored
