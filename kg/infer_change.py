"""Inference after a small change: what a patch takes away, and what it brings, without looking at the whole graph.

What follows from a triple, and what leads to one, is found by the rules with variables bound (kg.rule). What may no
longer follow is taken out, and put back where another way leads to it (delete and rederive: Gupta, Mumick and
Subrahmanian, Maintaining Views Incrementally, SIGMOD 1993, section 7).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from kg.assemble import Standings, apply, apply_patch, apply_quads, asserting_graphs, settle
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


Change = Callable[[], Iterable[str]]
"""Gives the rows of an RDF Patch, as often as they are needed."""


class Inference:
    """What is inferred on an engine, as patches come; the state before must have been inferred whole.

    `apply` brings a patch in and takes out what may follow no longer; `complete` adds what follows from all that came,
    once for many patches. Between them evidence graphs are as they will be, and what is inferred may lack something.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rules: Rules | None = None
        self._begin()

    def _begin(self) -> None:
        self._afresh = self._whole = False
        self._removed, self._doomed, self._added = set[Triple](), set[Triple](), set[Triple]()
        self._come = set[NamedNode]()

    def apply(self, patch: Patch) -> None:
        """Bring a patch in."""
        if not patch:
            return
        quads = list(parse_statements(patch.removed + patch.added)) if _is_small(patch) else []
        if not quads or any(_reaches_far(quad.predicate, quad.object, quad.graph_name) for quad in quads):
            self._afresh = True
        if self._afresh or self._whole:
            self._afresh |= bool(patch.removed)
            apply_patch(self._engine, patch)
            return
        removes, adds = quads[: len(patch.removed)], quads[len(patch.removed) :]
        removed = {quad.triple for quad in removes}
        graphs = {quad.graph_name for quad in adds if isinstance(quad.graph_name, NamedNode)}
        self._come |= {graph for graph in graphs if next(self._engine.quads(graph=graph), None) is None}
        doomed = self._follows(removed, _emptied(self._engine, removes)) if removes else set[Triple]()
        apply_quads(self._engine, removes, adds)
        if doomed:
            self._engine.delete(in_graph(triple, _INFERRED) for triple in doomed)
            settle(self._engine, doomed, Standings(self._engine))
        self._removed |= removed
        self._doomed |= doomed
        self._added |= {quad.triple for quad in adds}

    def follow(self, changes: Iterable[Change], size: int) -> None:
        """Bring in changes one after the other, of so many statements together: one by one where they are few."""
        if size < _LARGE:
            for rows in changes:
                self.apply(Patch.read(rows()))
            return
        self._whole = True
        for rows in changes:
            self._afresh |= not apply(self._engine, rows)

    def complete(self) -> set[Triple] | None:
        """Bring what is inferred up to date, as if all were inferred afresh.

        Return the triples that may have come or gone since the last time, in whatever graph; None where all was
        looked at.
        """
        if self._afresh or self._whole:
            infer(self._engine, afresh=self._afresh or bool(self._doomed | self._removed))
            self._rules = None
            self._begin()
            return None
        gone, added = self._doomed | self._removed, self._added
        self._engine.delete(_no_longer_inferred(self._engine, added))
        back = {one for one in gone if not _stands(self._engine, one) and self._known_rules().lead_to(one)}
        _insert(self._engine, back)
        come = [graph for graph in self._come if next(self._engine.quads(graph=graph), None)]
        new = _forward(self._known_rules(), added | back, come) if added or back else set[Triple]()
        self._begin()
        return gone | added | back | new

    def _known_rules(self) -> Rules:
        """Return the rules, which stay good until classes or properties change."""
        self._rules = self._rules or Rules(self._engine)
        return self._rules

    def _follows(self, removed: set[Triple], graphs: Iterable[NamedNode]) -> set[Triple]:
        """Return what is inferred and rests, by any number of steps, on what is removed or on graphs that may go."""
        rules = self._known_rules()
        doomed = {one for one in rules.from_graphs(graphs) if _is_inferred(self._engine, one)}
        frontier = removed | doomed
        while frontier:
            frontier = {one for one in rules.from_triples(frontier) if _is_inferred(self._engine, one)} - doomed
            doomed |= frontier
        return doomed


def infer_change(engine: Engine, patch: Patch) -> set[Triple] | None:
    """Apply a patch, and bring what is inferred up to date; the state before must have been inferred whole.

    The result is that of applying it and inferring afresh, which is what is done for large patches and for those that
    change standings, classes or properties. Return what `Inference.complete` returns.
    """
    inference = Inference(engine)
    inference.apply(patch)
    return inference.complete()


def _emptied(engine: Engine, removes: Iterable[Quad]) -> list[NamedNode]:
    """Return the graphs of which a patch removes as many statements as they hold; it may add others."""
    removed = Counter(quad.graph_name for quad in removes)
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
