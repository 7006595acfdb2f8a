"""Triples that follow by rule: by which one, and from which triples.

A rule is a CONSTRUCT query, so how a triple follows is how a row of its WHERE came about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.engine import Engine
from kg.evidence.graphs import Atom, Graphs
from kg.evidence.tree import Pattern
from kg.evidence.ways import Row, Tracer
from kg.infer import rules
from kg.names import INFERRED
from kg.rdf import Term

_DEEPEST = 5
"""How many rules may have led, one after the other, to a triple."""

_MOST = 5_000
"""Triples whose derivations are looked for."""


@dataclass
class Derivation:
    """One way in which a triple follows."""

    rule: str
    premises: list[Atom] = field(default_factory=list[Atom])


class Derivations:
    """Finds how triples of the inferred graph follow, many at a time."""

    def __init__(self, engine: Engine) -> None:
        self._graphs = Graphs(engine, None)
        self._rules = [(path.stem, Tracer(engine, path.read_text(encoding="utf-8"))) for path in rules()]
        self._found: dict[Atom, list[Derivation]] = {}

    def look_for(self, atoms: Iterable[Atom]) -> None:
        """Find how triples follow, and those from which they follow, and so on."""
        todo = set(atoms)
        for _ in range(_DEEPEST):
            todo = {atom for atom in todo if atom not in self._found and self._follows(atom)}
            if not todo or len(self._found) + len(todo) > _MOST:
                return
            self._found |= {atom: [] for atom in todo}
            for name, tracer in self._rules:
                for pattern in tracer.query.template:
                    self._by(name, tracer, pattern, todo)
            todo = {premise for atom in todo for way in self._found[atom] for premise in way.premises}

    def of(self, atom: Atom, above: frozenset[Atom] = frozenset()) -> tuple[set[str], set[str]]:
        """Return the rules by which a triple follows, and the graphs of its premises; no proof rests on itself."""
        names, places = set[str](), set[str]()
        above |= {atom}
        for way in self._found.get(atom, ()):
            if above.isdisjoint(way.premises):
                names.add(way.rule)
                for premise in way.premises:
                    holding = self._graphs.holding(premise)
                    places.update(holding)
                    if premise in self._found and len(above) < _DEEPEST:
                        places |= self.of(premise, above)[1]
        return names, places

    def _follows(self, atom: Atom) -> bool:
        return not atom.graph and atom.subject is not None and INFERRED in self._graphs.holding(atom)

    def _by(self, name: str, tracer: Tracer, pattern: Pattern, atoms: Iterable[Atom]) -> None:
        """Note for each triple how it follows by one rule whose template has this pattern."""
        bound = {row: atom for atom in atoms if (row := _unified(tracer, pattern, atom)) is not None}
        variables = list(dict.fromkeys(term[1:] for term in _terms(pattern) if term[0] == "?"))
        if bound:
            ways, _ = tracer.ways(variables, bound)
            for row, way in ways.items():
                self._found[bound[row]].append(Derivation(name, list(way.atoms)))


def _terms(pattern: Pattern) -> tuple[str, str, str]:
    return pattern.subject, pattern.path.term if pattern.path else pattern.verb, pattern.object


def _unified(tracer: Tracer, pattern: Pattern, atom: Atom) -> Row | None:
    """Return the terms of the pattern's variables by which it becomes a triple, None where it cannot."""
    given: dict[str, Term | None] = {}
    for text, term in zip(_terms(pattern), atom[:3], strict=True):
        if (given.setdefault(text, term) if text[0] == "?" else tracer.constant(text)) != term:
            return None
    return tuple(term for text, term in given.items() if text[0] == "?")
