"""What depends on a thing, and what depends on that: exposure, as a tree in which each thing stands once.

The tree is that of a breadth-first search, so that each thing stands at its least distance, and the counts of
branches add up to the whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.engine import Engine, select
from kg.explore.statement import StatementReader
from kg.names import NS
from kg.paths import query
from kg.rdf import NamedNode

_COMPONENT, _USED_IN, _HAS_COMPONENT = NS + "component", NS + "usedIn", NS + "hasComponent"
_LOOKED_AT = 20_000
"""Quads of one thing that are looked at."""


@dataclass(frozen=True, order=True)
class Link:
    """By what a thing depends on the one above it: a property, and the evidence graphs that say so; all IRIs."""

    property: str
    evidence: tuple[str, ...]


@dataclass
class Dependent:
    """A thing of the tree: its IRI, by what it hangs on the one above it, and what depends on it in turn.

    `elsewhere` is how many more depend on it that stand in another branch, or above it: a cycle ends there.
    """

    iri: str
    links: list[Link]
    dependents: list["Dependent"] = field(default_factory=list["Dependent"])
    elsewhere: int = 0
    count: int = 0
    """Things below this one in the tree."""

    def walk(self, depth: int = 1) -> Iterator[tuple[int, str, "Dependent"]]:
        """Yield what is below, each with its distance from the root and the IRI of what it hangs on."""
        for dependent in self.dependents:
            yield depth, self.iri, dependent
            yield from dependent.walk(depth + 1)


@dataclass
class Exposure:
    """The tree under a thing; `complete` is False where a limit cut it: `deepest` steps, or `largest` things."""

    root: Dependent
    complete: bool


def exposure(engine: Engine, thing: str, *, deepest: int = 5, largest: int = 2000) -> Exposure:
    """Return what depends on a thing (an IRI), in at most `deepest` steps, at most `largest` things."""
    reader = _Reader(engine)
    root = Dependent(thing, [])
    seen, level, order = {thing}, [root], [root]
    complete = True
    for depth in range(deepest + 1):
        below = list[Dependent]()
        for node in level:
            found = reader.dependents(node.iri)
            fresh = sorted(set(found) - seen)
            room = largest + 1 - len(seen) if depth < deepest else 0
            complete = complete and len(fresh) <= room
            node.dependents = [Dependent(iri, found[iri]) for iri in fresh[:room]]
            node.elsewhere = len(found) - len(fresh)
            seen.update(fresh[:room])
            below += node.dependents
        level = below
        order += below
    for node in reversed(order):
        node.count = sum(1 + dependent.count for dependent in node.dependents)
        node.dependents.sort(key=lambda dependent: (-dependent.count, dependent.iri))
    return Exposure(root, complete)


class _Reader:
    """Reads what depends on one thing: by a property that exposes it, or through a part that is made of it."""

    def __init__(self, engine: Engine) -> None:
        self._statements = StatementReader(engine)
        found = select(engine, query("explore/exposing"))
        self._exposing = {term.value for (term,) in found if isinstance(term, NamedNode)}

    def dependents(self, thing: str) -> dict[str, list[Link]]:
        found = defaultdict[str, dict[str, set[str]]](lambda: defaultdict(set))
        for one in self._statements.read(None, None, thing, _LOOKED_AT):
            if one.property in self._exposing:
                found[one.subject][one.property].update(one.evidence)
            elif one.property == _COMPONENT:
                for use in self._statements.read(one.subject, _USED_IN, None, _LOOKED_AT):
                    found[use.object][_HAS_COMPONENT].update(use.evidence)
        found.pop(thing, None)
        return {
            dependent: sorted(Link(property, tuple(sorted(graphs))) for property, graphs in links.items())
            for dependent, links in found.items()
        }
