"""The check of a change: what the full report says of the focus nodes that the change can affect, and of no others."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg import rdf
from kg.check import core, shacl
from kg.check.affected import SUBCLASS, TYPE, Change, Read, Unbounded, reads
from kg.check.report import Report, Result
from kg.check.results import result_of
from kg.check.shapes import Shape
from kg.engine import Engine, construct, construct_each, select
from kg.engine.oxigraph import OxigraphEngine
from kg.names import NS, expand, source_of
from kg.paths import query, query_dir, shapes_files

_Looking = tuple[Shape, frozenset[Read] | None]


@dataclass(frozen=True)
class _Given:
    """A line `# given:` of a query: the variable that a triple of some properties binds, or that it is run whole.

    `by` is the property whose values at the triple's subject are bound; "" binds the subject itself.
    """

    variable: str
    by: str
    properties: frozenset[str]


def check_change(
    engine: Engine, touched: Collection[rdf.Triple], graphs: Iterable[str], shapes: Sequence[Path] | None = None
) -> Report | None:
    """Check what a change has led to, of which the engine is in the state; None where only a full check will do.

    `touched` are the triples that it added or took away, inferred ones too, `graphs` the IRIs of the named graphs that
    it changed, `shapes` Turtle files (ours if None). The report holds the results of the full report whose focus nodes
    the change can affect.
    """
    if any(triple.predicate.value == SUBCLASS for triple in touched):
        return None
    read = _shapes(engine, tuple(shapes_files() if shapes is None else shapes))
    if read is None:
        return None
    found, change = _found(engine, touched, graphs), Change(engine, touched)
    results: list[Result] = []
    for shape, looked_at in read:
        if shacl.of_the_check(shape):
            results += (result_of(one, found) for one in core.findings(found, shape))
            continue
        nodes = None if looked_at is None else change.affected(shape, looked_at)
        if nodes != []:
            results += (result_of(one, engine) for one in core.findings(engine, shape, nodes))
    return Report(sorted(results, key=lambda result: (result.severity, result.focus, result.rule)))


def _shapes(engine: Engine, files: tuple[Path, ...]) -> list[_Looking] | None:
    """Return the shapes with what each looks at; None where some are left to pyshacl, which looks at the whole."""
    return _read(files, tuple(path.stat().st_mtime_ns for path in files), _Understands(engine))


class _Understands:
    """What a regular expression asks of an engine; all engines of one kind are one to the cache."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Understands) and type(self.engine) is type(other.engine)

    def __hash__(self) -> int:
        return hash(type(self.engine))


@lru_cache(1)
def _read(files: tuple[Path, ...], _stamps: tuple[int, ...], by: _Understands) -> list[_Looking] | None:
    shapes, rest = shacl.split(by.engine, list(shacl.read(files)))
    return None if rest else [(shape, _reads(shape)) for shape in shapes]


def _reads(shape: Shape) -> frozenset[Read] | None:
    """Return what a shape looks at; None for one that is checked whole, with its path of any length."""
    try:
        return reads(shape)
    except Unbounded:
        return None


def _found(engine: Engine, touched: Collection[rdf.Triple], graphs: Iterable[str]) -> Engine:
    """Return an engine that holds what the queries of `queries/check/` find of what a change can affect."""
    found = OxigraphEngine.in_memory()
    for name, text, of_one in _queries():
        guard = _GUARDS.get(name)
        if guard is None:
            runs = _bindings(engine, text, touched)
        else:
            runs = [dict[str, rdf.Term]()] if guard(engine, touched, graphs) else []
        triples = construct(engine, text) if {} in runs else _of_each(engine, of_one, runs)
        found.insert(rdf.in_graph(one, rdf.DefaultGraph()) for one in triples)
    return found


def _of_each(engine: Engine, text: str, runs: Iterable[dict[str, rdf.Term]]) -> Iterator[rdf.Triple]:
    """Yield what a query finds with each of some bindings; each binds one variable."""
    by_name: dict[str, list[dict[str, rdf.Term]]] = {}
    for bindings in runs:
        (name,) = bindings
        by_name.setdefault(name, []).append(bindings)
    for some in by_name.values():
        yield from construct_each(engine, text, some)


@lru_cache(1)
def _queries() -> list[tuple[str, str, str]]:
    """Return each query's name, its text, and its text where a variable is bound, which some have of their own."""
    found: list[tuple[str, str, str]] = []
    for path in sorted((query_dir() / "check").glob("*.rq")):
        of_one = query_dir() / "check-of-changes" / path.name
        text = path.read_text(encoding="utf-8")
        found.append((path.stem, text, of_one.read_text(encoding="utf-8") if of_one.exists() else text))
    return found


def _bindings(engine: Engine, text: str, touched: Iterable[rdf.Triple]) -> list[dict[str, rdf.Term]]:
    """Return the bindings with which a query is run: a whole run has none, and stands for all."""
    found: dict[tuple[str, rdf.Term], None] = {}
    for given in _given(text):
        for triple in touched:
            if triple.predicate.value not in given.properties or not isinstance(triple.subject, rdf.NamedNode):
                continue
            if given.variable == "*":
                return [{}]
            nodes: Iterable[object] = [triple.subject]
            if given.by:
                quads = engine.quads(triple.subject, rdf.NamedNode(given.by), None, rdf.DefaultGraph())
                nodes = [quad.object for quad in quads]
            found |= {(given.variable, node): None for node in nodes if isinstance(node, rdf.NamedNode)}
    return [{name: node} for name, node in found]


@lru_cache(64)
def _given(text: str) -> list[_Given]:
    return [_read_line(line) for line in text.splitlines() if line.startswith("# given:")]


def _read_line(line: str) -> _Given:
    variable, _, properties = line.removeprefix("# given:").strip().partition(" of ")
    variable, _, by = variable.partition(" by ")
    return _Given(variable.lstrip("?"), expand(by) if by else "", frozenset(map(expand, properties.split())))


def _uses_undefined(engine: Engine, touched: Collection[rdf.Triple], graphs: Iterable[str]) -> bool:
    """Tell whether a change uses a term of ours that the ontology does not define."""
    used = {triple.predicate for triple in touched}
    used |= {triple.object for triple in touched if triple.predicate.value == TYPE}
    ours = [term for term in used if isinstance(term, rdf.NamedNode) and term.value.startswith(NS)]
    return any(_says(engine, "undefined-term", {"term": term}) for term in ours)


def _lacks_source(engine: Engine, touched: Collection[rdf.Triple], graphs: Iterable[str]) -> bool:
    """Tell whether a change is to a source that is not described."""
    sources = {source for graph in graphs if (source := source_of(graph))}
    return any(_says(engine, "undescribed-source", {"source": rdf.NamedNode(source)}) for source in sources)


def _says(engine: Engine, name: str, bindings: dict[str, rdf.Term]) -> bool:
    return any(True for _ in select(engine, query(f"check-of-changes/{name}"), bindings))


_Guard = Callable[[Engine, Collection[rdf.Triple], Iterable[str]], bool]
_GUARDS: dict[str, _Guard] = {"undefined-terms": _uses_undefined, "unsourced": _lacks_source}
"""Queries that nothing binds, with what tells whether a change is worth running them whole."""
