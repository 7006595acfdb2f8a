"""Inference after a small change: what a patch takes away, and what it brings, without looking at the whole graph.

Each rule says in its line `# given:` which of its variables a triple fixes, of some properties or of any ("*"): all
three of one pattern, or the subject that its patterns share; or the graph, for rules about graphs. So what follows
from a triple is found by the rule with these variables bound. What may no longer follow is taken out, and put back
where another way leads to it (delete and rederive: Gupta, Mumick and Subrahmanian, Maintaining Views Incrementally,
SIGMOD 1993, section 7).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kg.assemble import Standings, apply_patch, asserting_graphs, settle
from kg.engine import Engine, construct
from kg.infer import infer, rules
from kg.names import INFERRED, ONTOLOGY, PREFIXES, RDF, RDFS, SHAPES, STANDING, expand
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode, Quad, Term, Triple, in_graph, parse_statements, parts

_INFERRED, _DEFAULT = NamedNode(INFERRED), DefaultGraph()
_SCHEMA = {STANDING, RDFS + "subClassOf", RDFS + "subPropertyOf", PREFIXES["owl"] + "inverseOf"}
"""Properties on which what follows from other triples depends: a change of theirs is inferred from afresh."""

_LARGE = 2_000
"""Statements of a patch from which on inferring afresh is no slower."""


@dataclass(frozen=True)
class _Rule:
    """A rule: its text, what a triple of some properties binds, and its template's triples, variables as `?name`.

    No properties stand for a rule about graphs, of which the graph binds the variable; "*" for any property.
    """

    text: str
    given: tuple[str, ...]
    properties: frozenset[str]
    template: tuple[tuple[str, str, str], ...]

    def from_triple(self, triple: Triple) -> dict[str, Term] | None:
        """Return the bindings by which what follows from a triple is found; None where nothing does."""
        if self.properties.isdisjoint(("*", triple.predicate.value)):
            return None
        terms = parts(triple)
        return dict(zip(self.given, terms, strict=False))

    def to_triple(self, triple: Triple) -> Iterator[dict[str, Term]]:
        """Yield the bindings by which the ways that lead to a triple are found."""
        for pattern in self.template:
            bindings: dict[str, Term] = {}
            for place, (name, term) in enumerate(zip(pattern, parts(triple), strict=True)):
                if name.startswith("?"):
                    # A variable that the rule computes cannot be bound beforehand.
                    if f"AS {name})" not in self.text:
                        bindings[name[1:]] = term
                elif place == 1 and _expanded(name) != term.value:
                    break
            else:
                yield bindings


def infer_change(engine: Engine, patch: Patch) -> None:
    """Apply a patch, and bring what is inferred up to date; the state before must have been inferred whole.

    The result is that of applying it and inferring afresh, which is what is done for large patches and for those that
    change standings, classes or properties.
    """
    quads = list(parse_statements(patch.removed + patch.added)) if _is_small(patch) else []
    if not quads or any(_reaches_far(quad.predicate, quad.object, quad.graph_name) for quad in quads):
        apply_patch(engine, patch)
        infer(engine, afresh=True)
        return
    removed = {quad.triple for quad in quads[: len(patch.removed)]}
    graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    doomed = _doomed(engine, removed, graphs)
    apply_patch(engine, patch)
    engine.delete(in_graph(triple, _INFERRED) for triple in doomed)
    settle(engine, doomed, Standings(engine))
    added = {quad.triple for quad in quads[len(patch.removed) :]}
    engine.delete(_no_longer_inferred(engine, added))
    back = {triple for triple in doomed | removed if _follows(engine, triple)}
    _insert(engine, back)
    _forward(engine, added | back, graphs)


def _is_small(patch: Patch) -> bool:
    return len(patch.removed) + len(patch.added) < _LARGE


def _reaches_far(predicate: NamedNode, term: object, graph: object) -> bool:
    of_schema = isinstance(graph, NamedNode) and graph.value in (ONTOLOGY, SHAPES)
    symmetric = predicate.value == RDF + "type" and term == NamedNode(PREFIXES["owl"] + "SymmetricProperty")
    return of_schema or symmetric or predicate.value in _SCHEMA


def _doomed(engine: Engine, removed: set[Triple], graphs: Iterable[NamedNode]) -> set[Triple]:
    """Return what is inferred and rests, by any number of steps, on what is removed or on graphs that may go."""
    doomed: set[Triple] = set()
    frontier = set(removed) | {one for one in _of_graphs(engine, graphs) if _is_inferred(engine, one)}
    doomed |= frontier - removed
    while frontier:
        found = {one for triple in frontier for one in _from(engine, triple) if _is_inferred(engine, one)}
        frontier = found - doomed
        doomed |= frontier
    return doomed


def _forward(engine: Engine, frontier: set[Triple], graphs: Iterable[NamedNode]) -> None:
    """Insert what follows from triples and from graphs, and what follows from that."""
    new = {one for one in _of_graphs(engine, graphs) if not _stands(engine, one)}
    _insert(engine, new)
    frontier = frontier | new
    while frontier:
        frontier = {one for triple in frontier for one in _from(engine, triple) if not _stands(engine, one)}
        _insert(engine, frontier)


def _from(engine: Engine, triple: Triple) -> Iterator[Triple]:
    for rule in _rules():
        bindings = rule.from_triple(triple)
        if bindings is not None:
            yield from construct(engine, rule.text, bindings)


def _of_graphs(engine: Engine, graphs: Iterable[NamedNode]) -> Iterator[Triple]:
    for graph in graphs:
        for rule in _rules():
            if not rule.properties:
                yield from construct(engine, rule.text, {rule.given[0]: graph})


def _follows(engine: Engine, triple: Triple) -> bool:
    """Tell whether a triple that nobody asserts follows from what stands."""
    if _stands(engine, triple):
        return False
    return any(
        triple in set(construct(engine, rule.text, bindings))
        for rule in _rules()
        for bindings in rule.to_triple(triple)
    )


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


def _expanded(name: str) -> str:
    return RDF + "type" if name == "a" else expand(name)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_read(path.read_text(encoding="utf-8")) for path in rules())


def _read(text: str) -> _Rule:
    line = next(line for line in text.splitlines() if line.startswith("# given:"))
    variables, _, properties = line.removeprefix("# given:").partition(" of ")
    given = tuple(word[1:] for word in variables.split() if word.startswith("?"))
    named = frozenset(name if name == "*" else expand(name) for name in properties.split())
    template = re.search(r"^\w+ \{ (.*) \}$", text, re.MULTILINE)
    assert template, "the first line in braces is the template"
    triples: list[tuple[str, str, str]] = []
    subject, rest = template[1].split(" ", 1)
    for pair in rest.split(" ; "):
        predicate, term = pair.split(" ")
        triples.append((subject, predicate, term))
    return _Rule(text, given, named, tuple(triples))
