"""Inference by the named rules in `rules/`, each a CONSTRUCT query, run until nothing new follows.

What is inferred stands in the graph `inferred` and in the default graph. A triple that a source asserts is
never in the graph `inferred`, so the default graph without inference is the default graph less that graph.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.assemble import add, asserting_graphs, settle, stated_standings
from kg.engine import Engine, construct
from kg.names import INFERRED, expand
from kg.paths import rules_dir
from kg.rdf import DefaultGraph, NamedNode, Triple, parts

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
    return _to_fixpoint(engine)


def _to_fixpoint(engine: Engine) -> int:
    """Run the rules, then again those that read what came newly, until nothing new follows."""
    due = [path.read_text(encoding="utf-8") for path in rules()]
    known: set[Triple] = set()
    while due:
        new = {triple for text in due for triple in _follows(engine, text, known)}
        add(engine, _in_both(new))
        known |= new
        changed = {triple.predicate.value for triple in new}.union("*" if new else "")
        due = [path.read_text(encoding="utf-8") for path in rules() if not _reads(path).isdisjoint(changed)]
    return len(known)


def _reads(rule: Path) -> set[str]:
    """Return the inferred predicates that a rule reads, from its `# reads:` line; "*" stands for any."""
    header = next(line for line in rule.read_text(encoding="utf-8").splitlines() if line.startswith("# reads:"))
    return {expand(name) for name in header.removeprefix("# reads:").split()}


def _follows(engine: Engine, rule: str, known: set[Triple]) -> Iterator[Triple]:
    for triple in construct(engine, rule):
        if triple not in known and not any(engine.quads(*parts(triple), _DEFAULT)):
            yield triple


def _in_both(triples: Iterable[Triple]) -> Iterator[str]:
    for triple in triples:
        text = str(triple)
        yield f"{text} <{INFERRED}>"
        yield text
