"""JSON-LD in expanded form (JSON-LD 1.1, section 4.1), a node a line, the same bytes every time.

Without a context no IRI can be mistaken for a prefixed name, whatever vocabulary people bring.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, cast

from kg.names import RDF, XSD
from kg.rdf import Literal, Quad, Term, parse_statements


def graph(statements: Iterable[str]) -> Iterator[str]:
    """Yield the JSON-LD of one graph, piece by piece, for sorted statements `subject predicate object`."""
    yield "["
    yield from _separated(_nodes(statements))
    yield "\n]\n"


def dataset(statements: Iterable[str]) -> Iterator[str]:
    """Yield the JSON-LD of named graphs for sorted statements `graph subject predicate object`."""
    yield "["
    between = "\n"
    for name, group in groupby(statements, key=_first):
        yield f'{between}{{"@id": {_text(name[1:-1])}, "@graph": ['
        yield from _separated(_nodes(statement[len(name) + 1 :] for statement in group))
        yield "\n]}"
        between = ",\n"
    yield "\n]\n"


def _first(statement: str) -> str:
    return statement[: statement.index(" ")]


def _separated(nodes: Iterable[str]) -> Iterator[str]:
    between = "\n"
    for node in nodes:
        yield between + node
        between = ",\n"


def _nodes(statements: Iterable[str]) -> Iterator[str]:
    for _, group in groupby(statements, key=_first):
        yield _text(_node(list(parse_statements(group))))


def _node(quads: list[Quad]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": cast(Term, quads[0].subject).value}
    for quad in quads:
        value = cast(Term, quad.object)
        if quad.predicate.value == RDF + "type":
            node.setdefault("@type", []).append(value.value)
        else:
            node.setdefault(quad.predicate.value, []).append(_value(value))
    return node


def _value(value: Term) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": value.value}
    if value.language is not None:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == XSD + "string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
