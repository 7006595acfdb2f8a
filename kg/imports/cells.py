"""Cells: the text that is in them, as numbers, dates and terms. A cell that cannot be what it must be is a BadCell."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from kg.names import XSD, slugify
from kg.rdf import Literal, NamedNode, Term, canonical

Cells = Mapping[str, str | list[str]]
"""A row: its cells by column; a list where the file itself has one."""

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PARTIAL = re.compile(r"(?P<year>\d{4})(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?)?(?:[T ].*)?")
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_NOTHING = {"", "-", "--", "n/a", "nan", "null", "unknown", "unknkown", "not known", "tbd", "?", "none"}
_LONGEST = 80
"""Characters of a slug; a longer name is cut and told apart by a hash."""

_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


class BadCell(Exception):
    """A cell that keeps its row out; `column` and `text` say which, `reason` why."""

    def __init__(self, column: str, text: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.text, self.reason = column, text, reason


def clean(text: str) -> str:
    """Return a text without invisible characters and outer blanks, in normal form C."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).replace("\xa0", " ").strip()


def filled(text: str) -> bool:
    """Tell whether a cell names something: it is neither empty, nor `unknown`, nor `none`.

    Where one of the three says something itself, as of licences, a mapping's `values` name it.
    """
    return text.casefold() not in _NOTHING


def text_of(cells: Cells, column: str) -> str:
    """Return a cell's text, of a list its parts joined; "" where the row has no such cell."""
    cell = cells.get(column, "")
    return cell if isinstance(cell, str) else ", ".join(cell)


def parts(cells: Cells, column: str, split: str) -> list[str]:
    """Return the parts of a cell: a list's own, else what the regular expression `split` parts, if there is one."""
    cell = cells.get(column, "")
    found = cell if isinstance(cell, list) else re.split(split, cell) if split else [cell]
    return [clean(part) for part in found]


def fill(template: str, cells: Cells, *, slugs: bool) -> str:
    """Return a template with its columns filled in, "" if one of them is empty.

    `{A|B}` is the first of them that is filled, or the word B itself where no column has that name; `{A:first}` the
    part before the first comma. With `slugs`, each is made a slug, for an IRI.
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        for name in match[1].split("|"):
            column = name.strip().removesuffix(":first")
            found = text_of(cells, column) if column in cells else column if "|" in match[1] else ""
            if name.strip().endswith(":first"):
                found = re.split(r",(?! )|, ", found)[0]
            if filled(found):
                return _slug(found) if slugs else found
        missing = True
        return ""

    made = _PLACEHOLDER.sub(value, template)
    return "" if missing else made


def _slug(text: str) -> str:
    """Return a slug that differs where names differ: a plus sign counts, and so do letters that are not Latin."""
    slug = slugify(text.replace("+", " plus "))
    letters = sum(character.isalnum() for character in text)
    if len(slug) > _LONGEST or sum(character.isalnum() for character in slug) * 2 < letters:
        return f"{slug[:_LONGEST].strip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return slug


def matches(cells: Cells, conditions: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether each column of the conditions has one of its values; `*` in them stands for any characters.

    A value after `!` is one that it must not have; `*` alone is any cell that is filled.
    """
    return all(_matches(text_of(cells, column), list(wanted)) for column, wanted in conditions.items())


def _matches(text: str, wanted: list[str]) -> bool:
    refused = [pattern[1:] for pattern in wanted if pattern.startswith("!")]
    allowed = [pattern for pattern in wanted if not pattern.startswith("!")]
    if any(fnmatchcase(text, pattern) for pattern in refused):
        return False
    return not allowed or any(filled(text) if want == "*" else fnmatchcase(text, want) for want in allowed)


def term(text: str, datatype: str, column: str, times: str = "") -> Term:
    """Return a cell as a term of a datatype (see kg.imports.mapping.DATATYPES); raises BadCell if it is none."""
    if datatype in ("en", "it"):
        return Literal(text, language=datatype)
    if datatype == "string":
        return Literal(text)
    if datatype == "url":
        return _address(text, column)
    if datatype in ("date", "us-date"):
        return _date(text, column, month_first=datatype == "us-date")
    if datatype == "boolean":
        return _boolean(text, column)
    return _number(text, datatype, column, times)


def _number(text: str, datatype: str, column: str, times: str) -> Literal:
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text
    try:
        number = Decimal(plain) * Decimal(times or 1)
    except InvalidOperation:
        raise BadCell(column, text, "is no number") from None
    if not number.is_finite():
        raise BadCell(column, text, "is no finite number")
    if datatype == "integer" and not _whole(number):
        raise BadCell(column, text, "is no whole number")
    lexical = f"{number.to_integral_value():f}" if datatype == "integer" else _lexical(number, datatype)
    return canonical(Literal(lexical, datatype=NamedNode(XSD + datatype)))


def _whole(number: Decimal) -> bool:
    """Tell whether a number is whole, or is so but for the last bits of the binary fraction it was once kept as."""
    return abs(number - number.to_integral_value()) <= 2 * Decimal(math.ulp(float(number)))


def _lexical(number: Decimal, datatype: str) -> str:
    return f"{number:E}" if datatype == "double" else f"{number:f}"


def _date(text: str, column: str, *, month_first: bool) -> Literal:
    match = (_MONTH_FIRST.fullmatch(text) if month_first else None) or _PARTIAL.fullmatch(text)
    if not match:
        raise BadCell(column, text, "is no date" + (", month first" if month_first else ""))
    year, month, day = (match.groupdict().get(part) for part in ("year", "month", "day"))
    try:
        date(int(year or 0), int(month or 1), int(day or 1))
    except ValueError:
        raise BadCell(column, text, "is no day of the calendar") from None
    written = [str(year), *(part.zfill(2) for part in (month, day) if part)]
    kind = ("gYear", "gYearMonth", "date")[len(written) - 1]
    return Literal("-".join(written), datatype=NamedNode(XSD + kind))


def _boolean(text: str, column: str) -> Literal:
    if text.casefold() not in ("true", "false", "yes", "no"):
        raise BadCell(column, text, "is neither true nor false")
    return Literal("true" if text.casefold() in ("true", "yes") else "false", datatype=NamedNode(XSD + "boolean"))


def _address(text: str, column: str) -> NamedNode:
    try:
        place = urlsplit(text)
    except ValueError:
        raise BadCell(column, text, "is no address") from None
    if place.scheme not in ("http", "https") or not place.netloc or _UNSAFE.search(text):
        raise BadCell(column, text, "is no address of the web")
    return NamedNode(text)
