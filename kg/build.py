"""Building: the difference between files of facts and the log, checked, as one commit per source.

The files of one call are checked together, in the state they lead to; then all their commits enter the log, or
none does.
"""

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.assemble import apply
from kg.check import Report, check
from kg.engine import Engine, select
from kg.errors import BadInput, CheckFailed
from kg.infer import infer
from kg.locate import place_of
from kg.log import Commit, Draft
from kg.names import ONTOLOGY, SHAPES, shorten
from kg.patch import Patch
from kg.paths import data_files, ontology_files, query, shapes_files
from kg.rdf import NamedNode, statement
from kg.sources import Input, Source, digest, read, read_graph
from kg.store import Store, Writer

SHIPPED = "shipped"
"""The origin of commits that bring the ontology, the shapes and the shipped data."""


@dataclass(frozen=True)
class Built:
    """What a build did: the commits it added (none if nothing changed), the head, the check's report if one ran."""

    commits: list[Commit]
    head: int
    report: Report | None


def build(
    store: Store,
    files: Sequence[Path] = (),
    *,
    imports: Callable[[Engine], Sequence[Input]] | None = None,
    author: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Built:
    """Bring ontology, shapes and shipped data, or the given files, into the store, and publish the result.

    `imports` gives the sources that importers make, given an engine on what the store holds, for they ask what is
    known already; ontology, shapes and shipped data must be there by then. Each source's difference becomes one
    commit by `author` (the user's login name if None); `progress` is told each step. Raises BadInput for a file that
    cannot be read, CheckFailed if the result breaks a shape; either way the store stays as it was.
    """
    with store.writer() as writer:
        inputs = imports(writer.engine) if imports else _given(files) + ([] if files and writer.number else _shipped())
        drafts, places = _drafts(writer, inputs, author or getpass.getuser(), progress)
        if not files and not imports:
            drafts += _vanished(writer, inputs, author or getpass.getuser())
        if not drafts:
            return Built([], writer.number, None)
        return enter(writer, drafts, places, progress)


def _given(files: Sequence[Path]) -> list[Input]:
    shipped = {path.resolve() for path in data_files()}
    return [
        Input(
            (path,),
            SHIPPED if path.resolve() in shipped else str(path.resolve()),
            digest([path]),
            lambda path=path: read(path),
        )
        for path in files
    ]


def _shipped() -> list[Input]:
    ontology, shapes = ontology_files(), shapes_files()
    return [
        Input(tuple(ontology), SHIPPED, digest(ontology), lambda: read_graph(ontology, ONTOLOGY)),
        Input(tuple(shapes), SHIPPED, digest(shapes), lambda: read_graph(shapes, SHAPES)),
        *_given(data_files()),
    ]


def _drafts(
    writer: Writer, inputs: Sequence[Input], author: str, progress: Callable[[str], None]
) -> tuple[list[Draft], list[Path]]:
    """Return a draft for each source that differs from the log, and the files that may name a statement's line."""
    known = {(commit.origin, commit.digest) for commit in _latest(writer).values()}
    drafts: list[Draft] = []
    sources: dict[str, tuple[Path, ...]] = {}
    for given in inputs:
        if (given.origin, given.digest) in known:
            continue
        progress(f"reading {given.files[0].name if len(given.files) == 1 else given.files[0].parent.name}")
        source = given.read()
        _refuse_twins(writer, source, given, sources)
        sources[source.iri] = source.files
        patch = Patch.between(_statements(writer.engine, source.iri), source.statements)
        if patch:
            message = f"{shorten(source.iri)} from {_names(source.files)}"
            drafts.append(Draft(author, message, source.iri, given.origin, given.digest, patch))
    return drafts, [path for files in sources.values() for path in files]


def _names(files: Sequence[Path]) -> str:
    return ", ".join(path.name for path in files) if len(files) < 9 else f"{len(files)} files"


def _latest(writer: Writer) -> dict[str, Commit]:
    """Return the last commit of each source."""
    return {commit.source: commit for commit in writer.store.log.commits()}


def _refuse_twins(writer: Writer, source: Source, given: Input, seen: dict[str, tuple[Path, ...]]) -> None:
    """Refuse a second file that would silently replace what another file of the same name said."""
    earlier = _latest(writer).get(source.iri)
    other = str(seen[source.iri][0]) if source.iri in seen else ""
    if earlier and earlier.origin != given.origin and not other and _statements(writer.engine, source.iri):
        other = earlier.origin if earlier.origin == SHIPPED or Path(earlier.origin).exists() else ""
    if other:
        raise BadInput(
            f"{shorten(source.iri)} is already another file's source ({other})",
            str(given.files[0]),
            "Give this file another name (the name makes the source), or another source in its graphs.",
        )


def _statements(engine: Engine, source: str) -> set[str]:
    graphs = select(engine, query("store/graphs-of-source"), {"source": NamedNode(source)})
    return {
        statement(quad) for _, graph in graphs if isinstance(graph, NamedNode) for quad in engine.quads(graph=graph)
    }


def _vanished(writer: Writer, inputs: Sequence[Input], author: str) -> list[Draft]:
    """Return drafts that retract the shipped sources whose file is no more."""
    present = {given.read().iri for given in inputs} if _may_miss(writer, inputs) else None
    if present is None:
        return []
    drafts: list[Draft] = []
    for iri, commit in _latest(writer).items():
        if commit.origin == SHIPPED and iri not in present:
            patch = Patch.between(_statements(writer.engine, iri), set())
            if patch:
                drafts.append(Draft(author, f"{shorten(iri)} is no longer shipped", iri, SHIPPED, "", patch))
    return drafts


def _may_miss(writer: Writer, inputs: Sequence[Input]) -> bool:
    shipped = [commit for commit in _latest(writer).values() if commit.origin == SHIPPED and commit.digest]
    return len(shipped) > sum(1 for given in inputs if given.origin == SHIPPED)


def enter(
    writer: Writer, drafts: Sequence[Draft], places: Sequence[Path], progress: Callable[[str], None] = lambda _: None
) -> Built:
    """Bring drafts into the log as commits, and publish the result; `places` are files that may name a line.

    Raises CheckFailed if the result breaks a shape, and the store stays as it was.
    """
    writer.change()
    only_added = True
    for draft in drafts:
        progress(f"applying {draft.message}")
        only_added &= apply(writer.engine, draft.patch.rows)
    progress("inferring")
    infer(writer.engine, afresh=not only_added)
    progress("checking")
    report = check(writer.engine, locate=lambda focus, path: place_of(places, focus, path))
    if report.has_violations:
        count = sum(1 for result in report.results if result.severity == "Violation")
        raise CheckFailed(f"the change breaks the shapes: {count} violation{'s' * (count > 1)}", report.to_text())
    progress("writing the log")
    commits = writer.store.log.append(writer.number, drafts)
    writer.publish(commits[-1].number)
    return Built(commits, writer.number, report)
