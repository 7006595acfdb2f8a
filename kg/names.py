"""IRIs of Atlante: namespaces, prefixes, and the parts of an evidence graph's name."""

import re
import unicodedata

BASE = "https://w3id.org/atlante/"
NS = BASE + "ns#"
ID = BASE + "id/"
SOURCE = BASE + "source/"
GENID = BASE + ".well-known/genid/"
"""Skolem IRIs that stand for the blank nodes of foreign files (RDF 1.1 Concepts, section 3.5)."""

CHECK = BASE + "check#"
"""The namespace of what the queries of a check find; it is never stored."""

INFERRED = BASE + "inferred"
SHAPES = BASE + "shapes"
ONTOLOGY = BASE + "ns"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

STANDING = NS + "standing"
ASSERTED = NS + "Asserted"
ACCESS = NS + "access"
EMBARGOED = NS + "Embargoed"

PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "id": ID,
    "kg": NS,
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "src": SOURCE,
    "unit": "http://qudt.org/vocab/unit/",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}

# Only names that need no escape in Turtle (PN_LOCAL without PLX) are shortened.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def expand(name: str) -> str:
    """Return the IRI of `prefix:local`, of `<iri>`, or of an IRI that stands as it is."""
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    return name


def shorten(iri: str) -> str:
    """Return `prefix:local` where a known prefix covers the IRI, else `<iri>`."""
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    local = iri[len(PREFIXES[best]) :] if best else ""
    return f"{best}:{local}" if best and _LOCAL_NAME.fullmatch(local) else f"<{iri}>"


def source_of(graph: str) -> str | None:
    """Return the source a graph belongs to: `src:x#p8` and `src:x` both give `src:x`; other graphs None."""
    return graph.partition("#")[0] if graph.startswith(SOURCE) else None


def locator_of(graph: str) -> str | None:
    """Return the place in the source that an evidence graph names, e.g. "p8"; None for other graphs."""
    return graph.partition("#")[2] or None if graph.startswith(SOURCE) else None


def slugify(text: str) -> str:
    """Return a readable ASCII slug, e.g. "Società Énel 2.0" -> "societa-enel-2-0"; "source" if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-") or "source"
