"""The triples along a property path from one term to another."""

from collections import deque
from collections.abc import Iterator, Mapping

from kg.evidence.graphs import Atom, Graphs
from kg.evidence.tree import Path
from kg.rdf import Term, value

_MOST_TRIPLES = 20_000
"""Triples that are looked at for one path between two terms."""

Way = tuple[Term, tuple[Atom, ...]]


class TooFar(Exception):
    """A path leads past more triples than are followed."""


class Walk:
    """Follows one path in one graph; `terms` gives the properties' texts their terms."""

    def __init__(self, graphs: Graphs, graph: str, terms: Mapping[str, Term]) -> None:
        self._graphs = graphs
        self._graph = graph
        self._terms = terms
        self._seen = 0

    def between(self, path: Path, start: Term, end: Term) -> tuple[set[Atom], bool]:
        """Return the triples of all ways along a path; where it has `*` or `+`, of one shortest way for these steps.

        The second is whether there is a way of no step at all. Raises TooFar.
        """
        ways = [atoms for reached, atoms in self._ways(path, start, end) if reached == end]
        return {atom for atoms in ways for atom in atoms}, () in ways

    def _ways(self, path: Path, start: Term, goal: Term | None) -> Iterator[Way]:
        if path.kind in ("link", "inverse"):
            yield from self._link(path, self._terms[path.term], start, goal)
        elif path.kind == "either":
            for part in path.parts:
                yield from self._ways(part, start, goal)
        elif path.kind == "sequence":
            yield from self._sequence(path.parts, start, goal)
        elif path.kind == "not":
            yield from self._neither(path, start, goal)
        elif path.kind == "maybe" and goal != start:
            yield start, ()
            yield from self._ways(path.parts[0], start, goal)
        elif path.kind == "maybe":
            yield start, ()
        else:
            yield from self._closure(path, start, goal)

    def _link(self, path: Path, property: Term | None, start: Term, goal: Term | None) -> Iterator[Way]:
        back = path.kind == "inverse"
        subject, object = (goal, start) if back else (start, goal)
        for quad in self._graphs.triples(subject, property, object, self._graph):
            self._seen += 1
            if self._seen > _MOST_TRIPLES:
                raise TooFar
            atom = Atom(quad.subject, quad.predicate, quad.object, self._graph)  # pyright: ignore[reportArgumentType]
            yield (atom.subject if back else atom.object), (atom,)  # pyright: ignore[reportReturnType]

    def _sequence(self, parts: tuple[Path, ...], start: Term, goal: Term | None) -> Iterator[Way]:
        if len(parts) == 1:
            yield from self._ways(parts[0], start, goal)
            return
        for middle, before in self._ways(parts[0], start, None):
            for end, after in self._sequence(parts[1:], middle, goal):
                yield end, before + after

    def _neither(self, path: Path, start: Term, goal: Term | None) -> Iterator[Way]:
        for kind in {part.kind for part in path.parts}:
            barred = {value(self._terms[part.term]) for part in path.parts if part.kind == kind}
            for end, atoms in self._link(Path(kind), None, start, goal):
                if all(atom.predicate and value(atom.predicate) not in barred for atom in atoms):
                    yield end, atoms

    def _closure(self, path: Path, start: Term, goal: Term | None) -> Iterator[Way]:
        """Yield each term that `+` or `*` reaches, by a way with the fewest steps."""
        reached: dict[Term, tuple[Atom, ...]] = {}
        if path.kind == "any":
            reached[start] = ()
            yield start, ()
            if goal == start:
                return
        todo: deque[Way] = deque([(start, ())])
        while todo:
            here, before = todo.popleft()
            for end, atoms in self._ways(path.parts[0], here, None):
                if end not in reached:
                    reached[end] = before + atoms
                    yield end, reached[end]
                    if end == goal:
                        return
                    todo.append((end, reached[end]))


def is_recursive(path: Path) -> bool:
    """Tell whether a path has `*` or `+`."""
    return path.kind in ("some", "any") or any(map(is_recursive, path.parts))
