"""Terms as pages show them: a label in the reader's language, a link of this server, and the IRI behind it."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from kg.names import ID, INFERRED, NS, ONTOLOGY, PREFIXES, RDF, RDFS, SHAPES, locator_of, shorten, source_of
from kg.rdf import DefaultGraph, Literal, NamedNode, Term
from server import language
from server.places import place_name
from server.view import Snapshot
from server.words import say

_LABELS = tuple(
    NamedNode(iri)
    for iri in (
        PREFIXES["rdfs"] + "label",
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["foaf"] + "name",
        PREFIXES["schema"] + "name",
        PREFIXES["dct"] + "title",
        # Of a thing that goes by a name that none of its sources uses, another name is better than none.
        PREFIXES["skos"] + "altLabel",
    )
)
_SAFE_PATH = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
_HARMLESS_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`{}|\\^\x00-\x20]+", re.IGNORECASE)
_LONGEST = 2_000
PLACES_ON_PAGE = 50
"""Places of a source that one page shows."""
_BASIC = {
    RDF + "type": {"en": "type", "it": "tipo"},
    RDFS + "label": {"en": "name", "it": "nome"},
    RDFS + "comment": {"en": "description", "it": "descrizione"},
    PREFIXES["skos"] + "altLabel": {"en": "also called", "it": "detto anche"},
    RDFS + "subClassOf": {"en": "kind of", "it": "specie di"},
    RDFS + "subPropertyOf": {"en": "narrower than", "it": "più stretta di"},
    RDFS + "domain": {"en": "said of", "it": "si dice di"},
    RDFS + "range": {"en": "value", "it": "valore"},
    PREFIXES["owl"] + "inverseOf": {"en": "inverse of", "it": "inversa di"},
    PREFIXES["owl"] + "disjointWith": {"en": "never also", "it": "mai anche"},
}
"""Words for the properties that every graph uses and no source of ours names."""
_OWN_GRAPHS = {ONTOLOGY: "graph.ontology", INFERRED: "graph.inferred", SHAPES: "graph.shapes"}


@dataclass(frozen=True)
class Shown:
    """A term ready to be shown.

    `text` is the label or the literal, `lang` its language tag, `href` a link of this server, `external` an http(s)
    address of its own, `iri` the IRI (empty for a literal), `datatype` the literal's datatype in short.
    """

    text: str
    lang: str = ""
    href: str = ""
    external: str = ""
    iri: str = ""
    datatype: str = ""
    unit: str = ""


class Terms:
    """Shows the terms of one snapshot in the language of the request; remembers what it has looked up."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._languages = language.preferred()
        self._shown: dict[str, Shown] = {}

    def show(self, term: Term | None) -> Shown:
        """Return any term as pages show it; None gives an empty text."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal):
            return literal(term.value, term.language or "", term.datatype.value)
        return Shown(_short(str(term)) if term is not None else "")

    def iri(self, iri: str) -> Shown:
        """Return an IRI with its label, or with its short name where the graph gives it no label."""
        if iri not in self._shown:
            text, lang = self.label(iri)
            if not text and locator_of(iri):
                source = self.iri(iri.partition("#")[0])
                text, lang = f"{source.text}, {place_name(locator_of(iri))}", source.lang
            self._shown[iri] = Shown(
                text or (say(_OWN_GRAPHS[iri]) if iri in _OWN_GRAPHS else _name(iri)), lang, self._href(iri), external(iri), iri
            )
        return self._shown[iri]

    def _href(self, iri: str) -> str:
        """Return the address of an IRI; a place of a source on several pages is named to the server too."""
        source, place = source_of(iri), locator_of(iri)
        if not source or not place:
            return url_of(iri)
        large = self._snapshot.remember(("large", source), lambda: self._has_many_places(source))
        return url_of(iri, place=place) if large else url_of(iri)

    def _has_many_places(self, source: str) -> bool:
        places = self._snapshot.engine.quads(None, NamedNode(NS + "evidenceIn"), NamedNode(source), DefaultGraph())
        return sum(1 for _ in islice(places, PLACES_ON_PAGE + 1)) > PLACES_ON_PAGE

    def label(self, iri: str) -> tuple[str, str]:
        """Return the label of an IRI and its language tag; two empty strings where there is none."""
        if iri in _BASIC:
            return _BASIC[iri][language.chosen()], language.chosen()
        for predicate in _LABELS:
            found = self.text(iri, predicate.value)
            if found[0]:
                return found
        return "", ""

    def text(self, iri: str, predicate: str) -> tuple[str, str]:
        """Return the value of a literal property in the best language, and its tag; empty strings without one."""
        quads = self._snapshot.engine.quads(NamedNode(iri), NamedNode(predicate), None, DefaultGraph())
        values = sorted(
            (self._rank(quad.object.language or ""), quad.object.value, quad.object.language or "")
            for quad in quads
            if isinstance(quad.object, Literal)
        )
        return (_short(values[0][1]), values[0][2]) if values else ("", "")

    def _rank(self, tag: str) -> int:
        short = tag.partition("-")[0].lower()
        return self._languages.index(short) if short in self._languages else len(self._languages)


def literal(value: str, lang: str = "", datatype: str = "") -> Shown:
    """Return a literal as pages show it: thousands apart in integers, the datatype in short where it says something."""
    short = "" if lang or datatype.endswith(("#string", "#langString")) else shorten(datatype) if datatype else ""
    numeric = short == "xsd:integer" and len(value.lstrip("+-")) > 4
    address = value if datatype.endswith("#anyURI") else ""
    text = f"{int(value):,}".replace(",", "\u202f") if numeric and re.fullmatch(r"[+-]?\d{1,30}", value) else value
    return Shown(_short(text), lang, external=external(address), datatype=short)


def url_of(iri: str, **query: Any) -> str:
    """Return the address on this server of any IRI, for the host and prefix that it is reached at; `query` is added.

    The graph of what follows by rule has none: "".
    """
    local = iri[len(ID) :] if iri.startswith(ID) else ""
    if local and _SAFE_PATH.fullmatch(local):
        return url_for("pages.page", slug=local)
    if iri == INFERRED:
        return ""
    if iri == SHAPES:
        return url_for("exports.export", what="shapes", ending="ttl")
    if iri in (ONTOLOGY, NS):
        return url_for("graphs.ontology")
    if iri.startswith(NS):
        return url_for("graphs.ontology", _anchor=iri[len(NS) :])
    source = source_of(iri)
    if source and _SAFE_PATH.fullmatch(source[len(PREFIXES["src"]) :]):
        return url_for("graphs.source", slug=source[len(PREFIXES["src"]) :], _anchor=locator_of(iri), **query)
    return url_for("entities.entity", iri=iri)


def external(iri: str) -> str:
    """Return the IRI itself where it is a harmless http(s) or mailto address outside Atlante, else ""."""
    if not _HARMLESS_URL.fullmatch(iri) or iri.startswith(PREFIXES["kg"].removesuffix("ns#")):
        return ""
    try:
        parts = urlsplit(iri)
        return iri if parts.hostname or parts.scheme.lower() == "mailto" else ""
    except ValueError:
        return ""


def _name(iri: str) -> str:
    name = shorten(iri)
    return _short(name.removeprefix("<").removesuffix(">"))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
