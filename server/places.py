"""Locators in words: where in a source a statement stands."""

import re

from server import language

_PLACES = {
    "en": {"p": "paragraph", "row": "row", "data": "data", "title": "title", "s": "section", "fn": "note"},
    "it": {"p": "paragrafo", "row": "riga", "data": "dati", "title": "titolo", "s": "sezione", "fn": "nota"},
}
_PARTS = {"en": "part", "it": "parte"}
_LOCATOR = re.compile(r"([a-z]+?)-?(\d+)(?:-(\d+))?")


def place_name(locator: str | None) -> str:
    """Return the words for a locator: "p8-2" -> "paragraph 8, part 2"; others stand as they are."""
    if not locator:
        return ""
    words = _PLACES[language.chosen()]
    found = _LOCATOR.fullmatch(locator)
    if locator == "p0":
        return words["title"]
    if not found or found[1] not in words:
        return words.get(locator, locator)
    part = f", {_PARTS[language.chosen()]} {found[3]}" if found[3] else ""
    return f"{words[found[1]]} {found[2]}{part}"


def place_order(locator: str | None) -> list[tuple[int, int, str]]:
    """Return a key that sorts p2 before p10."""
    pieces = re.findall(r"(\d+)|(\D+)", locator or "")
    return [(0, int(number), "") if number else (1, 0, text) for number, text in pieces]
