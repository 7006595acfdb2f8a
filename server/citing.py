"""How others cite and find a thing: signposts in headers, schema.org for search engines, BibTeX for papers."""

import re
from typing import Any

from flask import url_for

from kg.names import NS, PREFIXES
from kg.rdf import DefaultGraph, Literal, NamedNode
from server.describing import Description
from server.negotiate import Format
from server.view import Snapshot

_KINDS = (
    ("Person", "Person"),
    ("Company", "Corporation"),
    ("Organisation", "Organization"),
    ("Place", "Place"),
    ("Event", "Event"),
    ("Api", "WebAPI"),
    ("SoftwareProduct", "SoftwareApplication"),
    ("TrainingData", "Dataset"),
    ("Work", "CreativeWork"),
)
"""Classes of Atlante and what schema.org calls them (ontology/alignments.ttl), narrower ones first."""


def signposts(iri: str, slug: str, formats: tuple[Format, ...]) -> str:
    """Return the value of the header Link of a thing's page (signposting.org/FAIR, level 1, landing page)."""
    links = [f'<{iri}>; rel="cite-as"', '<https://schema.org/AboutPage>; rel="type"']
    for format in formats:
        address = url_for("entities.data", slug=slug, ending=format.ending, _external=True)
        links.append(f'<{address}>; rel="describedby"; type="{format.media[0]}"')
    return ", ".join(links)


def described_page(slug: str) -> str:
    """Return the value of the header Link of a thing's data: the page that it describes."""
    return f'<{url_for("pages.page", slug=slug, _external=True)}>; rel="describes"; type="text/html"'


def for_search_engines(here: Snapshot, entity: Description) -> dict[str, Any]:
    """Return a thing as schema.org has it: its name, other names, kind, website, and what it is elsewhere."""
    node = NamedNode(entity.iri)

    def values(property: str) -> list[str]:
        found = here.engine.quads(node, NamedNode(property), None, DefaultGraph())
        return sorted({quad.object.value for quad in found if isinstance(quad.object, NamedNode | Literal)})

    kinds = set(values(PREFIXES["rdf"] + "type"))
    name = entity.title.text
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": next((theirs for ours, theirs in _KINDS if NS + ours in kinds), "Thing"),
        "@id": entity.iri,
        "name": name,
        "alternateName": [other for other in values(PREFIXES["skos"] + "altLabel") if other != name],
        "description": entity.comment.text,
        "url": values(NS + "website"),
        "sameAs": [iri for key in ("wikidata", "ror") for iri in values(NS + key) if iri.startswith("http")],
    }
    return {key: value for key, value in told.items() if value}


def bibtex(entity: Description, commit: int) -> str:
    """Return a BibTeX entry for what Atlante says of a thing, as of a commit."""
    key = re.sub(r"\W+", "-", entity.iri.rpartition("/")[2]) or "thing"
    lines = (
        f"@misc{{atlante-{key},",
        f"  title = {{{_plain(entity.title.text)}}},",
        f"  howpublished = {{Atlante, a knowledge graph of the AI industry, commit {commit}}},",
        f"  url = {{{_plain(entity.iri)}}}",
        "}",
    )
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return a text without what BibTeX would take for markup."""
    return re.sub(r"[{}\\]", "", text)
