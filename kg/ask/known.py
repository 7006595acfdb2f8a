"""Where names are looked up: in the index of names beside a snapshot, or, without one, in all names of a graph.

A name is given as its key, what all its spellings have in common. Things are IRIs, each with its name as spelled.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Protocol

from kg.ask.phrasing import ARTICLES, key, without_article
from kg.engine import Engine, select
from kg.names import ID, NS, SOURCE
from kg.paths import query
from kg.rdf import value
from kg.search import Hit, IndexAt, Searcher

_ALIKE = 10
"""Things spelled alike, and as many whose name goes on, of which the best are suggested."""


class Known(Protocol):
    """What things are called."""

    def called(self, name: str) -> Mapping[str, str]:
        """Return the things that go by a name."""
        ...

    def called_with_article(self, name: str) -> set[str]:
        """Return the things that go by a name which has no article, be it with one before."""
        ...

    def like(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return names among which are those spelled much like a name, and those that begin with its words."""
        ...


class AllNames:
    """All names of the things in a graph, read when first needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @cached_property
    def _things(self) -> dict[str, dict[str, str]]:
        things: dict[str, dict[str, str]] = defaultdict(dict)
        rows = (tuple(value(term) if term else "" for term in row) for row in select(self._engine, query("ask/names")))
        # Labels come before aliases, so that a thing is suggested by its label.
        for iri, _, name in sorted(set(rows)):
            for text in (name, *_slug(iri)):
                things[key(text)].setdefault(iri, text)
        return dict(things)

    @cached_property
    def _without_articles(self) -> dict[str, set[str]]:
        things: dict[str, set[str]] = defaultdict(set)
        for name, found in self._things.items():
            things[key(without_article(name))].update(found)
        return dict(things)

    def called(self, name: str) -> Mapping[str, str]:
        return self._things.get(name, {})

    def called_with_article(self, name: str) -> set[str]:
        return self._without_articles.get(name, set())

    def like(self, name: str) -> Mapping[str, Mapping[str, str]]:
        return self._things


class IndexedNames:
    """The names in the index of a snapshot; what was looked up is kept, so it is for one question or a few."""

    def __init__(self, index: IndexAt) -> None:
        self._searcher = Searcher(index)
        self.called = lru_cache(maxsize=2000)(self._called)
        self.called_with_article = lru_cache(maxsize=2000)(self._called_with_article)

    def _called(self, name: str) -> Mapping[str, str]:
        found = ((hit.iri, text) for hit in self._searcher.called([name]) for text in _names(hit) if key(text) == name)
        things: dict[str, str] = {}
        for iri, text in found:
            things.setdefault(iri, text)
        return things

    def _called_with_article(self, name: str) -> set[str]:
        articles = {article for some in ARTICLES.values() for article in some}
        hits = self._searcher.called([name, *(f"{article} {name}" for article in articles)])
        return {hit.iri for hit in hits if any(key(without_article(text)) == name for text in _names(hit))}

    def like(self, name: str) -> Mapping[str, Mapping[str, str]]:
        things: dict[str, dict[str, str]] = defaultdict(dict)
        for hit in (*self._searcher.near(name, _ALIKE), *self._searcher.going_on(name, _ALIKE)):
            for text in _names(hit):
                things[key(text)].setdefault(hit.iri, text)
        return things


def _names(hit: Hit) -> list[str]:
    """Return the names of a thing, labels first; a term of our vocabulary goes by no name without a language."""
    return [text for text, tag in (*hit.labels, *hit.aliases) if tag or not hit.iri.startswith(NS)]


def _slug(iri: str) -> list[str]:
    return [iri.removeprefix(base) for base in (ID, SOURCE) if iri.startswith(base) and "#" not in iri]
