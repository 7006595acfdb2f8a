"""Names made comparable: what is only spelling is folded, what tells things apart stays."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from kg.identity.countries import country
from kg.identity.words import words

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BRACKETS = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]")
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_TOKEN = re.compile(r"\d+(?:\.\d+)+|[^\W_]+|\+")
_LEGAL_DOTTED = re.compile(r"\b([Ss])\.([ApP])\.?([Aa])?\.?(?=\s|$|,)|\b([BN])\.V\.?(?=\s|$|,)|\bL\.L\.C\.?(?=\s|$|,)")
_SAME_WORD = {
    "centers": "center",
    "centre": "center",
    "centres": "center",
    "institut": "institute",
    "laboratories": "lab",
    "laboratory": "lab",
    "labs": "lab",
    "technologies": "technology",
    "univ": "university",
}
_GIGABYTES = re.compile(r"(?<=\d)\s*gb?\b", re.IGNORECASE)
_BILLIONS = re.compile(r"(?<=\d)[\s-]*(?:billion(?: parameters)?|b)\b", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-Z0-9]{2,7}")
"""An abbreviation beside a name; one letter tells names apart that are else the same."""

_DEPARTMENT = re.compile(r"^DOE/(?:SC|NNSA)/")
"""How TOP500 begins the names of the laboratories of the United States Department of Energy."""

_TRANSLATED = 65
"""Names of one organisation in two languages are about so much alike, in percent; names of two seldom are."""

_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True)
class Spelling:
    """One way to read a name: `key` is equal where two names differ in spelling alone, `loose` where they may differ
    in a word of little weight; `words` are the words of the key, `initials` the letters they begin with, `numbers` the
    numbers in it, and `place` the country that a bracket names."""

    text: str
    key: str
    loose: str
    words: tuple[str, ...]
    initials: frozenset[str]
    numbers: tuple[str, ...]
    place: str | None = None


def tidy(text: str) -> str:
    """Return the text in Unicode form NFKC, without invisible letters and outer or doubled blanks."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def split_list(text: str) -> list[str]:
    """Return the names of a list such as "Google DeepMind,Google": at commas, but not in brackets or before "Inc"."""
    names: list[str] = []
    for part in (tidy(part) for part in _COMMA.split(text)):
        if names and _tokens(part) and set(_tokens(part)) <= words("legal"):
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return names


@lru_cache(maxsize=1 << 16)
def spellings(name: str, kind: str) -> tuple[Spelling, ...]:
    """Return the ways to read a name of a kind, the whole name first.

    "MIT (Massachusetts Institute of Technology)" and "Academy / BAAI" are two names each. A country in brackets is a
    place beside the name; anything else in brackets belongs to it, as in "Bank (Z)".
    """
    text = tidy(name)
    place = None
    if kind != "place":
        for bracket in _BRACKETS.findall(text):
            if found := country(bracket, codes=False):
                place = found
                text = tidy(text.replace(f"({bracket})", ""))
    readings = list(dict.fromkeys([text, *_alternatives(text, kind)]))
    made = [_spelling(reading, kind, place) for reading in readings]
    return tuple(spelling for spelling in made if spelling.key)


def _alternatives(text: str, kind: str) -> Iterator[str]:
    """Yield the names that stand beside one another in a name of an organisation."""
    if kind != "organisation":
        return
    if _DEPARTMENT.match(text):
        yield _DEPARTMENT.sub("", text)
    parts = re.split(r"\s+/\s+", text)
    if len(parts) == 2 and (is_initials(*parts) or is_initials(*parts[::-1]) or fuzz.ratio(*parts) > _TRANSLATED):
        yield from parts
    if bracket := _BRACKETS.search(text):
        outer, inner = tidy(_BRACKETS.sub(" ", text)), bracket[1]
        if is_initials(inner, outer) or is_initials(outer, inner):
            yield from (outer, inner)
        elif _CAPITALS.fullmatch(inner):
            yield outer
    if before := re.match(rf"{_CAPITALS.pattern}\s+[-–]\s+", text):
        yield text[before.end() :]


def is_initials(short: str, name: str) -> bool:
    """Tell whether `short` is made of the first letters of a name's words, e.g. "MIT", small words left out or not."""
    return re.sub(r"[\W_]", "", short).casefold() in _initials(name)


def _initials(name: str) -> frozenset[str]:
    """Return the first letters of a name's words, with small words and without; none for fewer than three letters."""
    tokens = _tokens(name)
    ways = ("".join(word[0] for word in tokens), "".join(word[0] for word in tokens if word not in words("small")))
    return frozenset(way for way in ways if len(way) > 2)


def _spelling(text: str, kind: str, place: str | None) -> Spelling:
    """Fold what is spelling in a name of a kind."""
    folded = _BILLIONS.sub("b ", text) if kind == "model" else text
    folded = _GIGABYTES.sub("gb ", folded) if kind == "chip" else folded
    tokens = [_SAME_WORD.get(token, token) for token in _tokens(_LEGAL_DOTTED.sub("", folded))]
    if kind == "organisation":  # German sources write ü as u or as ue
        tokens = [re.sub("(?<=[aou])e", "", token) if len(token) > 4 else token for token in tokens]
    if kind in {"organisation", "place"}:
        tokens = _without_legal_form([token for token in tokens if token not in words("small")] or tokens)
    weak = words(f"loose-{kind}")
    loose = [_version(token) for token in tokens if token not in weak] or tokens
    return Spelling(
        text, _joined(tokens), _joined(loose), tuple(tokens), _initials(text), numbers_of(" ".join(tokens)), place
    )


def _tokens(text: str) -> list[str]:
    """Split at punctuation and blanks; a dot between digits stays, a plus is a token, accents go."""
    plain = unicodedata.normalize("NFKD", tidy(text).replace("&", " and ").replace("'", "").replace("’", ""))
    return _TOKEN.findall("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold())


def _without_legal_form(tokens: list[str]) -> list[str]:
    end = len(tokens)
    while end > 1 and tokens[end - 1] in words("legal"):
        end -= 1
    return tokens[:end]


def _version(token: str) -> str:
    """Return "v2" as "2": some sources write the letter and some do not."""
    return token[1:] if re.fullmatch(r"v\d.*", token) else token


def _joined(tokens: list[str]) -> str:
    """Join tokens without blanks, but for a hyphen between digits: "Gemma 2 2B" is not "Gemma 22B"."""
    joined = ""
    for token in tokens:
        joined += ("-" if joined[-1:].isdigit() and token[:1].isdigit() else "") + token
    return joined


def numbers_of(text: str) -> tuple[str, ...]:
    """Return the numbers in a text as they count for identity: versions, sizes, dates; "2.0" is "2"."""
    return tuple(sorted(re.sub(r"(?:\.0)+$", "", number) for number in _NUMBER.findall(text)))
