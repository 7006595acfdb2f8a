"""Words as people write them: what two spellings have in common, and phrasings that match a sentence.

Case, accents and punctuation never count. In a phrasing, articles may come and go, Italian prepositions may be
joined with them (`da`, `dal`, `dall'`), and `che cosa` may be `cosa`. In a name every word counts.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.ask.questions import LANGUAGES, Question

ARTICLES = {
    "en": ("the", "a", "an"),
    "it": ("il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"),
}

# C, C++ and C# are three things.
_WORD = re.compile(r"[^\W_]+[+#]*")
_SPOKEN = {
    "en": {"is": "is|s", "are": "are|re"},
    "it": {
        "che cosa": "che cosa|che cos|cosa|cos|che",
        "dove": "dove|dov",
        "a": "a|al|allo|alla|all|ai|agli|alle",
        "da": "da|dal|dallo|dalla|dall|dai|dagli|dalle",
        "di": "di|del|dello|della|dell|dei|degli|delle",
        "in": "in|nel|nello|nella|nell|nei|negli|nelle",
        "su": "su|sul|sullo|sulla|sull|sui|sugli|sulle",
    },
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
    """Return the words of a text."""
    return [Word(_plain(match.group()), *match.span()) for match in _WORD.finditer(text)]


def key(text: str) -> str:
    """Return what two spellings of one name have in common."""
    return " ".join(word.text for word in words(text))


def without_article(text: str) -> str:
    """Return a text without the article before it; one that is nothing but an article stays as it is."""
    given = words(text)
    if len(given) > 1 and any(given[0].text in articles for articles in ARTICLES.values()):
        return text[given[1].start :]
    return text


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
                pattern, fixed = _pattern(phrasing, language)
                match = pattern.fullmatch(line)
                if match:
                    slots = {name: _original(text, given, line, match.span(name)) for name in match.groupdict()}
                    yield Reading(question, language, slots, fixed)


@lru_cache(maxsize=1000)
def _pattern(phrasing: str, language: str) -> tuple[re.Pattern[str], int]:
    """Return the pattern of a phrasing, and how many of its words are no parameters."""
    articles = f"(?:(?:{'|'.join(ARTICLES[language])}) )*"
    spoken = _SPOKEN[language]
    pieces: list[str] = []
    fixed = 0
    for number, part in enumerate(re.split(r"\{(\w+)\}", phrasing)):
        if number % 2:
            pieces.append(f"(?P<{part}>.+?)")
            continue
        for word in re.findall(rf"{'|'.join(name for name in spoken if ' ' in name) or '(?!)'}|\S+", key(part)):
            if word in spoken or word not in ARTICLES[language]:
                pieces.append(f"{articles}(?:{spoken.get(word, re.escape(word))})")
                fixed += 1
    return re.compile(" ".join(pieces)), fixed


def _original(text: str, given: list[Word], line: str, span: tuple[int, int]) -> str:
    first = line[: span[0]].count(" ")
    last = line[: span[1]].count(" ")
    start, end = given[first].start, given[last].end
    # An IRI or a prefixed name keeps the punctuation before its first word, e.g. "<https".
    return text[start - 1 if text[start - 1 : start] == "<" else start : end]
