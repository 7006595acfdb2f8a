"""What speaks for and against two records' being one thing; each finding has a weight and is said in words.

A weight above 0 moves the score that far towards 1, one below 0 that far towards 0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz

from kg.identity.countries import country
from kg.identity.names import Spelling, spellings
from kg.identity.records import Record
from kg.identity.words import words


@dataclass(frozen=True)
class Finding:
    """What was found in comparing two records, and its weight from -1 to 1."""

    weight: float
    words: str


_SAME_NAME = {"chip": 0.86, "place": 0.95}
_SAME_DISTINCTIVE_NAME = 0.86
_SAME_COMMON_NAME = 0.75
_SAME_BUT_FOR_SMALL_WORDS = {"chip": 0.7, "system": 0.6}
_SMALL_WORDS = 0.55
_FORM_WORDS = 0.77
_INITIALS = 0.5
_WITHOUT_OWNER = 0.6
_CONTAINED = 0.15
_NOBODY = 0.4
_LEAST_RATIO = 84
_PLACES_APART = {"organisation": -0.45, "system": -0.9}
_MOST_COMMON_PLACE = "United States"
"""A country in common says less the more of the organisations are there."""

_RELATED_APART = {"model": -0.5, "system": 0.0, "chip": -0.7}
_CLOSE_DAYS = {"system": 366}
_FAR_DAYS = 500


def keys(left: Record, right: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys with a value in common, and those with values but none in common, in words."""
    shared: list[str] = []
    apart: list[str] = []
    for key in sorted(left.identifiers.keys() & right.identifiers.keys()):
        both = left.identifiers[key] & right.identifiers[key]
        if both:
            shared.append(f"both have {key} {', '.join(sorted(both))}")
        else:
            apart.append(f"{key} is {_listed(left.identifiers[key])} and {_listed(right.identifiers[key])}")
    return tuple(shared), tuple(apart)


def names(left: Record, right: Record) -> Finding:
    """Return the best that can be said of the names of two records of one kind."""
    found = (
        _of_readings(one, other, left, right, labels=name in left.names and second in right.names)
        for name in left.all_names
        for one in spellings(name, left.kind)
        for second in right.all_names
        for other in spellings(second, right.kind)
    )
    return max(found, key=lambda finding: finding.weight, default=Finding(0.0, "one has no name"))


def _of_readings(one: Spelling, other: Spelling, left: Record, right: Record, *, labels: bool) -> Finding:
    both, kind = f"{one.text!r} and {other.text!r}", left.kind
    if kind == "place" and (found := country(one.text)) and found == country(other.text):
        return Finding(_SAME_NAME[kind], f"both name {found}")
    if one.key == other.key:
        return Finding(*_same(one, kind, labels=labels))
    if one.numbers != other.numbers:
        return Finding(0.0, f"the numbers in {both} differ")
    if one.loose == other.loose:
        weight = _SAME_BUT_FOR_SMALL_WORDS.get(kind, _SMALL_WORDS)
        if kind == "organisation" and set(one.words) ^ set(other.words) <= words("form"):
            weight = _FORM_WORDS
        return Finding(weight, f"the same name but for words of little weight: {both}")
    if kind == "organisation" and (one.key in other.initials or other.key in one.initials):
        return Finding(_INITIALS, f"one is the initials of the other: {both}")
    if kind == "organisation" and _explained(one, other, left.places | right.places):
        return Finding(_FORM_WORDS, f"the same name but for initials or the country: {both}")
    if kind == "system" and (found := _contained(one, other, left, right)):
        return found
    ratio = fuzz.ratio(one.key, other.key)
    if kind in {"organisation", "system"} and ratio >= _LEAST_RATIO and not one.numbers:
        return Finding(
            0.2 + 0.4 * (ratio - _LEAST_RATIO) / (100 - _LEAST_RATIO), f"names alike to {ratio:.0f}%: {both}"
        )
    return Finding(0.0, f"different names: {both}")


