"""Inference by the named rules in `rules/`, each a CONSTRUCT query, run until nothing new follows.

What is inferred stands in the graph `inferred` and in the default graph. A triple that a source asserts is
never in the graph `inferred`, so the default graph without inference is the default graph less that graph.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.assemble import asserting_graphs, settle, stated_standings
from kg.engine import Engine
from kg.names import INFERRED
from kg.paths import rules_dir
from kg.rdf import DefaultGraph, NamedNode, Quad, Triple

_INFERRED = NamedNode(INFERRED)
_DEFAULT = DefaultGraph()


def rules() -> list[Path]:
    """Return the rule files, sorted; the file's name is the rule's name."""
    return sorted(rules_dir().glob("*.rq"))


def infer(engine: Engine, *, afresh: bool) -> int:
    """Bring the inferred graph up to date and return its new triples' number.

    `afresh` forgets what was inferred before; without it, only what follows newly is added, which is right
    after changes that only add statements (the rules are monotone but for stated standings).
    """
    old = list(engine.quads(graph=_INFERRED))
    standings = stated_standings(engine)
    if afresh:
        engine.delete(old)
        settle(engine, (quad.triple for quad in old), standings)
    else:
        engine.delete([quad for quad in old if set(asserting_graphs(engine, quad.triple, standings)) != {INFERRED}])
    texts = [path.read_text(encoding="utf-8") for path in rules()]
    count = 0
    while new := {triple for text in texts for triple in _follows(engine, text)}:
        engine.insert(_in_both(new))
        count += len(new)
    return count


def _follows(engine: Engine, rule: str) -> Iterator[Triple]:
    for triple in engine.query(rule):
        assert isinstance(triple, Triple)
        if not any(engine.quads(*triple, _DEFAULT)):
            yield triple


def _in_both(triples: Iterable[Triple]) -> list[Quad]:
    return [Quad(*triple, graph) for triple in triples for graph in (_INFERRED, _DEFAULT)]
