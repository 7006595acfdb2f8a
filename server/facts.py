"""Statements that the service makes of itself: from short names to triples, and from triples to bytes."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Response, render_template, request, url_for

from kg.errors import BadInput
from kg.export import jsonld, turtle
from kg.names import PREFIXES
from kg.rdf import FORMATS, Literal, NamedNode, Triple, serialize
from server.negotiate import GRAPHS, Format

_NAMESPACES = PREFIXES | {
    "dcat": "http://www.w3.org/ns/dcat#",
    "entailment": "http://www.w3.org/ns/entailment/",
    "formats": "http://www.w3.org/ns/formats/",
    "media": "https://www.iana.org/assignments/media-types/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}

Value = NamedNode | Literal


def term(name: str) -> NamedNode:
    """Return the IRI of `prefix:local`, of Atlante's prefixes and those of the vocabularies of description."""
    prefix, _, local = name.partition(":")
    return NamedNode(_NAMESPACES[prefix] + local)


def text(en: str, it: str) -> list[Value]:
    """Return a text in both languages."""
    return [Literal(en, language="en"), Literal(it, language="it")]


def about(subject: NamedNode, facts: Mapping[str, Iterable[Value]]) -> list[Triple]:
    """Return the triples of a subject from its values by property, named as `term` takes it."""
    return [Triple(subject, term(name), value) for name, values in facts.items() for value in values]


def address(endpoint: str, **values: Any) -> NamedNode:
    """Return the whole address of a view, for the host and prefix that the request came by, in no language.

    Raises BadInput where the request names no host.
    """
    if not request.host:
        raise BadInput("the request names no valid host", "", "Send the header Host.")
    return NamedNode(url_for(endpoint, **values, lang=None, _external=True))


def part(document: NamedNode, name: str) -> NamedNode:
    """Return the IRI of a thing that a document describes."""
    return NamedNode(f"{document.value}#{quote(name, safe=':/')}")


def shown(triples: Iterable[Triple], title: str) -> Response:
    """Return triples as a page for people: Turtle to read, and links to every format."""
    lines = _written(sorted(set(triples), key=str), "turtle").decode()
    return Response(render_template("description.html", title=title, turtle=lines, formats=GRAPHS))


def sent(triples: Iterable[Triple], chosen: Format) -> Response:
    """Return triples as an answer in a format of negotiate.GRAPHS; the same triples give the same bytes."""
    response = Response(_written(sorted(set(triples), key=str), chosen.name))
    response.content_type = chosen.content_type
    return response


def _written(triples: list[Triple], syntax: str) -> bytes:
    if syntax == "rdfxml":
        # The engine would declare prefixes in an order that differs from process to process.
        output = BytesIO()
        serialize(triples, FORMATS[syntax], output, prefixes=False)
        return output.getvalue()
    writer = {"turtle": turtle.turtle, "jsonld": jsonld.graph}.get(syntax, _lines)
    return "".join(writer(map(str, triples))).encode()


def _lines(statements: Iterable[str]) -> Iterator[str]:
    return (f"{statement} .\n" for statement in statements)
