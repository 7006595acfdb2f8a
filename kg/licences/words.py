"""How a verdict on licences is told to people, in English and Italian: words.tsv, a line a word."""

import csv
from functools import cache
from pathlib import Path


@cache
def words(language: str) -> dict[str, str]:
    """Return the words of a language, en or it, by their names: outcomes, headings, and why something stays open.

    `{about}` and `{other}` in them stand for the things that an open end is about.
    """
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        return {line["word"]: line[language] for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
