"""Things by their names, and what is nearest to a text that names none or asks nothing known.

Nothing is guessed: what is only near is suggested.
"""

import difflib
import re
from collections.abc import Collection, Iterator
from itertools import combinations

from kg.ask.known import AllNames, IndexedNames, Known
from kg.ask.phrasing import Word, key, without_article, words
from kg.ask.questions import LANGUAGES, Param, Question
from kg.engine import Engine
from kg.names import NS, PREFIXES, RDF, SOURCE, expand
from kg.rdf import Literal, NamedNode
from kg.search import IndexAt

_NAMING = (NamedNode(expand("rdfs:label")), NamedNode(expand("skos:altLabel")))
_LONGEST_NAME = 8
"""Words of the longest name that is recognised in a text that is no known question."""


class Names:
    """The names of the things in a graph, looked up in the index beside its snapshot (`index`, of this layout) or,
    without one, all read when first needed: then worth keeping from one question to the next.
    """

    def __init__(self, engine: Engine, index: IndexAt | None = None) -> None:
        self._engine = engine
        self._known: Known = IndexedNames(index) if index else AllNames(engine)

    def find(self, text: str, param: Param) -> list[str]:
        """Return the IRIs of the parameter's class that go by the name, or that the text is the IRI of."""
        prefix, colon, _ = text.strip("<>").partition(":")
        if colon and (prefix in PREFIXES or prefix in ("http", "https", "urn")):
            return self._fitting([expand(text.strip("<>"))], param)
        return (
            self._fitting(self._so_written(text), param)
            or self._fitting(self._known.called(key(text)), param)
            or self._fitting(self._known.called_with_article(key(without_article(text))), param)
        )

    def _so_written(self, text: str) -> set[str]:
        """Return the things whose name is the text to the letter: found without reading all names of a large graph."""
        names = [Literal(text), *(Literal(text, language=language) for language in LANGUAGES)]
        found = (self._engine.quads(None, property, name) for property in _NAMING for name in names)
        return {quad.subject.value for quads in found for quad in quads if isinstance(quad.subject, NamedNode)}

    def near(self, text: str, param: Param) -> list[str]:
        """Return up to three names of things of the parameter's class, much like the text or beginning with it."""
        name = key(without_article(text))
        things = self._known.like(name)
        close = difflib.get_close_matches(name, things, n=10, cutoff=0.7)
        longer = sorted(each for each in things if each.startswith(f"{name} ")) if name else []
        found: dict[str, str] = {}
        for each in (*close, *longer):
            for iri in self._fitting(things[each], param)[:1]:
                found.setdefault(iri, things[each][iri])
        return list(found.values())[:3]

    def mentions(self, text: str) -> Iterator[list[Word]]:
        """Yield the longest names of things, not of our vocabulary, that stand in a text."""
        given = words(text)
        first = 0
        while first < len(given):
            sizes = range(min(_LONGEST_NAME, len(given) - first), 0, -1)
            size = next((size for size in sizes if self._is_name(given[first : first + size])), 0)
            if size:
                yield given[first : first + size]
            first += max(size, 1)

    def _is_name(self, some: list[Word]) -> bool:
        found = self._known.called(" ".join(word.text for word in some))
        return any(not iri.startswith(NS) for iri in found)

    def _fitting(self, candidates: Collection[str], param: Param) -> list[str]:
        found = sorted(iri for iri in candidates if self._is_a(iri, param.kind))
        # A source may be titled as what it is about.
        return [iri for iri in found if not iri.startswith(SOURCE)] or found

    def _is_a(self, iri: str, kind: str) -> bool:
        """Tell whether a thing is of a class, be it only by a graph that is not asserted.

        kg:Entity is whatever the graph speaks of, rdfs:Resource our vocabulary as well.
        """
        try:
            thing = NamedNode(iri)
        except ValueError:
            return False
        if kind not in (NS + "Entity", expand("rdfs:Resource")):
            return any(self._engine.quads(thing, NamedNode(RDF + "type"), NamedNode(kind)))
        known = any(self._engine.quads(thing)) or any(self._engine.quads(None, None, thing))
        return known and not (kind == NS + "Entity" and iri.startswith(NS))


def nearest(text: str, questions: list[Question], names: Names) -> list[str]:
    """Return up to three sentences that are understood and most like the text.

    The things that the text names stand in their places; where a question has others, its places are left open.
    """
    given, mentions = words(text), list(names.mentions(text))
    found: dict[str, float] = {}
    for question in questions:
        for language in LANGUAGES:
            for phrasing in question.phrasings[language]:
                used = _filling(question, phrasing, mentions, names, text)
                taken = {word.start for mention in used for word in mention}
                rest = " ".join(word.text for word in given if word.start not in taken)
                slots = iter(text[mention[0].start : mention[-1].end] for mention in used)
                shown = re.sub(r"\{\w+\}", lambda match: next(slots, match.group()), phrasing)  # noqa: B023
                # What leaves out a thing that the text names, or has a place left open, is further away.
                found[shown] = _likeness(phrasing, rest) - (len(used) < len(mentions)) / 2 - ("{" in shown) / 4
    return sorted(found, key=lambda shown: -found[shown])[:3]


def _filling(
    question: Question, phrasing: str, mentions: list[list[Word]], names: Names, text: str
) -> tuple[list[Word], ...]:
    """Return the mentions that fit a phrasing's places, in the order of the text; none if not all places are filled."""
    params = {param.name: param for param in question.params}
    places = [params[name] for name in re.findall(r"\{(\w+)\}", phrasing)]
    for some in combinations(mentions, len(places)):
        pairs = zip(some, places, strict=True)
        if all(names.find(text[one[0].start : one[-1].end], place) for one, place in pairs):
            return some
    return ()


def _likeness(phrasing: str, rest: str) -> float:
    fixed = key(re.sub(r"\{\w+\}", " ", phrasing))
    common = set(fixed.split()) & set(rest.split())
    return difflib.SequenceMatcher(None, fixed, rest).ratio() + len(common) / (1 + len(fixed.split()))
