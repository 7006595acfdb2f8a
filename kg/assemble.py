"""From patches to the view: evidence graphs, and the default graph as the union of the asserted ones.

A graph is asserted if it is the ontology, the inferred graph, a source's description, or an evidence graph
whose source's description states no other standing. Shapes are not asserted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from kg.engine import Engine
from kg.names import ASSERTED, INFERRED, ONTOLOGY, STANDING, source_of
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode, Quad, Triple, in_graph, parse_statements, parts, value

_CHUNK = 400_000
"""Statements handed to the bulk loader at a time; more take more memory, fewer leave more files to merge."""

_BULK = 20_000
"""From so many added statements on, the bulk loader beats a transaction."""

_STANDING_IN_ROW = f" <{STANDING}> <"
_DEFAULT = DefaultGraph()


class KnownStandings(Protocol):
    """Standings by graph: a dictionary, or Standings."""

    def get(self, graph: str, default: str, /) -> str:
        """Return the standing of a graph, else `default`."""
        ...


def is_asserted(graph: str, standings: KnownStandings) -> bool:
    """Tell whether the statements of a graph belong in the default graph, given the standings stated."""
    if graph in (ONTOLOGY, INFERRED):
        return True
    return source_of(graph) is not None and standings.get(graph, ASSERTED) == ASSERTED


def stated_standings(engine: Engine) -> dict[str, str]:
    """Return the standing of each evidence graph whose source's own description states one."""
    return {
        value(quad.subject): value(quad.object)
        for quad in engine.quads(predicate=NamedNode(STANDING))
        if _states_standing(quad)
    }


class Standings:
    """What `stated_standings` returns, looked up graph by graph: for a few graphs of many, whose standings stay."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, str | None] = {}

    def get(self, graph: str, default: str) -> str:
        """Return the standing that a graph's source states for it, else `default`."""
        if graph not in self._known:
            self._known[graph] = self._stated(graph)
        return self._known[graph] or default

    def _stated(self, graph: str) -> str | None:
        source = source_of(graph)
        if source is None:
            return None
        found = self._engine.quads(NamedNode(graph), NamedNode(STANDING), None, NamedNode(source))
        return next((value(quad.object) for quad in found), None)


def _states_standing(quad: Quad) -> bool:
    graph = quad.graph_name
    return not isinstance(graph, DefaultGraph) and graph.value == source_of(value(quad.subject))


def apply(engine: Engine, rows: Callable[[], Iterable[str]]) -> bool:
    """Apply the rows of an RDF Patch (read as often as needed) to evidence graphs and default graph.

    Returns whether the patch only added statements and left every standing as it was, so that what was
    inferred before still holds.
    """
    removed = list(parse_statements(row[2:-3] for row in rows() if row.startswith("D ")))
    changed = {
        value(quad.subject)
        for quad in parse_statements(row[2:-3] for row in rows() if _STANDING_IN_ROW in row)
        if _states_standing(quad)
    }
    touched = {quad.triple for quad in removed}
    touched.update(quad.triple for graph in changed for quad in engine.quads(graph=NamedNode(graph)))
    engine.delete(removed)
    _add_descriptions(engine, rows, changed)
    standings = stated_standings(engine)
    added = (row[2:-3] for row in rows() if row.startswith("A "))
    add(engine, _with_default_copies(added, standings))
    settle(engine, touched, standings)
    return not touched and not changed


def apply_patch(engine: Engine, patch: Patch) -> None:
    """Apply a small patch, which states no standing, to evidence graphs and default graph; else as `apply` does."""
    if any(_STANDING_IN_ROW in one for one in (*patch.removed, *patch.added)):
        apply(engine, patch.rows)
        return
    quads = list(parse_statements(patch.removed + patch.added))
    apply_quads(engine, quads[: len(patch.removed)], quads[len(patch.removed) :])


def apply_quads(engine: Engine, removed: Sequence[Quad], added: Sequence[Quad]) -> None:
    """Do what `apply_patch` does, with a patch's quads; none states a standing."""
    engine.delete(removed)
    engine.insert(added)
    settle(engine, {quad.triple for quad in (*removed, *added)}, Standings(engine))


def _add_descriptions(engine: Engine, rows: Callable[[], Iterable[str]], changed: set[str]) -> None:
    """Bring new standings in first: they decide which of the other statements are asserted."""
    if changed:
        stating = (row[2:-3] for row in rows() if row.startswith("A ") and _STANDING_IN_ROW in row)
        engine.insert(parse_statements(stating))


def add(engine: Engine, statements: Iterator[str]) -> None:
    """Add canonical statements: few in one transaction, many by the bulk loader."""
    bulk = False
    while chunk := list(islice(statements, _CHUNK)):
        bulk = bulk or len(chunk) >= _BULK
        if bulk:
            engine.load(" .\n".join([*chunk, ""]).encode())
        else:
            engine.insert(parse_statements(chunk))


def _with_default_copies(statements: Iterable[str], standings: KnownStandings) -> Iterator[str]:
    """Yield each statement, followed by its triple for the default graph where its graph is asserted."""
    asserted: dict[str, bool] = {}
    for statement in statements:
        yield statement
        triple, _, graph = statement.rpartition(" ")
        known = asserted.get(graph)
        if known is None:
            known = asserted[graph] = is_asserted(graph[1:-1], standings)
        if known:
            yield triple


def asserting_graphs(engine: Engine, triple: Triple, standings: KnownStandings) -> Iterator[str]:
    """Yield the asserted graphs, the inferred one among them, that hold a triple."""
    for quad in engine.quads(*parts(triple)):
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and is_asserted(graph.value, standings):
            yield graph.value


def settle(engine: Engine, touched: Iterable[Triple], standings: KnownStandings) -> None:
    """Put each touched triple into the default graph, or take it out, as the asserted graphs now say."""
    inserts: list[Quad] = []
    deletes: list[Quad] = []
    for triple in touched:
        stands = any(True for _ in asserting_graphs(engine, triple, standings))
        (inserts if stands else deletes).append(in_graph(triple, _DEFAULT))
    engine.insert(inserts)
    engine.delete(deletes)
