"""Turtle and TriG for people to read: grouped by subject, sorted, prefixed, the same bytes every time.

pyoxigraph's serialiser orders its prefixes by a hash and escapes characters in local names, which rdflib
does not read everywhere; so the text is made here, from sorted canonical N-Triples statements, whose
strings are Turtle already (RDF 1.1 Turtle, section 6.4).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from kg.names import PREFIXES, RDF, XSD

_TYPE = f"<{RDF}type>"
_BARE = {
    f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+"),
    f"<{XSD}decimal>": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"<{XSD}double>": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
    f"<{XSD}boolean>": re.compile(r"true|false"),
}
"""Datatypes whose literals Turtle writes without quotes, and the forms that may be (section 2.5)."""


_NAMESPACES = {namespace: prefix for prefix, namespace in PREFIXES.items()}
"""Each ends with the last # or / of the IRIs in it."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def turtle(statements: Iterable[str]) -> Iterator[str]:
    """Yield Turtle, piece by piece, for sorted statements `subject predicate object`."""
    yield _header()
    yield from _subjects(statements, "")


def trig(statements: Iterable[str]) -> Iterator[str]:
    """Yield TriG, piece by piece, for sorted statements `graph subject predicate object`."""
    yield _header()
    for graph, group in groupby(statements, key=_first):
        yield f"\n{_name(graph)} {{"
        yield from _subjects((statement[len(graph) + 1 :] for statement in group), "    ")
        yield "}\n"


@lru_cache(maxsize=1 << 16)
def _name(iri: str) -> str:
    """Return the prefixed name of an IRI in angle brackets, where one needs no escapes; a triple term as it is."""
    start = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _NAMESPACES.get(iri[1:start])
    return f"{prefix}:{iri[start:-1]}" if prefix and _LOCAL.fullmatch(iri, start, len(iri) - 1) else iri


def _header() -> str:
    return "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(PREFIXES))


def _first(statement: str) -> str:
    return statement[: statement.index(" ")]


def _subjects(statements: Iterable[str], indent: str) -> Iterator[str]:
    last_subject = last_predicate = ""
    deep, deeper = f"\n{indent}    ", f"\n{indent}        "
    for statement in statements:
        subject, predicate, value = statement.split(" ", 2)
        value = _name(value) if value[0] == "<" else _literal(value)
        if subject != last_subject:
            end = " .\n\n" if last_subject else "\n"
            yield f"{end}{indent}{_name(subject)}{deep}{_verb(predicate)} {value}"
            last_subject, last_predicate = subject, predicate
        elif predicate != last_predicate:
            yield f" ;{deep}{_verb(predicate)} {value}"
            last_predicate = predicate
        else:
            yield f" ,{deeper}{value}"
    if last_subject:
        yield " .\n"


def _literal(text: str) -> str:
    """Return a literal of N-Triples as Turtle writes it: a number, a boolean, or a prefixed datatype."""
    if text[-1] != ">":
        return text
    quoted, _, datatype = text.rpartition("^^")
    bare = _BARE.get(datatype)
    if bare and bare.fullmatch(quoted, 1, len(quoted) - 1):
        return quoted[1:-1]
    return f"{quoted}^^{_name(datatype)}"


def _verb(predicate: str) -> str:
    return "a" if predicate == _TYPE else _name(predicate)
