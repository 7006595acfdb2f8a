"""SHACL: Core by queries on the engine, and by pyshacl the shapes that hold anything else.

What the queries of `queries/check/` find is held in a store of its own, in memory, beside the graph. A shape that
names properties of `check#` alone is evaluated there.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from kg import rdf
from kg.check import core
from kg.check.facts import Facts
from kg.check.reading import Reader
from kg.check.report import Result
from kg.check.results import result_of
from kg.check.shapes import Shape
from kg.engine import Engine, construct
from kg.engine.oxigraph import OxigraphEngine
from kg.names import CHECK
from kg.paths import query_dir


def validate(engine: Engine, files: Sequence[Path]) -> list[Result]:
    """Return what the shapes of Turtle files find in the engine's default graph, in no order.

    Raises BadInput for shapes that do not parse, or that pyshacl, which gets what is not Core, refuses.
    """
    triples = list(read(files))
    shapes, rest = split(engine, triples)
    found = found_by_queries(engine)
    results: list[Result] = []
    for shape in shapes:
        over = found if of_the_check(shape) else engine
        results += (result_of(finding, over) for finding in core.findings(over, shape))
    if rest:
        # Imported here, for rdflib and pyshacl take most of a second, which only such shapes should cost.
        from kg.check.beyond_core import validate as validate_rest

        covered = {shape.node for shape in shapes}
        results += validate_rest(engine, found, triples, covered, ", ".join(path.name for path in files))
    return results


def split(engine: Engine, triples: Iterable[rdf.Triple]) -> tuple[list[Shape], list[rdf.Term]]:
    """Return the shapes with targets that queries answer exactly, and the nodes of those that they do not.

    A shape that looks at both the graph and what the queries found is one of the latter.
    """
    shapes: list[Shape] = []
    rest: list[rdf.Term] = []
    for node, shape in Reader(Facts(triples), partial(core.usable, engine)).with_targets():
        if shape is None or (of_the_check(shape) and not all(iri.startswith(CHECK) for iri in shape.reads)):
            rest.append(node)
        else:
            shapes.append(shape)
    return shapes, rest


def read(files: Sequence[Path]) -> Iterator[rdf.Triple]:
    """Yield the triples of Turtle files; raises BadInput for one that does not parse."""
    for path in files:
        with path.open("rb") as file:
            yield from (quad.triple for quad in rdf.parse(file, rdf.FORMATS["turtle"], where=str(path)))


def found_by_queries(engine: Engine) -> Engine:
    """Return an engine that holds what the queries of `queries/check/` find in a graph."""
    found = OxigraphEngine.in_memory()
    for path in sorted((query_dir() / "check").glob("*.rq")):
        triples = construct(engine, path.read_text(encoding="utf-8"))
        found.insert(rdf.in_graph(triple, rdf.DefaultGraph()) for triple in triples)
    return found


def of_the_check(shape: Shape) -> bool:
    """Tell whether a shape is about what the queries of `queries/check/` find."""
    return any(iri.startswith(CHECK) for iri in shape.reads)
