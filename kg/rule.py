"""The rules of `rules/` with variables bound: what follows from one triple, and whether something leads to one.

A rule says in its line `# given:` which of its variables a triple fixes, of some properties or of any ("*"): all three
of one pattern, or the subject that its patterns share; or the graph, for rules about graphs. Its lines `# schema:` are
patterns of which one must match for it to apply: variables that they name have few values, known before it is run.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.engine import Engine, construct, construct_each
from kg.names import RDF, expand
from kg.paths import rules_dir
from kg.rdf import DefaultGraph, NamedNode, Term, Triple, parts

_DEFAULT = DefaultGraph()
_Pattern = tuple[str, str, str]


@dataclass(frozen=True)
class _Rule:
    """A rule: its text, what a triple of some properties binds, and its template's triples, variables as `?name`.

    No properties stand for a rule about graphs, of which the graph binds the variable; "*" for any property.
    """

    text: str
    given: tuple[str, ...]
    properties: frozenset[str]
    template: tuple[_Pattern, ...]
    schema: tuple[_Pattern, ...]

    def from_triple(self, triple: Triple) -> dict[str, Term] | None:
        """Return the bindings by which what follows from a triple is found; None where nothing does."""
        if self.properties.isdisjoint(("*", triple.predicate.value)):
            return None
        return dict(zip(self.given, parts(triple), strict=False))

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


class Rules:
    """The rules on an engine, whose classes and properties stay as they are meanwhile."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._rules = [(rule, _values(engine, rule)) for rule in _rules()]

    def from_triples(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield what follows from each of some triples, which need not stand, and from what does."""
        triples = list(triples)
        for rule, values in self._rules:
            # Many a rule binds the subject alone, which triples share.
            found = {tuple(given.items()): given for one in triples if (given := rule.from_triple(one)) is not None}
            yield from construct_each(self.engine, rule.text, [one for one in found.values() if _may_be(one, values)])

    def from_graphs(self, graphs: Iterable[NamedNode]) -> Iterator[Triple]:
        """Yield what follows from there being some graphs."""
        graphs = list(graphs)
        for rule, _ in self._rules:
            if not rule.properties:
                yield from construct_each(self.engine, rule.text, [{rule.given[0]: graph} for graph in graphs])

    def lead_to(self, triple: Triple) -> bool:
        """Tell whether a triple follows from what stands."""
        return any(
            triple in set(construct(self.engine, rule.text, bindings))
            for rule, values in self._rules
            for bindings in rule.to_triple(triple)
            if _may_be(bindings, values)
        )


def _values(engine: Engine, rule: _Rule) -> dict[str, set[Term]]:
    """Return the values that variables of a rule's schema can have."""
    found: dict[str, set[Term]] = {}
    for subject, property, value in rule.schema:
        term = None if value.startswith("?") else NamedNode(expand(value))
        for quad in engine.quads(None, NamedNode(expand(property)), term, _DEFAULT):
            for name, node in zip((subject, value), (quad.subject, quad.object), strict=True):
                if name.startswith("?") and isinstance(node, NamedNode):
                    found.setdefault(name[1:], set()).add(node)
        for name in (subject, value):
            if name.startswith("?"):
                found.setdefault(name[1:], set())
    return found


def _may_be(bindings: Mapping[str, Term], values: Mapping[str, set[Term]]) -> bool:
    return all(term in values[name] for name, term in bindings.items() if name in values)


def _expanded(name: str) -> str:
    return RDF + "type" if name == "a" else expand(name)


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_read(path.read_text(encoding="utf-8")) for path in sorted(rules_dir().glob("*.rq")))


def _read(text: str) -> _Rule:
    lines = text.splitlines()
    line = next(line for line in lines if line.startswith("# given:"))
    variables, _, properties = line.removeprefix("# given:").partition(" of ")
    given = tuple(word[1:] for word in variables.split() if word.startswith("?"))
    named = frozenset(name if name == "*" else expand(name) for name in properties.split())
    template = re.search(r"^\w+ \{ (.*) \}$", text, re.MULTILINE)
    assert template, "the first line in braces is the template"
    triples: list[_Pattern] = []
    subject, rest = template[1].split(" ", 1)
    for pair in rest.split(" ; "):
        predicate, term = pair.split(" ")
        triples.append((subject, predicate, term))
    schema = [line.removeprefix("# schema:").split() for line in lines if line.startswith("# schema:")]
    return _Rule(text, given, named, tuple(triples), tuple((one[0], one[1], one[2]) for one in schema))
