"""What the dataset is, in VoID and DCAT 3: its size, its classes and properties, its files, its terms of use."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, product

from kg import export
from kg.ask import questions
from kg.build import SHIPPED
from kg.engine import select
from kg.errors import BadInput
from kg.log import Commit
from kg.names import ID, NS, ONTOLOGY, XSD, expand, shorten
from kg.paths import query
from kg.rdf import DefaultGraph, Literal, NamedNode, Triple, value
from kg.store import counts
from server import negotiate
from server.facts import Value, about, address, part, term, text
from server.view import Snapshot, view

_MOST_PARTITIONS = 200
_MOST_EXAMPLES = 10
_CC_BY = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_GRAPHML = NamedNode("http://graphml.graphdrawing.org/xmlns")
ENDINGS = {offer.name: offer.ending for offer in negotiate.GRAPHS + negotiate.DATASETS} | {"graphml": "graphml"}
"""The ending of an export's address, by the name of its syntax."""
TITLE = text("Atlante: the AI industry, with evidence", "Atlante: l’industria dell’IA, con le prove")
_DESCRIPTION = text(
    "Organisations, systems, licences and events of the AI industry. Every statement stands in a named graph that "
    "says which place of which source it comes from. The counts are of the default graph: what sources assert, the "
    "ontology, and what follows by rule.",
    "Organizzazioni, sistemi, licenze ed eventi dell’industria dell’IA. Ogni affermazione sta in un grafo con nome "
    "che dice da quale punto di quale fonte viene. I conteggi sono del grafo predefinito: ciò che le fonti "
    "affermano, l’ontologia e ciò che segue per regola.",
)
_RIGHTS = text(
    "Ontology, shapes, and the selection and wording of the data that come with Atlante: CC BY 4.0. Facts belong to "
    "nobody. What comes from a source that states terms of its own (kg:terms in its description) is under those.",
    "Ontologia, forme, e la scelta e la formulazione dei dati che vengono con Atlante: CC BY 4.0. I fatti non sono "
    "di nessuno. Ciò che viene da una fonte con condizioni proprie (kg:terms nella sua descrizione) è sotto quelle.",
)


@dataclass(frozen=True)
class Census:
    """How many things each class has and how many statements each property, the largest first."""

    classes: list[tuple[str, int]]
    properties: list[tuple[str, int]]

    @property
    def triples(self) -> int:
        """The triples of the default graph."""
        return sum(number for _, number in self.properties)


def census(here: Snapshot) -> Census:
    """Count the default graph, once per snapshot; two passes over it."""
    return here.remember("census", lambda: Census(_numbers(here, "classes"), _numbers(here, "properties")))


def _numbers(here: Snapshot, name: str) -> list[tuple[str, int]]:
    rows = select(here.engine, query(f"description/{name}"))
    return [(value(iri), int(value(number))) for iri, number in rows if iri and number]


def iri() -> NamedNode:
    """Return the IRI of the dataset: a part of the document that describes it."""
    return part(_document(), "dataset")


def description(here: Snapshot) -> list[Triple]:
    """Return the description of the dataset (VoID, W3C Note; DCAT 3), every link for the address asked at."""
    document, dataset = _document(), iri()
    return [
        *about(
            document,
            {"rdf:type": [term("void:DatasetDescription")], "foaf:primaryTopic": [dataset], "dct:title": TITLE},
        ),
        *about(dataset, _general(here)),
        *about(dataset, _measures(here)),
        *_partitions(dataset, "class", census(here).classes, "void:entities"),
        *_partitions(dataset, "property", census(here).properties, "void:triples"),
        *_distributions(dataset),
    ]


def _document() -> NamedNode:
    return address("description.describe_dataset")


def _general(here: Snapshot) -> dict[str, list[Value]]:
    commits = here.remember("commits", lambda: _commits(here))
    latest = {commit.source: commit for commit in commits}.values()
    shipped = all(commit.origin == SHIPPED for commit in latest if commit.digest)
    return {
        "rdf:type": [term("void:Dataset"), term("dcat:Dataset")],
        "dct:title": TITLE,
        "dct:description": _DESCRIPTION,
        "dct:rights": _RIGHTS,
        # Whose facts a store holds besides the shipped ones, and under which licence, nobody has told it.
        "dct:license": [_CC_BY] if commits and shipped else [],
        "dct:modified": [Literal(commit.time, datatype=NamedNode(XSD + "dateTime")) for commit in commits[-1:]],
        "dct:conformsTo": [NamedNode(ONTOLOGY), address("exports.export", what="shapes", ending="ttl")],
        "owl:versionInfo": [Literal(str(here.commit))],
        "dcat:landingPage": [address("home.home")],
        "foaf:homepage": [address("home.home")],
    }


