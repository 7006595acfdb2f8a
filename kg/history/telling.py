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
from kg.history.changes import diff, is_about, net, touches
from kg.log import Commit, Log
from kg.names import INFERRED, NS, RDFS, STANDING, source_of
from kg.patch import Patch
from kg.rdf import Literal, NamedNode, Term, Triple, parse_statements, parts, value
from kg.results import MOST_PLACES, Labels, best, cell, places, short

_WORDS = {
    "en": {
        "instead": "{thing}: {property} {old} -> {new} ({who})",
        "new": "{thing}: now {property} {new} ({who})",
        "gone": "{thing}: no longer {property} {old} ({who})",
        "more": "{thing}: {property} {same}, now also {gained}; already {others}",
        "less": "{thing}: {property} {same}, no longer {lost}; still {others}",
        "moved": "{thing}: {property} {same}, now {gained}, no longer {lost}",
    },
    "it": {
        "instead": "{thing}: {property} {old} -> {new} ({who})",
        "new": "{thing}: ora {property} {new} ({who})",
        "gone": "{thing}: non più {property} {old} ({who})",
        "more": "{thing}: {property} {same}: ora anche {gained}; già {others}",
        "less": "{thing}: {property} {same}: non più {lost}; ancora {others}",
        "moved": "{thing}: {property} {same}: ora {gained}, non più {lost}",
    },
}
_VERBS = {
    "en": {"says": ("says", "reports"), "said": ("said", "reported"), "by": ("said by", "reported by")},
    "it": {
        "says": ("lo dice", "lo riporta"),
        "said": ("lo diceva", "lo riportava"),
        "by": ("detto da", "riportato da"),
    },
}
"""What places do that say something, and those that report what others say."""

_AND = {"en": " and ", "it": " e "}

_LABEL = NamedNode(RDFS + "label")
_STANDING, _REPORTED = NamedNode(STANDING), NamedNode(NS + "Reported")


@dataclass(frozen=True)
class Value:
    """A value of a property, and the IRIs of the graphs that say it before and after.

    `reported` are those of them that report what others say: after, where they say it then, else before.
    """

    term: Term
    before: frozenset[str]
    after: frozenset[str]
    reported: frozenset[str]


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
        patch = net(touches(log, first, last, of, standings=True))
        return cls(view, patch if number > version else patch.inverted())

    def saying(self, triple: Triple) -> frozenset[str]:
        """Return the IRIs of the graphs that say a triple; what is inferred is said by none."""
        quads = self._view.quads(*parts(triple))
        now = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)} - {INFERRED}
        return frozenset(now - self._removed[triple] | self._added[triple])

    def reported(self, graphs: frozenset[str]) -> frozenset[str]:
        """Return those of some graphs (IRIs) that report what others say, as their sources state of them."""
        return frozenset(
            graph for graph in graphs if source_of(graph) in self.saying(Triple(NamedNode(graph), _STANDING, _REPORTED))
        )


class Teller:
    """Tells differences in a language, with labels from a view, else from the difference itself."""

    def __init__(self, view: Engine, language: str = "en") -> None:
        self._label, self._language = Labels(view, language), language

    def changes(self, patch: Patch, before: State, after: State) -> Iterator[Change]:
        """Yield what a patch changed, by subject and property, given the states before and after it."""
        groups: dict[tuple[str, str], set[Triple]] = defaultdict(set)
        for triple in (*_graphs_by_triple(patch.added), *_graphs_by_triple(patch.removed)):
            groups[value(triple.subject), triple.predicate.value].add(triple)
        names = _names(patch)
        for (subject, property), triples in sorted(groups.items(), key=lambda group: group[0]):
            values = tuple(_value(triple, before, after) for triple in sorted(triples, key=str))
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
        who = self._by("says", gained, new)
        if lost and lost != gained:
            who += self._by("said", lost, old)
        lasting, join = old.before & old.after, _AND[self._language].join
        return _WORDS[self._language][kind].format(
            **given,
            old=self._term(old.term, names),
            new=self._term(new.term, names),
            same=self._term(new.term, names),
            who="; ".join(who),
            lost=join(self._by("by", lost, old)),
            gained=join(self._by("by", gained, new)),
            others=join(self._by("by", lasting, old)),
        )

    def _by(self, verb: str, graphs: frozenset[str], one: Value) -> list[str]:
        """Return which of some graphs say a value, and which report it."""
        groups = zip(_VERBS[self._language][verb], (graphs - one.reported, graphs & one.reported), strict=True)
        return [f"{word} {places(group, MOST_PLACES, self._language)}" for word, group in groups if group]

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
    every = list(touches(log, until=version, of=iri, standings=True))
    own = {touch: touch.number for touch in every if is_about(touch.statement, iri)}
    evidence = {touch.statement.rpartition(" ")[2] for touch in own}
    # How the evidence stood then is part of each state; how other evidence stood tells nothing here.
    every = [touch for touch in every if touch in own or touch.statement.partition(" ")[0] in evidence]

    def state(number: int) -> State:
        return State(view, net(touch for touch in every if touch.number > number).inverted())

    for number, touched in groupby(own, key=own.__getitem__):
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
                "reported": sorted(one.reported),
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


def _value(triple: Triple, before: State, after: State) -> Value:
    was, now = before.saying(triple), after.saying(triple)
    return Value(parts(triple)[2], was, now, before.reported(was - now) | after.reported(now))


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
