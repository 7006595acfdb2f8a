"""Lists of the things of a class: narrowed by kind, country, year and standing, sorted, and cut into pages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kg.names import NS, shorten
from kg.rdf import Literal, NamedNode, Term
from server import language
from server.terms import Shown, Terms, url_of
from server.view import Snapshot

ON_PAGE = 50
FACETS = ("kind", "country", "year", "standing")
SORTS = ("name", "-name", "date", "-date")
_CHOICES = 40
"""Values that a facet offers, the most frequent ones."""


@dataclass
class Item:
    """A thing in a list: its best name, narrower classes, countries, its dates as written, and its standing."""

    iri: str
    names: dict[str, str] = field(default_factory=dict[str, str])
    kinds: set[str] = field(default_factory=set[str])
    countries: set[str] = field(default_factory=set[str])
    dates: set[str] = field(default_factory=set[str])
    standing: str = "asserted"

    @property
    def date(self) -> str:
        """The first of its dates, at the precision that is written; "" without one."""
        return min(self.dates, default="")

    def values(self, facet: str) -> set[str]:
        """Return what the thing has of a facet."""
        if facet == "year":
            return {self.date[:4]} if self.dates else set()
        return {"kind": self.kinds, "country": self.countries, "standing": {self.standing}}[facet]

    def name(self) -> tuple[str, str]:
        """Return its name in the language of the request, else in another, else its IRI in short; and its language."""
        code = next((code for code in (*language.preferred(), *self.names) if code in self.names), "")
        return self.names.get(code) or shorten(self.iri), code

    def shown(self) -> Shown:
        """Return it as a link."""
        text, code = self.name()
        return Shown(text, code, url_of(self.iri), iri=self.iri)


@dataclass(frozen=True)
class Choice:
    """A value of a facet: what is sent, what is read, how many things have it, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass
class Listing:
    """A page of a list: the items on it, how many there are in all, and the facets that narrow it."""

    items: list[Item]
    total: int
    page: int
    pages: int
    facets: dict[str, list[Choice]]


def items_of(here: Snapshot, kind: str) -> list[Item]:
    """Return all things of a class (an IRI), those that are only reported among them."""
    return here.remember(("things of", kind), lambda: _read(here, kind))


def narrowed(here: Snapshot, kind: str, chosen: Mapping[str, str], sort: str) -> list[Item]:
    """Return the things of a class that have every chosen value of a facet, sorted."""
    found = [item for item in items_of(here, kind) if _has(item, chosen)]
    return sorted(found, key=_order(sort), reverse=sort.startswith("-"))


def listing(here: Snapshot, kind: str, chosen: Mapping[str, str], sort: str, page: int) -> Listing:
    """Return one page of the things of a class that have every chosen value of a facet."""
    found = narrowed(here, kind, chosen, sort)
    pages = max(1, -(-len(found) // ON_PAGE))
    page = min(page, pages)
    facets = {name: _choices(here, kind, chosen, name) for name in FACETS}
    shown = {name: choices for name, choices in facets.items() if len(choices) > 1 or name in chosen}
    return Listing(found[(page - 1) * ON_PAGE : page * ON_PAGE], len(found), page, pages, shown)


def _read(here: Snapshot, kind: str) -> list[Item]:
    found: dict[str, Item] = {}
    for _, thing, name, narrower, country, date in here.select("things-of-class", **{"class": kind}):
        if item := _item(found, thing, name):
            item.kinds.update(_iri(narrower))
            item.countries.update(_iri(country))
            item.dates.update([date.value] if isinstance(date, Literal) else [])
    for _, thing, name, standing in here.select("unasserted-of-class", **{"class": kind}):
        if item := _item(found, thing, name):
            item.standing = "superseded" if _iri(standing) == [NS + "Superseded"] else "reported"
    return list(found.values())


def _item(found: dict[str, Item], thing: Term | None, name: Term | None) -> Item | None:
    if not isinstance(thing, NamedNode):
        return None
    item = found.setdefault(thing.value, Item(thing.value))
    if isinstance(name, Literal):
        item.names[name.language or ""] = name.value
    return item


def _iri(term: Term | None) -> list[str]:
    return [term.value] if isinstance(term, NamedNode) else []


def _has(item: Item, chosen: Mapping[str, str]) -> bool:
    return all(value in item.values(name) for name, value in chosen.items())


def _order(sort: str) -> Callable[[Item], tuple[bool, str, str]]:
    by_date, down = sort.endswith("date"), sort.startswith("-")
    # What bears no date comes last, in both directions.
    return lambda item: (
        by_date and bool(item.dates) == down,
        item.date if by_date else "",
        item.shown().text.casefold(),
    )


def _choices(here: Snapshot, kind: str, chosen: Mapping[str, str], facet: str) -> list[Choice]:
    """Return the values of a facet among the things that the other facets leave, the most frequent first."""
    others = {name: value for name, value in chosen.items() if name != facet}
    left: Iterable[Item] = (item for item in items_of(here, kind) if _has(item, others))
    counted = Counter(value for item in left for value in item.values(facet))
    terms = Terms(here)
    found = [
        Choice(
            value, terms.iri(value).text if facet in ("kind", "country") else value, count, chosen.get(facet) == value
        )
        for value, count in counted.most_common(_CHOICES)
    ]
    return sorted(found, key=lambda one: one.value, reverse=True) if facet == "year" else found
