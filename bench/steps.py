"""The steps that are measured: Atlante's own ways, and rdflib's on the same data."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bench.measure import cpu_of
from kg.assemble import apply
from kg.build import build
from kg.engine import select
from kg.engine.oxigraph import OxigraphEngine
from kg.export import export
from kg.infer import infer
from kg.log import Draft
from kg.names import PREFIXES
from kg.patch import Patch
from kg.sources import digest, read
from kg.store import Store

_OF_SERVICES = ("service", "writes", "past")
QUERIES = sorted(
    path for path in (Path(__file__).parent / "queries").glob("*.rq") if not path.stem.startswith(_OF_SERVICES)
)


def shipped(folder: Path) -> int:
    """Build the shipped data from nothing, the check included; return the head."""
    shutil.rmtree(folder, ignore_errors=True)
    return build(Store(folder)).head


def copied(store: Path | None, folder: Path) -> Path:
    """Copy a store into a folder, or make one of the shipped data there; return its path."""
    target = folder / "store"
    if store:
        return Path(shutil.copytree(store, target, symlinks=True, copy_function=_copy))
    shipped(target)
    return target


def _copy(path: str, target: str) -> str:
    """Copy a file; RocksDB never changes its tables, so that those are shared where they can be."""
    with suppress(OSError):
        if path.endswith(".sst"):
            os.link(path, target)
            return target
    return shutil.copy2(path, target)


def import_file(file: Path, folder: Path, inferring: bool) -> int:
    """Parse, canonical form, patch, default graph, store, log, snapshot; return the number of statements."""
    shutil.rmtree(folder, ignore_errors=True)
    store = Store(folder)
    source = read(file)
    patch = Patch.between(set(), source.statements)
    with store.writer() as writer:
        writer.change()
        apply(writer.engine, patch.rows)
        if inferring:
            infer(writer.engine, afresh=False)
        store.log.append(0, [Draft("bench", "import", source.iri, "", digest([file]), patch)])
        writer.publish(1)
    return len(patch.added)


def ours(folder: Path) -> dict[str, float]:
    """Return the CPU seconds of each query and of the Turtle export, on a store's snapshot."""
    with Store(folder).reader() as (engine, _):
        times = {path.stem: cpu_of(lambda p=path: _ask(engine, p), 3) for path in QUERIES}
        times["turtle"] = cpu_of(lambda: sum(map(len, export(engine, "graph", "turtle"))))
    return times


def _ask(engine: OxigraphEngine, path: Path) -> int:
    return sum(1 for _ in select(engine, path.read_text(encoding="utf-8")))


def rdflibs(triples: Path) -> dict[str, float]:
    """Return the CPU seconds that rdflib takes to load N-Triples, for each query, and for its Turtle."""
    import rdflib

    graph = rdflib.Graph()
    times = {"load": cpu_of(lambda: graph.parse(triples, format="nt"))}
    for path in QUERIES:
        text = path.read_text(encoding="utf-8")
        times[path.stem] = cpu_of(lambda t=text: list(graph.query(t, initNs=PREFIXES)))
    times["turtle"] = cpu_of(lambda: graph.serialize(format="turtle"))
    return times


def default_graph(folder: Path, file: Path) -> int:
    """Write a store's default graph as N-Triples, what rdflib is given to load; return the triples' number."""
    with Store(folder).reader() as (engine, _), file.open("wb") as output:
        output.writelines(export(engine, "graph", "ntriples"))
    with file.open("rb") as lines:
        return sum(1 for _ in lines)
