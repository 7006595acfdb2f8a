"""What `kg check` does: files and the shipped data in memory, inferred and checked, without a store."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kg.assemble import apply
from kg.check import Report, check
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.locate import place_of
from kg.names import ONTOLOGY, SHAPES
from kg.patch import Patch
from kg.paths import data_files, ontology_files, shapes_files
from kg.sources import Source, read, read_graph


def checked(files: Sequence[Path], progress: Callable[[str], None]) -> Report:
    """Return the report on files beside ontology, shapes and shipped data.

    A file that has a shipped file's source takes its place. Raises BadInput for a file that cannot be read.
    """
    sources = [read_graph(ontology_files(), ONTOLOGY), read_graph(shapes_files(), SHAPES)]
    sources += _read(files, progress)
    engine = OxigraphEngine.in_memory()
    # One patch: a standing decides over statements of its own source alone, so order does not matter.
    statements = {statement for source in sources for statement in source.statements}
    apply(engine, Patch(added=sorted(statements)).rows)
    progress("inferring")
    infer(engine, afresh=False)
    progress("checking")
    places = [file for source in sources for file in source.files]
    return check(engine, locate=lambda focus, path: place_of(places, focus, path))


def _read(files: Sequence[Path], progress: Callable[[str], None]) -> list[Source]:
    """Read the files, which come first so that lines are looked for in them first, then the shipped ones."""
    sources: list[Source] = []
    for path in files:
        progress(f"reading {path.name}")
        sources.append(read(path))
    given = {source.iri for source in sources}
    shipped = {path.resolve() for path in data_files()} - {path.resolve() for path in files}
    return sources + [source for path in sorted(shipped) if (source := read(path)).iri not in given]
