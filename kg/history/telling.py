"""A difference in sentences: what was said of what, what is said now, and who says so.

Statements are told by subject and property. A triple that several places say is told once; that another place still
says what one took back, or said before what one adds now, is told too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kg.engine import Engine
from kg.history.changes import diff, net, touches
from kg.log import Commit, Log
from kg.names import INFERRED, RDFS
from kg.patch import Patch
from kg.rdf import Literal, NamedNode, Term, Triple, parse_statements, parts, value
from kg.results import MOST_PLACES, Labels, best, cell, places, short

_WORDS = {
    "en": {
        "says": "says",
        "said": "said",
        "instead": "{thing}: {property} {old} -> {new} ({who})",
        "new": "{thing}: now {property} {new} ({who})",
        "gone": "{thing}: no longer {property} {old} ({who})",
        "more": "{thing}: {property} {same}, now also said by {gained}; already by {others}",
        "less": "{thing}: {property} {same}, no longer said by {lost}; still by {others}",
        "moved": "{thing}: {property} {same}, now said by {gained}, no longer by {lost}",
    },
    "it": {
        "says": "lo dice",
        "said": "lo diceva",
        "instead": "{thing}: {property} {old} -> {new} ({who})",
        "new": "{thing}: ora {property} {new} ({who})",
        "gone": "{thing}: non più {property} {old} ({who})",
        "more": "{thing}: {property} {same}: ora lo dice anche {gained}; già lo diceva {others}",
        "less": "{thing}: {property} {same}: non lo dice più {lost}; lo dice ancora {others}",
        "moved": "{thing}: {property} {same}: ora lo dice {gained}, non più {lost}",
    },
}
_LABEL = NamedNode(RDFS + "label")


@dataclass(frozen=True)
class Value:
    """A value of a property, and the IRIs of the graphs that say it before and after."""

    term: Term
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True)
class Change:
    """What became of a property of a subject (IRIs), and that in sentences."""

    subject: str
    property: str
    values: tuple[Value, ...]
    sentences: list[str] = field(default_factory=list[str])


class State:
    """What places say at a commit: a view at another commit, and the patch that leads from there."""

    def __init__(self, view: Engine, patch: Patch) -> None:
        self._view = view
        self._added = _graphs_by_triple(patch.added)
        self._removed = _graphs_by_triple(patch.removed)

    @classmethod
    def at(cls, number: int, view: Engine, version: int, log: Log, of: str = "") -> "State":
        """Return the state at a commit, given a view at commit `version`; `of` an IRI alone, if one is given."""
        if not of:
            return cls(view, diff(log, version, number))
        first, last = sorted((number, version))
        patch = net(touches(log, first, last, of))
        return cls(view, patch if number > version else patch.inverted())

    def saying(self, triple: Triple) -> frozenset[str]:
        """Return the IRIs of the graphs that say a triple; what is inferred is said by none."""
        quads = self._view.quads(*parts(triple))
        now = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)} - {INFERRED}
        return frozenset(now - self._removed[triple] | self._added[triple])


class Teller:
    """Tells differences in a language, with labels from a view, else from the difference itself."""

    def __init__(self, view: Engine, language: str = "en") -> None:
        self._label, self._language, self._words = Labels(view, language), language, _WORDS[language]

    def changes(self, patch: Patch, before: State, after: State) -> Iterator[Change]:
        """Yield what a patch changed, by subject and property, given the states before and after it."""
        groups: dict[tuple[str, str], set[Triple]] = defaultdict(set)
        for triple in (*_graphs_by_triple(patch.added), *_graphs_by_triple(patch.removed)):
            groups[value(triple.subject), triple.predicate.value].add(triple)
        names = _names(patch)
        for (subject, property), triples in sorted(groups.items(), key=lambda group: group[0]):
            values = tuple(
                Value(parts(triple)[2], before.saying(triple), after.saying(triple))
                for triple in sorted(triples, key=str)
            )
            yield Change(subject, property, values, self._sentences(subject, property, values, names))

    def _sentences(self, subject: str, property: str, values: tuple[Value, ...], names: dict[str, str]) -> list[str]:
        gone = [one for one in values if not one.after]
        new = [one for one in values if not one.before]
        given = {"thing": self._name(subject, names), "property": self._name(property, names)}
        told = [self._said("instead", given, names, gone[0], new[0])] if len(gone) == len(new) == 1 else []
        rest = [one for one in values if not told or one not in gone + new]
        return told + [self._said(_kind(one), given, names, one, one) for one in rest]

    def _said(self, kind: str, given: dict[str, str], names: dict[str, str], old: Value, new: Value) -> str:
        lost, gained = old.before - old.after, new.after - new.before
        who = f"{self._words['says']} {_places(gained)}" if gained else ""
        if lost and lost != gained:
            who = "; ".join(filter(None, [who, f"{self._words['said']} {_places(lost)}"]))
        return self._words[kind].format(
            **given,
            old=self._term(old.term, names),
            new=self._term(new.term, names),
            same=self._term(new.term, names),
            who=who,
            lost=_places(lost),
            gained=_places(gained),
            others=_places(old.before & old.after),
        )

    def _term(self, term: Term, names: dict[str, str]) -> str:
        if isinstance(term, Literal) and term.language:
            return f"{term.value} ({term.language})"
        return self._name(term.value, names) if isinstance(term, NamedNode) else cell(term)

    def _name(self, iri: str, names: dict[str, str]) -> str:
        return self._label.find(iri) or names.get(iri) or short(iri)


def told_by_commit(
    view: Engine, version: int, log: Log, iri: str, language: str = "en"
) -> Iterator[tuple[Commit, list[Change]]]:
    """Yield each commit, oldest first, that changed what is said of a thing, and what it changed.

    `view` stands at commit `version`, and later commits are left out.
    """
    teller, commits = Teller(view, language), {commit.number: commit for commit in log.commits()}
    every = list(touches(log, until=version, of=iri))

    def state(number: int) -> State:
        return State(view, net(touch for touch in every if touch.number > number).inverted())

    for number, touched in groupby(every, key=lambda touch: touch.number):
        yield commits[number], list(teller.changes(net(touched), state(number - 1), state(number)))


def as_plain(change: Change) -> dict[str, Any]:
    """Return a change as JSON takes it: `subject`, `property`, `values` with the graphs that say each, `sentences`."""
    return {
        "subject": change.subject,
        "property": change.property,
        "values": [
            {
                "value": one.term.value,
                "term": str(one.term),
                "before": sorted(one.before),
                "after": sorted(one.after),
            }
            for one in change.values
        ],
        "sentences": change.sentences,
    }


def _kind(one: Value) -> str:
    if not one.before:
        return "new"
    if not one.after:
        return "gone"
    if one.before <= one.after:
        return "more"
    return "less" if one.after <= one.before else "moved"


def _places(graphs: frozenset[str]) -> str:
    return places(graphs, MOST_PLACES)


def _graphs_by_triple(statements: list[str]) -> defaultdict[Triple, set[str]]:
    found: defaultdict[Triple, set[str]] = defaultdict(set)
    for quad in parse_statements(statements):
        found[quad.triple].add(_graph_iri(quad.graph_name))
    return found


def _graph_iri(graph: object) -> str:
    assert isinstance(graph, NamedNode), "a patch speaks of named graphs alone"
    return graph.value


def _names(patch: Patch) -> dict[str, str]:
    """Return the labels that a patch itself holds: what is gone from the graph has none there."""
    found: dict[str, list[Literal]] = defaultdict(list)
    for quad in parse_statements(patch.removed + patch.added):
        if quad.predicate == _LABEL and isinstance(quad.object, Literal):
            found[value(quad.subject)].append(quad.object)
    return {iri: best(labels) for iri, labels in found.items()}
