"""The way out: the graph, its evidence, the ontology and the shapes as files.

The same commit gives the same bytes. Memory stays bounded however large the graph is: statements leave the
engine as lines of text, are sorted outside memory where needed, and are written as they come.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from kg.engine import Engine
from kg.errors import BadInput
from kg.export import jsonld, turtle
from kg.export.graphml import graphml
from kg.export.sort import difference, sorted_lines
from kg.names import INFERRED, ONTOLOGY, SHAPES
from kg.rdf import DefaultGraph, NamedNode

__all__ = ["FORMATS", "MEDIA_TYPES", "WHAT", "chosen", "export"]

WHAT = {
    "graph": "the default graph: facts, descriptions of sources, ontology",
    "evidence": "every statement in the named graph of the place that says it, ontology included",
    "ontology": "classes, properties and closed lists",
    "shapes": "the SHACL shapes",
}
"""What can be exported, and what it is."""

MEDIA_TYPES = {
    "turtle": "text/turtle",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "graphml": "application/graphml+xml",
}
"""The media type of each format."""

FORMATS = tuple(MEDIA_TYPES)
_WITH_GRAPHS = ("trig", "nquads", "jsonld")
_BATCH = 2048


def chosen(what: str | None, syntax: str) -> str:
    """Return what to export in a format; where it is not said, TriG and N-Quads carry the evidence.

    Raises BadInput where the format cannot carry it.
    """
    what = what or ("evidence" if syntax in ("trig", "nquads") else "graph")
    if what not in WHAT:
        raise BadInput(f"there is nothing called {what!r} to export", "--what", f"One of: {' '.join(WHAT)}.")
    if syntax not in FORMATS:
        raise BadInput(f"unknown format {syntax!r}", "--format", f"One of: {' '.join(FORMATS)}.")
    if what == "evidence" and syntax not in _WITH_GRAPHS:
        repair = f"Use {', '.join(_WITH_GRAPHS[:-1])} or {_WITH_GRAPHS[-1]}; or --what graph."
        raise BadInput(f"{syntax} cannot say which graph a statement stands in", "--format", repair)
    if what != "graph" and syntax == "graphml":
        raise BadInput("graphml holds the graph alone", "--format", "Use --what graph, or another format.")
    return what


def export(engine: Engine, what: str | None, syntax: str, *, inferred: bool = False) -> Iterator[bytes]:
    """Return the bytes of an export, piece by piece; `inferred` adds what the rules derive.

    Raises BadInput, at once, where `what` and `syntax` do not go together.
    """
    return _written(engine, chosen(what, syntax), syntax, inferred)


def _written(engine: Engine, what: str, syntax: str, inferred: bool) -> Iterator[bytes]:
    if syntax == "graphml":
        yield from graphml(engine, _triples(engine, what, inferred), _triples(engine, what, inferred))
        return
    if what == "evidence":
        statements = sorted_lines(_evidence(engine, inferred))
        writer = {"trig": turtle.trig, "nquads": _nquads, "jsonld": jsonld.dataset}[syntax]
    else:
        statements = _triples(engine, what, inferred)
        writer = {"turtle": turtle.turtle, "trig": turtle.turtle, "jsonld": jsonld.graph}.get(syntax, _lines)
    pieces = iter(writer(statements))
    while batch := list(islice(pieces, _BATCH)):
        yield "".join(batch).encode()


def _triples(engine: Engine, what: str, inferred: bool) -> Iterator[str]:
    """Yield the sorted statements of one graph."""
    if what != "graph":
        return sorted_lines(_statements(engine, NamedNode(ONTOLOGY if what == "ontology" else SHAPES)))
    everything = sorted_lines(_statements(engine, DefaultGraph()))
    if inferred:
        return everything
    # The inferred graph holds only what no source asserts, so taking it away leaves what sources say.
    return difference(everything, sorted_lines(_statements(engine, NamedNode(INFERRED))))


def _statements(engine: Engine, graph: NamedNode | DefaultGraph) -> Iterator[str]:
    # A quad's text is its triple's and, but in the default graph, a space and the graph's; cutting it off costs
    # a third of what making a triple does.
    end = -len(f" {graph}") if isinstance(graph, NamedNode) else None
    return (str(quad)[:end] for quad in engine.quads(graph=graph))


def _evidence(engine: Engine, inferred: bool) -> Iterator[str]:
    """Yield `graph subject predicate object` for what stands in named graphs, to be sorted by graph."""
    left_out = {NamedNode(SHAPES)} if inferred else {NamedNode(SHAPES), NamedNode(INFERRED)}
    for quad in engine.quads():
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and graph not in left_out:
            triple, _, name = str(quad).rpartition(" ")
            yield f"{name} {triple}"


def _lines(statements: Iterable[str]) -> Iterator[str]:
    return (f"{statement} .\n" for statement in statements)


def _nquads(statements: Iterable[str]) -> Iterator[str]:
    for statement in statements:
        graph, triple = statement.split(" ", 1)
        yield f"{triple} {graph} .\n"
