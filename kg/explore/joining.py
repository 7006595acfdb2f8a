"""Paths between two entities: on the neighbourhood of both, never on the whole graph.

The neighbourhood grows step by step from both ends, the smaller side first, through one fixed query an
entity. Its edges are asserted statements with their evidence. An edge is dearer the more statements its ends
have, so that a path around a hub may come before a path through it; and where it is something that many
share who have nothing else in common.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log10
from typing import Any, cast

import networkx

from kg.engine import Engine, select
from kg.errors import BadInput
from kg.explore.statement import Statement
from kg.names import NS, shorten
from kg.paths import query
from kg.rdf import NamedNode

_LARGEST_QUERY = 1000
"""Statements asked for at an entity, as the query's LIMIT says."""

_LARGEST_GRAPH = 100_000
"""Statements after which a neighbourhood grows no more."""

_TRIES = 1000
"""Paths looked at, shorter and longer, before giving up the search for one more that is short enough."""

_LOOSE = frozenset(
    NS + name
    for name in (
        "locatedIn",
        "sector",
        "licensedUnder",
        "weightsLicensedUnder",
        "codeLicensedUnder",
        "dataLicensedUnder",
        "licenceFamily",
    )
)
_SHARED = 1.0
"""What a step by these costs beside: two things in one country, or under one public licence, need not have more to do
with each other."""


@dataclass(frozen=True)
class Step:
    """A step of a path from one entity to the next, by the statements that join them in either direction."""

    start: str
    end: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Path:
    """A path and its cost: 1 a step, and more beside entities that have many statements.

    `through` is the entities between its ends, each with how many statements join it to others, as far as was looked.
    """

    steps: tuple[Step, ...]
    cost: float
    through: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Paths:
    """The cheapest paths found; `complete` is False where a limit kept part of the neighbourhood out."""

    paths: list[Path]
    complete: bool


def paths(engine: Engine, start: str, end: str, *, count: int = 3, longest: int = 6, largest: int = 2000) -> Paths:
    """Return up to `count` paths between two entities (IRIs), the cheapest first.

    A path has at most `longest` steps; at most `largest` entities are asked for their neighbours. Raises BadInput
    where both ends are one.
    """
    if start == end:
        what = "a path needs two things, and both names mean one"
        raise BadInput(what, shorten(start), "Name another for one of them.")
    neighbourhood = _Neighbourhood(engine, start, end)
    neighbourhood.grow(longest, largest)
    graph = neighbourhood.graph()
    return Paths(list(islice(_cheapest(graph, start, end, longest), count)), neighbourhood.complete)


class _Neighbourhood:
    """What lies around two entities, as far as it takes to join them."""

    def __init__(self, engine: Engine, start: str, end: str) -> None:
        self.complete = True
        self._full = False
        self._engine = engine
        self._query = query("explore/neighbours")
        self._ends = (start, end)
        self._evidence: dict[tuple[str, str, str], set[str]] = {}
        self._neighbours: dict[str, set[str]] = defaultdict(set)
        self._degree: dict[str, int] = {}

    def grow(self, longest: int, largest: int) -> None:
        """Expand the smaller side until both have met, and one step further on each for the next paths."""
        sides = [{end} for end in self._ends]
        seen = [{end} for end in self._ends]
        taken, last = [0, 0], longest
        while sum(taken) < last and all(sides) and not self._full:
            # Of two sides of one size the one behind goes first, so that neither needs to cross a hub.
            turn = min((0, 1), key=lambda side: (len(sides[side]), taken[side]))
            reached = {other for entity in sorted(sides[turn]) for other in self._around(entity, largest)}
            sides[turn] = reached - seen[turn]
            seen[turn] |= reached
            taken[turn] += 1
            if last == longest and seen[0] & seen[1]:
                last = min(longest, sum(taken) + 2)

    def graph(self) -> Any:
        """Return an undirected networkx graph whose edges carry `statements` and `cost`."""
        graph = cast(Any, networkx.Graph())
        graph.add_nodes_from(self._ends)
        for (subject, property, object), evidence in sorted(self._evidence.items()):
            if not graph.has_edge(subject, object):
                graph.add_edge(subject, object, statements=[])
            statement = Statement(subject, property, object, tuple(sorted(evidence)))
            graph.edges[subject, object]["statements"].append(statement)
        for node, data in graph.nodes(data=True):
            data["degree"] = max(graph.degree(node), self._degree.get(node, 0))
        weight = {node: log10(1 + degree) for node, degree in graph.nodes(data="degree")}
        for one, other, data in graph.edges(data=True):
            loose = all(statement.property in _LOOSE for statement in data["statements"])
            data["cost"] = 1 + (weight[one] + weight[other]) / 4 + (_SHARED if loose else 0)
        return graph

    def _around(self, entity: str, largest: int) -> set[str]:
        if entity not in self._degree:
            if len(self._degree) >= largest or len(self._evidence) >= _LARGEST_GRAPH:
                self._full, self.complete = True, False
            else:
                self._expand(entity)
        return self._neighbours[entity]

    def _expand(self, entity: str) -> None:
        rows = list(select(self._engine, self._query, {"entity": NamedNode(entity)}))
        for row in rows:
            property, other, outgoing, evidence, _ = (term.value if term else "" for term in row)
            key = (entity, property, other) if outgoing == "true" else (other, property, entity)
            self._evidence.setdefault(key, set()).add(evidence)
            self._neighbours[entity].add(other)
            self._neighbours[other].add(entity)
        self._degree[entity] = len(rows)
        self.complete = self.complete and len(rows) < _LARGEST_QUERY


def _cheapest(graph: Any, start: str, end: str, longest: int) -> Iterator[Path]:
    try:
        for nodes in islice(networkx.shortest_simple_paths(graph, start, end, weight="cost"), _TRIES):
            if len(nodes) <= longest + 1:
                yield _path(graph, nodes)
    except networkx.NetworkXNoPath:
        return


def _path(graph: Any, nodes: list[str]) -> Path:
    edges = [(one, other, graph.edges[one, other]) for one, other in pairwise(nodes)]
    steps = tuple(Step(one, other, tuple(data["statements"])) for one, other, data in edges)
    through = tuple((node, graph.nodes[node]["degree"]) for node in nodes[1:-1])
    return Path(steps, sum(data["cost"] for _, _, data in edges), through)
