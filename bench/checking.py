"""The check of our shapes on a graph as a build leaves it: by queries, and by pyshacl alone on the same data."""

import shutil
import time
from pathlib import Path

from kg.assemble import apply
from kg.check import check
from kg.check.beyond_core import validate
from kg.check.shacl import found_by_queries, read
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.names import ONTOLOGY
from kg.patch import Patch
from kg.paths import ontology_files, shapes_files
from kg.rdf import DefaultGraph
from kg.sources import read as read_source
from kg.sources import read_graph


def fill(file: Path, folder: Path) -> int:
    """Make a view of a file beside the ontology, with what is inferred; return the default graph's triples."""
    shutil.rmtree(folder, ignore_errors=True)
    engine = OxigraphEngine.open(folder)
    sources = [read_graph(ontology_files(), ONTOLOGY), read_source(file)]
    apply(engine, Patch(added=sorted(text for source in sources for text in source.statements)).rows)
    infer(engine, afresh=False)
    return sum(1 for _ in engine.quads(graph=DefaultGraph()))


def ours(folder: Path) -> tuple[float, int]:
    """Return the CPU seconds of a check and the number of its results; the queries of the check are in it."""
    engine = OxigraphEngine.read_only(folder)
    begin = time.process_time()
    results = check(engine).results
    return time.process_time() - begin, len(results)


def by_pyshacl(folder: Path) -> tuple[float, int]:
    """Return the same of pyshacl on an rdflib graph of what the shapes read; the queries of the check are in it."""
    engine = OxigraphEngine.read_only(folder)
    begin = time.process_time()
    found = found_by_queries(engine)
    results = validate(engine, found, read(shapes_files()), frozenset(), "shapes")
    return time.process_time() - begin, len(results)
