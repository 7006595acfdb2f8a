"""What decisions and matches make of a graph's names: for each IRI the one that its thing goes by."""

import re
from collections.abc import Iterable, Sequence

from kg.identity.decisions import Decisions
from kg.identity.evidence import keys
from kg.identity.matching import AUTOMATIC, Pair, candidates
from kg.identity.records import Record
from kg.names import ID

_LISTED = {"model", "system"}
_CODED = re.compile(r"(?:ror|top500-site|top500-system)-")
"""Names that were made from a register's key."""


class Merger:
    """Groups of records that are one thing; a group never holds two that are decided, or told by a key, to be two."""

    def __init__(self, records: Iterable[Record], decisions: Decisions) -> None:
        """Begin with what the decisions merge."""
        self._decisions = decisions
        self._known = {record.iri: record for record in records}
        self._group: dict[str, list[str]] = {}
        for iri in sorted(self._known):
            self._group.setdefault(decisions.canonical(iri), []).append(iri)
        self._name = {iri: name for name, members in self._group.items() for iri in members}

    def join(self, pair: Pair) -> bool:
        """Make the groups of a pair one, if nothing speaks against it; tell whether they are one now."""
        left, right = self._name[pair.left.iri], self._name[pair.right.iri]
        if left == right:
            return True
        if self._apart(self._group[left], self._group[right]):
            return False
        kept, lost = self._ordered(left, right)
        self._group[kept] += self._group.pop(lost)
        self._name.update(dict.fromkeys(self._group[kept], kept))
        return True

    def names(self) -> dict[str, str]:
        """Return the IRI to use for each IRI that is to be replaced."""
        return {iri: name for iri, name in sorted(self._name.items()) if iri != name}

    def _apart(self, left: Sequence[str], right: Sequence[str]) -> bool:
        return any(
            self._decisions.decided(one, other) is False
            or self._known[one].kind != self._known[other].kind
            or keys(self._known[one], self._known[other])[1]
            or self._listed_twice(self._known[one], self._known[other])
            for one in left
            for other in right
        )

    @staticmethod
    def _listed_twice(one: Record, other: Record) -> bool:
        """Tell whether one source has two names for what is counted: it would not list a model or a system twice."""
        return one.kind in _LISTED and bool(set(one.sources) & set(other.sources))

    def _ordered(self, left: str, right: str) -> tuple[str, str]:
        """Keep the name that decisions chose, else one of Atlante's, else one made of words, else the shorter."""

        def rank(iri: str) -> tuple[bool, bool, bool, int, str]:
            coded = bool(_CODED.match(iri.removeprefix(ID)))
            return (not self._decisions.merged_into(iri), not iri.startswith(ID), coded, len(iri), iri)

        kept, lost = sorted((left, right), key=rank)
        return kept, lost


def merges(records: Sequence[Record], decisions: Decisions, threshold: float = AUTOMATIC) -> dict[str, str]:
    """Return the IRI to use for each IRI of the records that is to be replaced, by decision or by a match.

    Pairs from the threshold on are joined, the best first. The result depends on records and decisions alone.
    """
    merger = Merger(records, decisions)
    for pair in candidates(records, threshold):
        merger.join(pair)
    return merger.names()
