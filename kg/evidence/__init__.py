"""The evidence of each row of a SELECT: the places in sources that hold the triples by which the row came about.

A row may come about in several ways, by variables that it does not show, by branches of a UNION, by what an aggregate
puts together: the places of all ways count. What no place says, such as that something is absent, is told by a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from kg.engine import Engine
from kg.evidence.derived import Derivations
from kg.evidence.graphs import ROLES, Atom, in_order
from kg.evidence.patterns import Unreadable
from kg.evidence.reasons import Reason
from kg.evidence.ways import MOST_WAYS, Found, Row, Tracer
from kg.names import INFERRED, locator_of, source_of

FIRST_ROWS = 1_000
"""Rows of an answer whose evidence is looked up."""

MOST_PLACES = 200
"""Places that are named for one row, at least one for each of its triples among the first."""

_CUT = Reason("ways", f"{MOST_WAYS:,}")


@dataclass(frozen=True)
class Place:
    """A named graph that supports a row: the source and the place in it ("" for a graph of no source).

    `standing` is asserted, reported, superseded, inferred, ontology or shape, "" for a graph that is none of ours;
    `role` is one of kg.evidence.graphs.ROLES; `rules` name what the row's inferred triples follow by.
    """

    graph: str
    standing: str
    role: str
    rules: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        """Return the place as plain data, for JSON."""
        source, place = source_of(self.graph), locator_of(self.graph)
        told = {"graph": self.graph, "source": source, "place": place, "standing": self.standing or None}
        return {**told, "role": self.role, **({"rules": list(self.rules)} if self.rules else {})}


@dataclass(frozen=True)
class RowEvidence:
    """The places that support a row, and the reasons for which a part of it, or all, has none."""

    places: list[Place] = field(default_factory=list[Place])
    reasons: list[Reason] = field(default_factory=list[Reason])

    def plain(self) -> list[dict[str, object]]:
        """Return places and reasons as plain data, for JSON."""
        return [entry.plain() for entry in (*self.places, *self.reasons)]


def evidence_of(
    engine: Engine,
    query: str,
    variables: Sequence[str],
    rows: Sequence[Row],
    dataset: tuple[Sequence[str], Sequence[str]] | None = None,
) -> list[RowEvidence]:
    """Return the evidence of rows of a SELECT query that the engine has answered, in their order.

    `variables` are the columns, `rows` their terms; `dataset` the default and the named graphs where the query's
    client names them. Raises QueryError for what the engine cannot evaluate.
    """
    if not rows:
        return []
    try:
        tracer = Tracer(engine, query, dataset)
        found, cut = _found(tracer, variables, rows)
    except Unreadable as error:
        return [RowEvidence(reasons=[Reason("form", str(error))]) for _ in rows]
    settled = _Settled(engine, tracer, found)
    missing = RowEvidence(reasons=[_CUT if cut else Reason("not-again")])
    return [missing if one is None else settled.evidence(one, cut) for one in found]


def _found(tracer: Tracer, variables: Sequence[str], rows: Sequence[Row]) -> tuple[list[Found | None], bool]:
    """Return what each row rests on, None for one that did not come about again, and whether ways were left out."""
    keys = tracer.query.keys
    if keys is None:
        ways, cut = tracer.ways(variables, rows)
        return [ways.get(row) for row in rows], cut
    groups = _groups(tracer, keys, variables, rows)
    ways, cut = tracer.ways(keys, {group for row in rows for group in groups.get(row, ())})
    if not keys and not cut:  # one group, which may have no member
        ways.setdefault((), Found())
    return [_together(ways[group] for group in groups.get(row, ()) if group in ways) for row in rows], cut


def _groups(tracer: Tracer, keys: Sequence[str], variables: Sequence[str], rows: Sequence[Row]) -> dict[Row, list[Row]]:
    """Return by what each row of an aggregate is grouped: it may stand for several groups that look alike."""
    groups: dict[Row, list[Row]] = {}
    if set(keys) <= set(variables):
        places = [variables.index(key) for key in keys]
        return {row: [tuple(row[place] for place in places)] for row in rows}
    for solution in tracer.groups():
        row = tuple(solution.get(name) for name in variables)
        groups.setdefault(row, []).append(tuple(solution.get(key) for key in keys))
    return groups


def _together(parts: Iterable[Found]) -> Found | None:
    whole: Found | None = None
    for part in parts:
        whole = whole or Found()
        whole.remarks |= part.remarks
        for atom, role in part.atoms.items():
            whole.add(atom, role)
    return whole


class _Settled:
    """The named graphs of what rows rest on."""

    def __init__(self, engine: Engine, tracer: Tracer, found: Iterable[Found | None]) -> None:
        self._graphs = tracer.graphs
        atoms = {atom for one in found if one for atom in one.atoms}
        self._holding = {atom: sorted(self._graphs.holding(atom)) for atom in atoms}
        inferred = [_in_default(atom) for atom in atoms if atom.subject and INFERRED in self._holding[atom]]
        self._derivations = Derivations(engine) if inferred else None
        if self._derivations:
            self._derivations.look_for(inferred)

    def evidence(self, found: Found, cut: bool) -> RowEvidence:
        """Return the evidence of one row."""
        codes = set(found.remarks)
        if not all(self._holding[atom] for atom in found.atoms):
            codes.add("no-graph")
        roles = self._roles(found)
        rules, premises, proved = self._derived(found)
        roles |= {graph: "premise" for graph in premises if graph not in roles}
        if not proved:
            codes.add("no-proof")
        reasons = [Reason(code) for code in sorted(codes)] + ([_CUT] if cut else [])
        if len(roles) > MOST_PLACES:
            reasons.append(Reason("places", f"{len(roles) - MOST_PLACES:,}"))
        graphs = in_order(dict(islice(roles.items(), MOST_PLACES)))
        places = [
            Place(graph, self._graphs.standing(graph), roles[graph], rules if graph == INFERRED else ())
            for graph in graphs
        ]
        return RowEvidence(places, reasons if places or reasons else [Reason("no-triple")])

    def _roles(self, found: Found) -> dict[str, str]:
        """Return the role of each graph that holds a triple of a row; one for each triple comes first."""
        atoms = sorted(found.atoms.items(), key=lambda item: ROLES.index(item[1]))
        roles: dict[str, str] = {}
        for rank in (slice(0, 1), slice(1, None)):
            for atom, role in atoms:
                for graph in self._holding[atom][rank]:
                    roles.setdefault(graph, role)
        return roles

    def _derived(self, found: Found) -> tuple[tuple[str, ...], set[str], bool]:
        """Return the rules by which triples of a row follow, the graphs of their premises, and whether all do."""
        rules, premises, proved = set[str](), set[str](), True
        for atom in found.atoms:
            if self._derivations and atom.subject and INFERRED in self._holding[atom]:
                names, places = self._derivations.of(_in_default(atom))
                rules |= names
                premises |= places
                proved = proved and bool(names)
        return tuple(sorted(rules)), premises, proved


def _in_default(atom: Atom) -> Atom:
    return atom._replace(graph="")
