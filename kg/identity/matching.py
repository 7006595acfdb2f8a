"""Pairs of records that may be one thing: how they are found, and how they are scored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from kg.identity import evidence
from kg.identity.countries import country
from kg.identity.names import spellings
from kg.identity.records import Record

AUTOMATIC = 0.85
"""The least score at which two records count as one without a person's decision (docs/decisions/0012)."""

CANDIDATE = 0.4
"""The least score at which a pair is worth a person's look."""

_MOST_IN_BLOCK = 80
"""A block with more records says nothing: "university" is no reason to compare two of them."""


@dataclass(frozen=True)
class Pair:
    """Two records, how likely they are one thing (0 to 1), and the reasons on both sides, in words."""

    left: Record
    right: Record
    score: float
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]


def candidates(records: Iterable[Record], least: float = CANDIDATE) -> list[Pair]:
    """Return the pairs that score at least so much, the best first, then by IRI."""
    pairs = (compare(left, right) for left, right in blocks(records))
    found = [pair for pair in pairs if pair.score >= least]
    return sorted(found, key=lambda pair: (-pair.score, pair.left.iri, pair.right.iri))


def compare(left: Record, right: Record) -> Pair:
    """Score a pair: a key in common decides yes, a key with two values no, else name and circumstances together."""
    if left.kind != right.kind:
        return Pair(left, right, 0.0, (), (f"one is a {left.kind}, the other a {right.kind}",))
    shared, apart = evidence.keys(left, right)
    if shared or apart:
        # A key that tells them apart weighs more than one in common: the second may be a group's, or a mistake.
        return Pair(left, right, 0.0 if apart else 1.0, shared, apart)
    name = evidence.names(left, right)
    score = name.weight
    reasons: dict[bool, list[str]] = {True: [name.words] if score else [], False: [] if score else [name.words]}
    # What speaks for comes first, so that the order of the findings does not matter.
    for finding in sorted(evidence.circumstances(left, right), key=lambda found: found.weight < 0) if score else ():
        score = score + (1 - score) * finding.weight if finding.weight > 0 else score * (1 + finding.weight)
        reasons[finding.weight > 0].append(finding.words)
    return Pair(left, right, round(score, 3), tuple(reasons[True]), tuple(reasons[False]))


def blocks(records: Iterable[Record]) -> Iterator[tuple[Record, Record]]:
    """Yield each pair of records of one kind that have a block in common, once, ordered by IRI."""
    members: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: record.iri):
        for block in _blocks_of(record):
            members[record.kind, block].append(record)
    seen: set[tuple[str, str]] = set()
    for inside in members.values():
        if len(inside) > _MOST_IN_BLOCK:
            continue
        for left, right in combinations(inside, 2):
            if (pair := (left.iri, right.iri)) not in seen and left.iri != right.iri:
                seen.add(pair)
                yield left, right


def _blocks_of(record: Record) -> set[str]:
    """Return what a record must share with another to be compared: a key, a host, a name, a word, its initials."""
    found = {f"{key}={what}" for key, values in record.identifiers.items() for what in values}
    found |= {f"host={host}" for host in record.hosts}
    for name in record.all_names:
        if record.kind == "place":
            found.add(f"country={country(name)}")
        for spelling in spellings(name, record.kind):
            found |= {
                f"key={spelling.key}",
                f"loose={spelling.loose}",
                f"start={spelling.loose[:6]}",
                f"end={spelling.loose[-6:]}",
            }
            found |= {f"word={word}" for word in spelling.words if len(word) > 3 or any(map(str.isdigit, word))}
            if record.kind == "organisation":
                found |= {f"key={letters}" for letters in spelling.initials}
    return found
