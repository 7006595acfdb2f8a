"""Terms as pages show them: a label in the reader's language, a link of this server, and the IRI behind it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from flask import g, request, url_for

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
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{0,40})?([eE][+-]?\d{1,3})?")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGE = 15
"""Powers of ten from which a number is written as one."""
_SORTED = {
    **{f"xsd:{name}": "number" for name in ("integer", "decimal", "double")},
    **{f"xsd:{name}": "date" for name in ("date", "dateTime", "gYear", "gYearMonth")},
}
"""What is more than text to a program that sorts or draws."""
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


KEPT = 20_000
"""Terms, and evidence graphs, that a snapshot keeps as they are shown: the first ones asked for, so the common ones."""


@dataclass(frozen=True)
class Shown:
    """A term ready to be shown.

    `text` is the label or the literal, `lang` its language tag, `href` a link of this server, `external` an http(s)
    address of its own, `iri` the IRI (empty for a literal), `datatype` the literal's datatype in short, `raw` a number
    or date as the graph has it.
    """

    text: str
    lang: str = ""
    href: str = ""
    external: str = ""
    iri: str = ""
    datatype: str = ""
    unit: str = ""
    raw: str = ""

    @property
    def kind(self) -> str:
        """What a program may take it for: "number", "date", or ""."""
        return _SORTED.get(self.datatype, "")


class Terms:
    """Shows the terms of one snapshot in the language of the request; some are kept for later requests too."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._languages = language.preferred()
        self._shown: dict[str, Shown] = snapshot.remember(("shown", *reader()), dict[str, Shown])

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
            name = say(_OWN_GRAPHS[iri]) if iri in _OWN_GRAPHS else _name(iri)
            shown = Shown(text or name, lang, url_of(iri), external(iri), iri)
            if len(self._shown) < KEPT:
                self._shown[iri] = shown
            return shown
        return self._shown[iri]

    def label(self, iri: str) -> tuple[str, str]:
        """Return the label of an IRI and its language tag; two empty strings where there is none."""
        if iri in _BASIC:
            return _BASIC[iri][language.chosen()], language.chosen()
        for predicate in _LABELS:
            found = self.text(iri, predicate.value)
            if found[0]:
                return found
        return "", ""

    def text(self, iri: str, predicate: str, graph: str = "") -> tuple[str, str]:
        """Return the value of a literal property in the best language, and its tag; empty strings without one.

        `graph` names the graph to look in; the default graph, if none.
        """
        where = NamedNode(graph) if graph else DefaultGraph()
        quads = self._snapshot.engine.quads(NamedNode(iri), NamedNode(predicate), None, where)
        values = sorted(
            (self._rank(quad.object.language or ""), quad.object.value, quad.object.language or "")
            for quad in quads
            if isinstance(quad.object, Literal)
        )
        return (_short(values[0][1]), values[0][2]) if values else ("", "")

    def _rank(self, tag: str) -> int:
        short = tag.partition("-")[0].lower()
        return self._languages.index(short) if short in self._languages else len(self._languages)


def reader() -> tuple[str, ...]:
    """Return what the words and links of a page depend on beside the snapshot: language, and where the site begins."""
    return language.chosen(), g.get("language_asked", ""), request.script_root


def literal(value: str, lang: str = "", datatype: str = "") -> Shown:
    """Return a literal as pages show it: numbers readable, the datatype in short where it says something."""
    short = "" if lang or datatype.endswith(("#string", "#langString")) else shorten(datatype) if datatype else ""
    address = value if datatype.endswith("#anyURI") else ""
    kind = _SORTED.get(short, "")
    text = number(value) if kind == "number" else value
    return Shown(_short(text), lang, external=external(address), datatype=short, raw=_short(value) if kind else "")


def number(text: str) -> str:
    """Return a number as people read it, every digit kept: thousands apart, large powers of ten as such."""
    if not _NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    if value and abs(value.adjusted()) >= _LARGE:
        digits = f"{value.normalize():E}".partition("E")
        return f"{digits[0]} × 10{str(int(digits[2])).translate(_RAISED)}"
    plain = f"{value:f}" if "e" in text.casefold() else text
    whole, point, rest = plain.partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + point + rest if len(whole.lstrip("+-")) > 4 else plain


def url_of(iri: str) -> str:
    """Return the address on this server of any IRI, for the host and prefix that it is reached at.

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
        return url_for("ontology.terms")
    if iri.startswith(NS):
        return url_for("ontology.terms", _anchor=iri[len(NS) :])
    source = source_of(iri)
    if source and _SAFE_PATH.fullmatch(source[len(PREFIXES["src"]) :]):
        slug, place = source[len(PREFIXES["src"]) :], locator_of(iri)
        if place and not _SAFE_PATH.fullmatch(place):
            return url_for("sources.source", slug=slug, _anchor=place)
        return url_for("sources.place", slug=slug, locator=place) if place else url_for("sources.source", slug=slug)
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
