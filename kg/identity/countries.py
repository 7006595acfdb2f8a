"""The names and codes of countries, as sources write them (ISO 3166-1), in countries.tsv beside this module."""

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("countries.tsv")


@cache
def _by_name() -> tuple[dict[str, str], dict[str, str]]:
    """Return each country's name by its names, and by its codes."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            others = [other.strip() for other in row["other_names"].split(";") if other.strip()]
            codes[row["code"]] = row["name"]
            for name in (row["name"], *others):
                (codes if name.isupper() and len(name) <= 3 else names).setdefault(name.casefold(), row["name"])
                if name.isupper():
                    codes.setdefault(name, row["name"])
    return names, codes


def country(text: str, *, codes: bool = True) -> str | None:
    """Return the usual English name of the country that a text names, by name or code ("USA"); None for no country.

    Codes count in capitals only, and not at all where letters in capitals may be anything (`codes` false).
    """
    names, by_code = _by_name()
    wanted = " ".join(text.split())
    return names.get(wanted.casefold()) or (by_code.get(wanted) if codes and wanted.isupper() else None)
