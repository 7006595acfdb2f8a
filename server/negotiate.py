"""Content negotiation: media types, `Accept` with q-values (RFC 9110, section 12.5.1), and `?format=`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import NotAcceptable as HttpNotAcceptable


@dataclass(frozen=True)
class Format:
    """A format: its name here, the names `?format=` takes, its file ending, and its media types, the answer's first."""

    name: str
    names: tuple[str, ...]
    ending: str
    media: tuple[str, ...]

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        text = self.media[0].startswith("text/") or self.name == "html"
        return self.media[0] + ("; charset=utf-8" if text else "")


HTML = Format("html", ("html",), "html", ("text/html", "application/xhtml+xml"))
PLAIN_JSON = Format("json", ("json",), "json", ("application/json",))

RESULTS = (
    Format("json", ("json", "srj"), "srj", ("application/sparql-results+json", "application/json")),
    Format("xml", ("xml", "srx"), "srx", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Format("csv", ("csv",), "csv", ("text/csv",)),
    Format("tsv", ("tsv",), "tsv", ("text/tab-separated-values",)),
)
"""Formats of SELECT and ASK; names as in kg.rdf.RESULTS_FORMATS."""

GRAPHS = (
    Format("turtle", ("turtle", "ttl"), "ttl", ("text/turtle", "application/x-turtle")),
    Format("ntriples", ("ntriples", "nt"), "nt", ("application/n-triples", "text/plain")),
    Format("rdfxml", ("rdfxml", "rdf"), "rdf", ("application/rdf+xml", "application/xml", "text/xml")),
    Format("jsonld", ("jsonld",), "jsonld", ("application/ld+json", "application/json")),
)
"""Formats of CONSTRUCT, DESCRIBE and of one entity's data; names as in kg.rdf.FORMATS."""

DATASETS = (
    Format("trig", ("trig",), "trig", ("application/trig",)),
    Format("nquads", ("nquads", "nq"), "nq", ("application/n-quads",)),
)
"""Formats that also tell the evidence graph of each statement."""

CSV = Format("csv", ("csv",), "csv", ("text/csv",))

GRAPHML = Format("graphml", ("graphml",), "graphml", ("application/graphml+xml",))

ATOM = Format("atom", ("atom",), "atom", ("application/atom+xml",))
EVENTS = Format("events", ("events",), "events", ("text/event-stream",))
RDF_PATCH = Format("patch", ("patch", "rdfp"), "rdfp", ("application/rdf-patch",))

OF_THINGS = (*GRAPHS, *DATASETS, CSV)
"""Formats of what is said of one thing."""

PROBLEM = Format("json", ("json",), "json", ("application/problem+json", "application/json"))
"""What errors come in for programs."""


def choose(offers: Sequence[Format], accept: str, named: str | None) -> Format | None:
    """Return the offer that a client takes most gladly, the earlier of equals; None if it takes none.

    `named`, the value of `?format=`, wins over `accept`. It is a name from the table, or a media type.
    """
    if named:
        return next((offer for offer in offers if named in offer.names or named in offer.media), None)
    ranges = _ranges(accept)
    found, quality = None, 0.0
    for offer in offers:
        offered = max(_quality(media, ranges) for media in offer.media)
        if offered > quality:
            found, quality = offer, offered
    return found


def for_people(accept: str, named: str | None) -> bool:
    """Tell whether a client would rather have an error as a page."""
    if named:
        return named in HTML.names
    return choose([PROBLEM, HTML], accept, None) is HTML


def require(offers: Sequence[Format]) -> Format:
    """Return what Flask's request takes most gladly; raises 406, or 400 for an unknown `?format=`, with the list."""
    named = request.values.get("format")
    found = choose(offers, request.headers.get("Accept", ""), named)
    if found is None:
        raise not_acceptable(offers, named)
    return found


def not_acceptable(offers: Iterable[Format], named: str | None) -> HttpNotAcceptable | BadRequest:
    """Return the error that lists what there is."""
    offers = list(offers)
    if named:
        names = ", ".join(offer.names[0] for offer in offers)
        return BadRequest(f"There is no format {named!r} here; there are: {names}.")
    media = ", ".join(offer.media[0] for offer in offers)
    return HttpNotAcceptable(f"None of the media types asked for is here; there are: {media}.")


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Return media ranges with their q; a range that does not parse is passed over."""
    ranges: list[tuple[str, float]] = []
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = _number(value)
        if media:
            ranges.append((media.lower(), quality))
    return ranges or [("*/*", 1.0)]


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """Return the q of the most specific range that covers a media type; 0 if none does."""
    kind = media.partition("/")[0] + "/*"
    for wanted in (media, kind, "*/*"):
        qualities = [quality for name, quality in ranges if name == wanted]
        if qualities:
            return max(qualities)
    return 0.0