def _same(name: Spelling, kind: str, *, labels: bool) -> tuple[float, str]:
    """Weigh a name that two records share: a rare one says more than one that many may have.

    An alias of few letters is often an abbreviation of several names; what a source calls a thing by is not.
    """
    said = set(name.words)
    if said <= words("nobody") or (said & words("nobody") and any(len(word) == 1 for word in said)):
        return _NOBODY, f"the same name {name.text!r}, which names nobody"
    if kind in _SAME_NAME:
        return _SAME_NAME[kind], f"the same name: {name.text!r}"
    own = [word for word in name.words if word not in words("type") and len(word) > 1]
    if kind == "organisation" and own and (labels or len(name.words) > 1 or len(own[0]) > 5):
        return _SAME_DISTINCTIVE_NAME, f"the same name, which hardly two have: {name.text!r}"
    return _SAME_COMMON_NAME, f"the same name: {name.text!r}"


def _explained(one: Spelling, other: Spelling, places: frozenset[str]) -> bool:
    """Tell whether the words that only one name has are the initials of the others, or a country that it is in."""
    both = [word for word in one.words if word in other.words]
    initials = "".join(word[0] for word in both)
    rest = set(one.words) ^ set(other.words)
    return len(both) > 1 and all(
        word == initials or country(word) in places or country(word.upper()) in places for word in rest
    )


def _contained(one: Spelling, other: Spelling, left: Record, right: Record) -> Finding | None:
    """Weigh that a system's name is another's with words before or after, which may be its owner's."""
    short, long = sorted((one, other), key=lambda spelling: len(spelling.words))
    more = set(long.words) - set(short.words)
    if not set(short.words) <= set(long.words) or len(short.key) < 4:
        return None
    both = f"{one.text!r} and {other.text!r}"
    known = _owner_words(left) | _owner_words(right) | words("loose-system") | words("small") | words("legal")
    rest = [word for word in long.words if word in more and word not in known]
    # "Los Alamos NL" stands for LANL.
    initials = "".join(word if word == "nl" else word[0] for word in long.words if word in rest or word == "nl")
    if not rest or initials in known:
        return Finding(_WITHOUT_OWNER, f"the same name but for the owner's: {both}")
    return Finding(_CONTAINED, f"one name contains the other: {both}")


@lru_cache(maxsize=1 << 14)
def _owner_words(record: Record) -> frozenset[str]:
    """Return the words and the initials of those whom a system belongs to, and of the countries it lies in."""
    owners = [spelling for name in record.related for spelling in spellings(name, "organisation")]
    parts = [
        spelling
        for name in record.related
        for part in re.split(r"[/,-]", name)
        for spelling in spellings(part, "organisation")
    ]
    places = [spelling for name in record.places for spelling in spellings(name, "place")]
    return frozenset(word for spelling in owners + parts + places for word in (*spelling.words, *spelling.initials))


def circumstances(left: Record, right: Record) -> Iterator[Finding]:
    """Yield what else agrees or differs: places, hosts, addresses, related organisations, dates, sizes."""
    yield from _places(left, right)
    yield from _branches(left, right)
    if left.kind in {"model", "system"} and (one := left.sources & right.sources):
        yield Finding(-0.5, f"one source lists both: {_listed(one)}")
    if (hosts := left.hosts & right.hosts) and left.kind == "organisation":
        yield Finding(0.6, f"both have the website {_listed(hosts)}")
    yield from _related(left, right)
    yield from _dates(left, right)
    yield from _sizes(left, right)


def _places(left: Record, right: Record) -> Iterator[Finding]:
    places = [record.places | _places_in_names(record) for record in (left, right)]
    if all(places):
        if both := places[0] & places[1]:
            common = left.kind == "organisation" and both == frozenset({_MOST_COMMON_PLACE})
            yield Finding(0.3 if common else 0.4, f"both are in {_listed(both)}")
        else:
            weight = _PLACES_APART.get(left.kind, -0.3)
            yield Finding(weight, f"one is in {_listed(places[0])}, the other in {_listed(places[1])}")


