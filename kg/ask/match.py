"""Words to questions: phrasings with places for parameters, and things by their names.

Case, accents, punctuation and articles do not count. Nothing is guessed: what is only near is suggested.
"""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.ask.questions import LANGUAGES, Param, Question
from kg.engine import Engine, select
from kg.names import ID, PREFIXES, RDF, expand
from kg.paths import query
from kg.rdf import DefaultGraph, NamedNode, value

_ARTICLES = frozenset(["the", "a", "an", "il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"])
_WORD = re.compile(r"[^\W_]+")
_FORMS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "gYear": re.compile(r"\d{4}"),
    "integer": re.compile(r"\d+"),
}


@dataclass(frozen=True)
class Word:
    """A word without case and accents, and where it stands in the text as given."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A question that the text may be, in a language, with what stands at the place of each parameter."""

    question: Question
    language: str
    slots: dict[str, str]
    fixed_words: int


def words(text: str) -> list[Word]:
    """Return the words of a text that count for matching."""
    found = (Word(_plain(match.group()), *match.span()) for match in _WORD.finditer(text))
    return [word for word in found if word.text not in _ARTICLES]


def key(text: str) -> str:
    """Return what two names that are the same to people have in common."""
    return " ".join(word.text for word in words(text))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def readings(text: str, questions: list[Question]) -> Iterator[Reading]:
    """Yield every way to read the text as a phrasing of a question."""
    given = words(text)
    line = " ".join(word.text for word in given)
    for question in questions:
        for language in LANGUAGES:
            for phrasing in question.phrasings[language]:
                pattern, fixed = _pattern(phrasing)
                match = pattern.fullmatch(line)
                if match:
                    slots = {name: _original(text, given, line, match.span(name)) for name in match.groupdict()}
                    yield Reading(question, language, slots, fixed)


def _pattern(phrasing: str) -> tuple[re.Pattern[str], int]:
    parts = re.split(r"\{(\w+)\}", phrasing)
    pieces: list[str] = []
    fixed = 0
    for number, part in enumerate(parts):
        if number % 2:
            pieces.append(f"(?P<{part}>.+)")
        elif key(part):
            fixed += len(words(part))
            pieces.append(re.escape(key(part)))
    return re.compile(" ".join(pieces)), fixed


def _original(text: str, given: list[Word], line: str, span: tuple[int, int]) -> str:
    first = line[: span[0]].count(" ")
    last = line[: span[1]].count(" ")
    start, end = given[first].start, given[last].end
    # An IRI or a prefixed name keeps the punctuation before its first word, e.g. "<https".
    return text[start - 1 if text[start - 1 : start] == "<" else start : end]


class Names:
    """The names of the things in a graph."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._things: dict[str, set[str]] = defaultdict(set)
        self._spelled: dict[str, str] = {}
        for thing, name in select(engine, query("ask/names")):
            if isinstance(thing, NamedNode) and name is not None:
                self._add(value(name), thing.value)
                if thing.value.startswith(ID):
                    self._add(thing.value.removeprefix(ID), thing.value)

    def _add(self, name: str, iri: str) -> None:
        self._things[key(name)].add(iri)
        self._spelled.setdefault(key(name), name)

    def find(self, text: str, param: Param) -> list[str]:
        """Return the IRIs of the parameter's class that go by the name, or that the text is the IRI of."""
        prefix, colon, _ = text.strip("<>").partition(":")
        if colon and (prefix in PREFIXES or prefix in ("http", "https", "urn")):
            candidates = {expand(text.strip("<>"))}
        else:
            candidates = self._things.get(key(text), set())
        return sorted(iri for iri in candidates if self._is_a(iri, param.kind))

    def near(self, text: str, param: Param) -> list[str]:
        """Return up to three names of things of the parameter's class that are spelled much like the text."""
        close = difflib.get_close_matches(key(text), self._things, n=10, cutoff=0.7)
        fitting = [name for name in close if any(self._is_a(iri, param.kind) for iri in self._things[name])]
        return [self._spelled[name] for name in fitting[:3]]

    def _is_a(self, iri: str, kind: str) -> bool:
        try:
            quad = NamedNode(iri), NamedNode(RDF + "type"), NamedNode(kind), DefaultGraph()
        except ValueError:
            return False
        return any(self._engine.quads(*quad))


def fits(text: str, param: Param) -> bool:
    """Tell whether a text is a literal of the parameter's datatype."""
    form = _FORMS.get(param.kind.rpartition("#")[2])
    return form is None or form.fullmatch(text) is not None


def nearest(text: str, questions: list[Question]) -> list[str]:
    """Return up to three phrasings that are most like the text, each with the example in its places."""
    shown: dict[str, str] = {}
    for question in questions:
        for language in LANGUAGES:
            for phrasing in question.phrasings[language]:
                shown[key(re.sub(r"\{\w+\}", "", phrasing))] = phrasing
    line = key(text)

    def likeness(phrasing: str) -> float:
        common = set(phrasing.split()) & set(line.split())
        return difflib.SequenceMatcher(None, phrasing, line).ratio() + len(common) / (1 + len(phrasing.split()))

    return [shown[name] for name in sorted(shown, key=likeness, reverse=True)[:3]]