def _commits(here: Snapshot) -> list[Commit]:
    """Return the commits that led to the snapshot; none where the log cannot be read, as on a read-only disk."""
    try:
        return [commit for commit in view().store.log.commits() if commit.number <= here.commit]
    except sqlite3.Error:
        return []


def _measures(here: Snapshot) -> dict[str, list[Value]]:
    counted = census(here)
    used = [iri for iri, _ in (counted.classes + counted.properties)[:_MOST_PARTITIONS]]
    vocabularies = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in used}
    return {
        "void:triples": [Literal(counted.triples)],
        "void:entities": [Literal(here.remember("counts", lambda: counts(here.engine)).entities)],
        "void:classes": [Literal(len(counted.classes))],
        "void:properties": [Literal(len(counted.properties))],
        "void:vocabulary": [NamedNode(ONTOLOGY if iri == NS else iri) for iri in vocabularies],
        "void:uriSpace": [Literal(ID)],
        "void:exampleResource": list(islice(_examples(here), _MOST_EXAMPLES)),
        "void:rootResource": [term("kg:Entity")],
        "void:sparqlEndpoint": [address("sparql.endpoint")],
    }


def _examples(here: Snapshot) -> Iterator[NamedNode]:
    """Yield the things that the named questions take as examples and that the graph speaks of."""
    named = {expand(text) for question in questions().values() for text in question.example.values()}
    for thing in sorted(iri for iri in named if iri.startswith(ID)):
        if any(True for _ in here.engine.quads(NamedNode(thing), None, None, DefaultGraph())):
            yield NamedNode(thing)


def _partitions(dataset: NamedNode, kind: str, numbers: list[tuple[str, int]], counted: str) -> Iterator[Triple]:
    """Yield the largest partitions by class or property; how many there are in all, the dataset itself says."""
    for iri, number in numbers[:_MOST_PARTITIONS]:
        partition = part(_document(), f"{kind}:{shorten(iri).strip('<>')}")
        yield from about(dataset, {f"void:{kind}Partition": [partition]})
        yield from about(partition, {f"void:{kind}": [NamedNode(iri)], counted: [Literal(number)]})


def _distributions(dataset: NamedNode) -> Iterator[Triple]:
    """Yield the files and the SPARQL service; the shapes, which say nothing of the industry, are no part of it."""
    endpoint = address("sparql.endpoint")
    service = part(address("description.describe_service"), "service")
    access = part(_document(), "sparql")
    yield from about(dataset, {"dcat:distribution": [access]})
    yield from about(
        access,
        {"rdf:type": [term("dcat:Distribution")], "dcat:accessURL": [endpoint], "dcat:accessService": [service]},
    )
    yield from about(service, {"rdf:type": [term("dcat:DataService")], "dcat:endpointURL": [endpoint]})
    for what, syntax in offered():
        if what == "shapes":
            continue
        name = f"{what}.{ENDINGS[syntax]}"
        file = address("exports.export", what=what, ending=ENDINGS[syntax])
        yield from about(dataset, {"dcat:distribution": [part(_document(), name)]})
        yield from about(part(_document(), name), _distribution(what, syntax, file))
        if syntax != "graphml":
            yield from about(dataset, {"void:dataDump": [file]})


def _distribution(what: str, syntax: str, file: NamedNode) -> dict[str, list[Value]]:
    """Return what is said of a file; GraphML has no media type registered at IANA (DCAT 3, section 6.8.17)."""
    kind = ("dct:format", _GRAPHML) if syntax == "graphml" else ("dcat:mediaType", _registered(syntax))
    return {
        "rdf:type": [term("dcat:Distribution")],
        "dct:description": [Literal(export.WHAT[what], language="en")],
        "dcat:accessURL": [file],
        "dcat:downloadURL": [file],
        kind[0]: [kind[1]],
    }


def _registered(syntax: str) -> NamedNode:
    return term("media:" + export.MEDIA_TYPES[syntax])


def offered() -> Iterator[tuple[str, str]]:
    """Yield each export that there is, as what it holds and its syntax."""
    for what, syntax in product(export.WHAT, export.FORMATS):
        with suppress(BadInput):
            yield export.chosen(what, syntax), syntax
