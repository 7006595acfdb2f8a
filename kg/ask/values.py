"""Values in questions: numbers, and dates as precise as they are given.

A date may be a day, a month or a year: `2021-05-25`, `25 May 2021`, `maggio 2021`, `2021`.
"""

import re
from datetime import date

from kg.ask.phrasing import key, without_article
from kg.ask.questions import Param
from kg.names import XSD, shorten
from kg.rdf import Literal, NamedNode, canonical

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    )
    for number, name in enumerate(names.split(), 1)
}
_DATE_TYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_NUMBERS = {"integer": re.compile(r"\d+"), "decimal": re.compile(r"\d+(?:[.,]\d+)?")}


def literal(text: str, param: Param) -> Literal | None:
    """Return the literal that a text is for a parameter; None where it is none of its datatype.

    For an xsd:date, what is given as a month or a year becomes xsd:gYearMonth or xsd:gYear.
    """
    kind, text = shorten(param.kind).removeprefix("xsd:"), without_article(text)
    if kind == "date":
        written = _date(text)
        return Literal(written, datatype=NamedNode(XSD + _DATE_TYPES[len(written)])) if written else None
    if kind in _NUMBERS and not _NUMBERS[kind].fullmatch(text):
        return None
    return canonical(Literal(text.replace(",", ".") if kind == "decimal" else text, datatype=NamedNode(param.kind)))


def _date(text: str) -> str:
    """Return a date in the form of XML Schema, part 2, section 3.3, as precise as given; "" where it is none."""
    written = text if re.fullmatch(r"\d{4}(-\d\d){0,2}", text) else _in_words(text)
    try:
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError:
        return ""
    return written


def _in_words(text: str) -> str:
    parts = key(text).split()
    months = [_MONTHS[part] for part in parts if part in _MONTHS]
    years = [part for part in parts if re.fullmatch(r"\d{4}", part)]
    days = [int(part) for part in parts if re.fullmatch(r"\d{1,2}", part)]
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(parts) != 2 + len(days):
        return ""
    return "-".join((years[0], *(f"{number:02}" for number in (*months, *days))))
