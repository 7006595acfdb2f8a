"""What lies around a thing: its neighbours by property, bounded, so that a hub costs no more than any other."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from kg.engine import Engine, select
from kg.explore.statement import Statement, StatementReader
from kg.paths import query
from kg.rdf import NamedNode, value

MOST = 80
"""Things that a neighbourhood holds at most."""

_LOOKED_AT = 400
"""Quads of one property that are looked at: of these the best joined are shown."""

_SECOND = 6
"""Neighbours that each neighbour brings at the second step."""

_AMONG = 300
"""Quads of one neighbour among which its statements about other neighbours are looked for."""


@dataclass(frozen=True, order=True)
class Part:
    """The neighbours of a thing by one property, in one direction: how many are shown, and how many there are."""

    thing: str
    property: str
    outgoing: bool
    shown: int
    count: int


@dataclass
class Neighbourhood:
    """Things around one, the centre first, the statements between them, and what is left out by property."""

    things: list[str]
    statements: list[Statement]
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def complete(self) -> bool:
        """Whether all neighbours of the things expanded are shown."""
        return all(part.shown == part.count for part in self.parts)


def neighbourhood(
    engine: Engine, centre: str, *, depth: int = 1, hide: Container[str] = (), most: int = MOST
) -> Neighbourhood:
    """Return what lies up to `depth` steps (1 or 2) around a thing (an IRI), at most `most` things.

    Each property has its share of the neighbours; those come first that are joined to most of the others. `hide` is
    properties (IRIs) to be left out.
    """
    around = _Around(engine, hide)
    things = [centre, *around.expand(centre, most - 1, set())]
    if depth > 1:
        for thing in things[1:]:
            room = min(_SECOND, most - len(things))
            things += around.expand(thing, room, set(things)) if room > 0 else []
    return Neighbourhood(things, around.among(things), sorted(around.parts))


class _Around:
    def __init__(self, engine: Engine, hide: Container[str]) -> None:
        self.parts: list[Part] = []
        self._engine = engine
        self._reader = StatementReader(engine)
        self._hide = hide
        self._counts = query("explore/relations")

    def expand(self, thing: str, room: int, known: set[str]) -> list[str]:
        """Return at most `room` neighbours that are not known, each relation in turn, and note what is left out."""
        relations = list(self._relations(thing))
        found = {relation: self._others(thing, *relation) for relation, _ in relations}
        ranked = self._ranked({other for others in found.values() for other in others})
        queues = {relation: sorted(others, key=ranked.__getitem__) for relation, others in found.items()}
        taken = dict[str, None]()
        while room > 0 and any(queues.values()):
            for queue in queues.values():
                if not queue or room == 0:
                    continue
                other = queue.pop(0)
                if other not in taken and other not in known and other != thing:
                    taken[other] = None
                    room -= 1
        shown = known | set(taken)
        for relation, count in relations:
            self.parts.append(Part(thing, *relation, len(shown & found[relation]), count))
        return list(taken)

    def among(self, things: list[str]) -> list[Statement]:
        """Return the statements between some things, sorted."""
        inside = set(things)
        return sorted(
            statement
            for thing in things
            for statement in self._from(thing, inside)
            if statement.property not in self._hide
        )

    def _from(self, thing: str, inside: set[str]) -> Iterable[Statement]:
        found = self._reader.read(thing, None, None, _AMONG)
        return (statement for statement in found if statement.object in inside)

    def _relations(self, thing: str) -> Iterable[tuple[tuple[str, bool], int]]:
        """Yield the relations of a thing, property and direction, with how many neighbours each has."""
        for row in select(self._engine, self._counts, {"entity": NamedNode(thing)}):
            property, outgoing, count = (value(term) if term else "" for term in row[:3])
            if property and property not in self._hide:
                yield (property, outgoing == "true"), int(count)

    def _others(self, thing: str, property: str, outgoing: bool) -> set[str]:
        pattern = (thing, property, None) if outgoing else (None, property, thing)
        found = self._reader.read(*pattern, _LOOKED_AT)
        return {statement.object if outgoing else statement.subject for statement in found}

    def _ranked(self, candidates: set[str]) -> dict[str, tuple[int, str]]:
        """Return a sort key for each candidate: the more of the others it is joined to, the earlier."""
        joined = defaultdict[str, set[str]](set)
        for candidate in candidates:
            for statement in self._reader.read(candidate, None, None, 40):
                if statement.object in candidates:
                    joined[candidate].add(statement.object)
                    joined[statement.object].add(candidate)
        return {candidate: (-len(joined[candidate]), candidate) for candidate in candidates}
