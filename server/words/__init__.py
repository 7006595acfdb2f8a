"""The words of pages, in English and Italian: tables beside this module, a line a word."""

import csv
from functools import cache
from pathlib import Path

from server import language


def say(key: str, **values: object) -> str:
    """Return a word or sentence of a page in the language of the request, `{name}` in it replaced by values.

    Raises KeyError for a key that no table has.
    """
    text = words()[key][language.chosen()]
    return text.format_map(values) if values else text


@cache
def words() -> dict[str, dict[str, str]]:
    """Return all words by key, each by language (en, it)."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                found[line["word"]] = {code: line[code] for code in language.LANGUAGES}
    return found
