"""Inference after a small change: what a patch takes away, and what it brings, without looking at the whole graph.

What follows from a triple, and what leads to one, is found by the rules with variables bound (kg.rule). What may no
longer follow is taken out, and put back where another way leads to it (delete and rederive: Gupta, Mumick and
Subrahmanian, Maintaining Views Incrementally, SIGMOD 1993, section 7).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kg.assemble import Standings, apply_patch, asserting_graphs, settle
from kg.engine import Engine
from kg.infer import infer
from kg.names import INFERRED, ONTOLOGY, PREFIXES, RDF, RDFS, SHAPES, STANDING
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode, Quad, Triple, in_graph, parse_statements, parts
from kg.rule import Rules

_INFERRED, _DEFAULT = NamedNode(INFERRED), DefaultGraph()
_SCHEMA = {STANDING, RDFS + "subClassOf", RDFS + "subPropertyOf", PREFIXES["owl"] + "inverseOf"}
"""Properties on which what follows from other triples depends: a change of theirs is inferred from afresh."""

_LARGE = 2_000
"""Statements of a patch from which on inferring afresh is no slower."""


def infer_change(engine: Engine, patch: Patch, rules: Rules | None = None) -> set[Triple] | None:
    """Apply a patch, and bring what is inferred up to date; the state before must have been inferred whole.

    The result is that of applying it and inferring afresh, which is what is done for large patches and for those that
    change standings, classes or properties. Return the triples that may have come or gone, in whatever graph; None
    where all was inferred afresh. `rules` are those of the engine, which stay good until all is inferred afresh.
    """
    quads = list(parse_statements(patch.removed + patch.added)) if _is_small(patch) else []
    if not quads or any(_reaches_far(quad.predicate, quad.object, quad.graph_name) for quad in quads):
        apply_patch(engine, patch)
        infer(engine, afresh=True)
        return None
    rules = rules or Rules(engine)
    removed = {quad.triple for quad in quads[: len(patch.removed)]}
    graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    stood = {graph for graph in graphs if any(engine.quads(graph=graph))}
    doomed = _doomed(rules, removed, _emptied(engine, patch, quads))
    apply_patch(engine, patch)
    engine.delete(in_graph(triple, _INFERRED) for triple in doomed)
    settle(engine, doomed, Standings(engine))
    added = {quad.triple for quad in quads[len(patch.removed) :]}
    engine.delete(_no_longer_inferred(engine, added))
    back = {triple for triple in doomed | removed if not _stands(engine, triple) and rules.lead_to(triple)}
    _insert(engine, back)
    return removed | doomed | added | back | _forward(rules, added | back, graphs - stood)


def _emptied(engine: Engine, patch: Patch, quads: Sequence[Quad]) -> list[NamedNode]:
    """Return the graphs of which a patch removes as many statements as they hold; it may add others."""
    removed = Counter(quad.graph_name for quad in quads[: len(patch.removed)])
    return [
        graph
        for graph, number in removed.items()
        if isinstance(graph, NamedNode) and len(list(islice(engine.quads(graph=graph), number + 1))) <= number
    ]


def _is_small(patch: Patch) -> bool:
    return len(patch.removed) + len(patch.added) < _LARGE


def _reaches_far(predicate: NamedNode, term: object, graph: object) -> bool:
    of_schema = isinstance(graph, NamedNode) and graph.value in (ONTOLOGY, SHAPES)
    symmetric = predicate.value == RDF + "type" and term == NamedNode(PREFIXES["owl"] + "SymmetricProperty")
    return of_schema or symmetric or predicate.value in _SCHEMA


def _doomed(rules: Rules, removed: set[Triple], graphs: Iterable[NamedNode]) -> set[Triple]:
    """Return what is inferred and rests, by any number of steps, on what is removed or on graphs that may go."""
    engine = rules.engine
    doomed: set[Triple] = set()
    frontier = set(removed) | {one for one in rules.from_graphs(graphs) if _is_inferred(engine, one)}
    doomed |= frontier - removed
    while frontier:
        found = {one for one in rules.from_triples(frontier) if _is_inferred(engine, one)}
        frontier = found - doomed
        doomed |= frontier
    return doomed


def _forward(rules: Rules, frontier: set[Triple], graphs: Iterable[NamedNode]) -> set[Triple]:
    """Insert what follows from triples and from graphs, and what follows from that; return it."""
    engine = rules.engine
    new = {one for one in rules.from_graphs(graphs) if not _stands(engine, one)}
    _insert(engine, new)
    frontier = frontier | new
    while frontier:
        frontier = {one for one in rules.from_triples(frontier) if not _stands(engine, one)}
        _insert(engine, frontier)
        new |= frontier
    return new


def _is_inferred(engine: Engine, triple: Triple) -> bool:
    return any(engine.quads(*parts(triple), _INFERRED))


def _stands(engine: Engine, triple: Triple) -> bool:
    return any(engine.quads(*parts(triple), _DEFAULT))


def _no_longer_inferred(engine: Engine, added: Iterable[Triple]) -> Iterator[Quad]:
    """Yield the quads of triples that were inferred and are asserted now."""
    standings = Standings(engine)
    for triple in added:
        if _is_inferred(engine, triple) and set(asserting_graphs(engine, triple, standings)) != {INFERRED}:
            yield in_graph(triple, _INFERRED)


def _insert(engine: Engine, triples: Iterable[Triple]) -> None:
    triples = list(triples)
    engine.insert(in_graph(triple, graph) for triple in triples for graph in (_INFERRED, _DEFAULT))
