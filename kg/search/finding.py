"""Finding things by what they are called: ranked, by prefix, with counts by kind.

First what bears the very name, then what a name of which begins so, then what has a name whose words begin so, then
what is only described so; within each, what is asserted first, and that of which most is said.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from kg.search.index import IndexAt, reading
from kg.search.text import key, words

_MOST = 3_000
"""Matches that are ranked and counted; the weightiest come first."""

_LONGEST = 200
_ALIKE = 70
"""Percent of its letters that a name must share, in their order, to be near."""

_NEAR = 20_000
"""Names, those of the weightiest things, among which a name spelled alike is looked for."""

_NAMES = "SELECT id, keys FROM thing WHERE since <= :at AND until > :at ORDER BY id LIMIT :most"
_MATCHING = """
SELECT id, kind,
    CASE WHEN instr(keys, :exact) OR instr(keys, :joined) THEN 0 WHEN instr(keys, :begins) THEN 1 ELSE 2 END AS tier
FROM (
    SELECT id FROM (SELECT rowid AS id FROM words WHERE words MATCH :match LIMIT :most)
    UNION SELECT thing FROM (SELECT thing FROM name WHERE key >= :first AND key < :last LIMIT :most)
) JOIN thing USING (id)
WHERE since <= :at AND until > :at AND (:kind = '' OR kind = :kind) AND (:within = '' OR instr(kinds, :within))
ORDER BY tier, asserted DESC, weight DESC, iri
"""
_FACETS = """
SELECT kind, COUNT(*) FROM (
    SELECT id FROM (SELECT rowid AS id FROM words WHERE words MATCH :match LIMIT :most)
    UNION SELECT thing FROM (SELECT thing FROM name WHERE key >= :first AND key < :last LIMIT :most)
) JOIN thing USING (id)
WHERE since <= :at AND until > :at
GROUP BY kind
"""
_CALLED = """
SELECT DISTINCT thing FROM name JOIN thing ON thing.id = name.thing
WHERE key IN (SELECT value FROM json_each(:names)) AND since <= :at AND until > :at
ORDER BY thing LIMIT :most
"""
# An exclamation mark comes next after a blank.
_GOING_ON = """
SELECT DISTINCT thing FROM (SELECT thing FROM name WHERE key >= :name AND key < rtrim(:name) || '!' ORDER BY key)
JOIN thing AS one ON one.id = thing
WHERE since <= :at AND until > :at
LIMIT :most
"""


@dataclass(frozen=True)
class Hit:
    """A thing that was found: labels, other names and descriptions with their languages; its class; its standing."""

    iri: str
    kind: str
    asserted: bool
    labels: list[tuple[str, str]]
    aliases: list[tuple[str, str]]
    descriptions: list[tuple[str, str]]


@dataclass(frozen=True)
class Facet:
    """A kind (the IRI of a class), and how many of the things found are of it."""

    kind: str
    count: int


@dataclass
class Found:
    """A page of what was found, how much there is in all (`more`: at least so much), and the kinds of all of it."""

    hits: list[Hit]
    total: int = 0
    more: bool = False
    facets: list[Facet] = field(default_factory=list[Facet])


class Searcher:
    """Searches the index of one snapshot; raises NoIndex where there is none."""

    def __init__(self, index: IndexAt) -> None:
        self._index = index

    def search(self, text: str, *, kind: str = "", within: str = "", start: int = 0, count: int = 20) -> Found:
        """Return the things that a text may name, `count` of them from `start`; `kind` leaves those whose
        narrowest class it is, `within` those of a class or of one below it.

        A text without a letter or digit names nothing; only its first 200 characters are looked at.
        """
        wanted = words(text[:_LONGEST])
        if not wanted:
            return Found([])
        with reading(self._index) as connection:
            narrowed = {"kind": kind, "within": f"\n{within}\n" if within else "", "at": self._index.number}
            named = _matching(
                connection, f"{{labels aliases}} : ({_match(wanted)})", wanted, narrowed | _joined(wanted)
            )
            seen = {number for number, _ in named}
            nothing = {"first": "", "last": ""}
            described = _matching(connection, f"descriptions : ({_match(wanted)})", wanted, narrowed | nothing)
            every = [*named, *(one for one in described if one[0] not in seen)]
            counted = Counter(of for _, of in every)
            if kind:
                counted = _all_kinds(connection, wanted, self._index.number)
            hits = [_hit(connection, number) for number, _ in every[start : start + count]]
        facets = [Facet(of, number) for of, number in sorted(counted.items(), key=lambda one: (-one[1], one[0])) if of]
        return Found(hits, len(every), len(named) >= _MOST, facets)

    def near(self, text: str, count: int = 5) -> list[Hit]:
        """Return the things whose names are spelled most like a text."""
        wanted = key(text[:_LONGEST])
        if not wanted:
            return []
        with reading(self._index) as connection:
            at = {"at": self._index.number, "most": _NEAR}
            rows = connection.execute(_NAMES, at)
            names = {name: number for number, keys in rows for name in reversed(keys.split("\n")) if name}
            close = process.extract(wanted, list(names), scorer=fuzz.ratio, limit=4 * count, score_cutoff=_ALIKE)
            numbers = list(dict.fromkeys(names[name] for name, _, _ in close))[:count]
            return [_hit(connection, number) for number in numbers]

    def called(self, names: Sequence[str]) -> list[Hit]:
        """Return the things that go by any of some names, accents, case and punctuation aside."""
        return self._named(_CALLED, {"names": json.dumps([name for name in map(key, names) if name]), "most": _MOST})

    def going_on(self, name: str, count: int) -> list[Hit]:
        """Return the first things, in the order of their names, whose name begins with the words of one and goes on."""
        return self._named(_GOING_ON, {"name": f"{key(name)} ", "most": count}) if key(name) else []

    def _named(self, text: str, given: dict[str, str | int]) -> list[Hit]:
        with reading(self._index) as connection:
            found = connection.execute(text, given | {"at": self._index.number}).fetchall()
            return [_hit(connection, number) for (number,) in found]


def _match(wanted: list[str]) -> str:
    """Return the FTS5 expression for texts in which each word begins some word."""
    return " AND ".join(f'"{word}" *' for word in wanted)


def _joined(wanted: list[str]) -> dict[str, str]:
    """Return the range of the names that begin so when written without blanks."""
    joined = "".join(wanted)
    return {"first": joined, "last": f"{joined}\U0010ffff"}


def _matching(
    connection: sqlite3.Connection, match: str, wanted: list[str], narrowed: dict[str, str | int]
) -> list[tuple[int, str]]:
    name, joined = " ".join(wanted), "".join(wanted)
    given = {"match": match, "most": _MOST, "exact": f"\n{name}\n", "joined": f"\n{joined}\n", "begins": f"\n{name}"}
    return [(number, of) for number, of, _ in connection.execute(_MATCHING, given | narrowed)]


def _all_kinds(connection: sqlite3.Connection, wanted: list[str], at: int) -> Counter[str]:
    given = {"match": _match(wanted), "most": _MOST, "at": at} | _joined(wanted)
    return Counter(dict(connection.execute(_FACETS, given)))


def _hit(connection: sqlite3.Connection, number: int) -> Hit:
    row = connection.execute("SELECT iri, kind, asserted, names FROM thing WHERE id = ?", (number,)).fetchone()
    iri, kind, asserted, names = row
    labels, aliases, descriptions = ([(text, tag) for text, tag in group] for group in json.loads(names))
    return Hit(iri, kind, bool(asserted), labels, aliases, descriptions)