def _branches(left: Record, right: Record) -> Iterator[Finding]:
    """Some registers have a record for each country that a company is in: "IBM (Germany)" is not all of IBM."""
    for one, other in ((left, right), (right, left)):
        branch, places = _places_in_names(one), other.places | _places_in_names(other)
        if branch and not branch & places:
            yield Finding(-0.5 if places else -0.15, f"{one.names[0]!r} is the one in {_listed(branch)} alone")


def _places_in_names(record: Record) -> frozenset[str]:
    found = (spelling.place for name in record.all_names for spelling in spellings(name, record.kind))
    return frozenset(place for place in found if place)


def _related(left: Record, right: Record) -> Iterator[Finding]:
    ways = [_owners(record) for record in (left, right)]
    if not all(ways) or left.kind == "organisation":
        return
    if both := ways[0] & ways[1]:
        yield Finding(0.5, f"both are of {_listed(both)}")
    elif any(one in other or other in one for one in ways[0] for other in ways[1] if min(len(one), len(other)) > 3):
        yield Finding(0.42, f"one is of {_listed(left.related)}, the other of {_listed(right.related)}, much alike")
    else:
        weight = _RELATED_APART.get(left.kind, -0.3)
        if weight:
            yield Finding(weight, f"one is of {_listed(left.related)}, the other of {_listed(right.related)}")


def _owners(record: Record) -> frozenset[str]:
    """Return the names, folded, and initials of those whom a thing is of; a chip's name begins with its maker's."""
    names = record.related or frozenset(name.split()[0] for name in record.names if record.kind == "chip")
    read = [spelling for name in names if name.casefold() != "unknown" for spelling in spellings(name, "organisation")]
    return frozenset(key for spelling in read for key in (spelling.loose, *spelling.initials))


def _dates(left: Record, right: Record) -> Iterator[Finding]:
    days = [_days(one, other) for one in left.dates for other in right.dates]
    gap = min((gap for gap in days if gap is not None), default=None)
    if gap is None:
        return
    said = f"{_listed(left.dates)} and {_listed(right.dates)}"
    if gap <= _CLOSE_DAYS.get(left.kind, 62):
        yield Finding(0.4, f"dates close to each other: {said}")
    elif gap > _FAR_DAYS:
        yield Finding(-0.5, f"dates far apart: {said}")


def _days(one: str, other: str) -> int | None:
    """Return the fewest days that may lie between two dates of any precision; None where one is no date."""
    spans = [_span(text) for text in (one, other)]
    if spans[0] is None or spans[1] is None:
        return None
    return max(0, (spans[1][0] - spans[0][1]).days, (spans[0][0] - spans[1][1]).days)


def _span(text: str) -> tuple[date, date] | None:
    """Return the first and about the last day of a date, a month or a year."""
    parts = text[:10].split("-")
    try:
        year, month, day = (int(part) for part in [*parts, "0", "0"][:3])
        return date(year, month or 1, day or 1), date(year, month or 12, day or 28)
    except ValueError:
        return None


def _sizes(left: Record, right: Record) -> Iterator[Finding]:
    if left.sizes and right.sizes:
        ratio = min(max(one, other) / min(one, other) for one in left.sizes for other in right.sizes)
        said = f"{_numbers(left.sizes)} and {_numbers(right.sizes)} parameters"
        if ratio <= 1.1:
            yield Finding(0.5, f"about as large: {said}")
        elif ratio > 1.5:
            yield Finding(-0.6, f"not equally large: {said}")


def _listed(values: object) -> str:
    return ", ".join(sorted(str(value) for value in values))  # type: ignore[attr-defined]


def _numbers(values: frozenset[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in sorted(values))
