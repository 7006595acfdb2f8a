"""The service in its own words: `/service` (SPARQL 1.1 Service Description), `/.well-known/void` (VoID, DCAT)."""

from flask import Blueprint, Response

from kg.engine import select
from kg.names import BASE
from kg.paths import query
from kg.rdf import Literal, NamedNode, Triple, value
from server import dataset, negotiate
from server.facts import about, address, part, sent, shown, term, text
from server.view import Snapshot, snapshot

blueprint = Blueprint("description", __name__)

_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nquads": "N-Quads",
}
"""Names that W3C gives to file formats (https://www.w3.org/ns/formats/), by the name of a format here."""


@blueprint.get("/service")
def describe_service() -> Response:
    """Describe the SPARQL service: address, language, formats, dataset; a page, or RDF by Accept or `?format=`."""
    return _told(service_description(snapshot()), "The SPARQL service")


@blueprint.get("/.well-known/void")
def describe_dataset() -> Response:
    """Describe the dataset (VoID, DCAT): size, classes, files, terms; a page, or RDF by Accept or `?format=`."""
    return _told(dataset.description(snapshot()), "The dataset")


def _told(triples: list[Triple], title: str) -> Response:
    # For equals, as with */*, the earlier of the list: programs get Turtle.
    chosen = negotiate.require((*negotiate.GRAPHS, negotiate.HTML))
    return shown(triples, title) if chosen is negotiate.HTML else sent(triples, chosen)


def service_description(here: Snapshot) -> list[Triple]:
    """Return the description of the SPARQL service (SPARQL 1.1 Service Description), for the address asked at.

    It claims no feature: nothing is fetched (no sd:DereferencesURIs, no sd:BasicFederatedQuery), and the default
    graph is the union of the asserted graphs alone (no sd:UnionDefaultGraph).
    """
    document, endpoint = address("description.describe_service"), address("sparql.endpoint")
    service, behind = part(document, "service"), part(document, "dataset")
    offers = negotiate.RESULTS + negotiate.GRAPHS + negotiate.DATASETS
    facts = {
        "rdf:type": [term("sd:Service"), term("dcat:DataService")],
        "dct:title": dataset.TITLE,
        "sd:endpoint": [endpoint],
        "dcat:endpointURL": [endpoint],
        "dcat:endpointDescription": [address("openapi.document")],
        "dcat:servesDataset": [dataset.iri()],
        "sd:supportedLanguage": [term("sd:SPARQL11Query")],
        "sd:resultFormat": [term("formats:" + _FORMATS[offer.name]) for offer in offers],
        "sd:defaultEntailmentRegime": [term("entailment:Simple")],
        "sd:defaultDataset": [behind],
    }
    return [*about(service, facts), *_dataset(here, document, behind)]


def _dataset(here: Snapshot, document: NamedNode, behind: NamedNode) -> list[Triple]:
    """Describe the default graph and the named ones; there may be a million, so only whole sources are listed."""
    listed, number = here.remember("named graphs", lambda: _named_graphs(here))
    nodes = {part(document, name.removeprefix(BASE)): name for name in listed}
    comment = text(
        f"{number} named graphs, of which {len(listed)} are listed. The others are what a source says at one place; "
        "each is named by its source’s IRI, # and the place. The default graph holds what sources assert.",
        f"{number} grafi con nome, di cui {len(listed)} elencati. Gli altri sono ciò che una fonte dice in un punto; "
        "ognuno ha per nome l’IRI della fonte, # e il punto. Il grafo predefinito contiene ciò che le fonti affermano.",
    )
    facts = {
        "rdf:type": [term("sd:Dataset")],
        "rdfs:comment": comment,
        "sd:defaultGraph": [dataset.iri()],
        "sd:namedGraph": nodes,
    }
    default = {
        "rdf:type": [term("sd:Graph"), term("void:Dataset")],
        "void:triples": [Literal(dataset.census(here).triples)],
    }
    triples = [*about(behind, facts), *about(dataset.iri(), default)]
    for node, name in nodes.items():
        triples += about(node, {"rdf:type": [term("sd:NamedGraph")], "sd:name": [NamedNode(name)]})
    return triples


def _named_graphs(here: Snapshot) -> tuple[list[str], int]:
    """Return the graphs to be listed, and the number of all."""
    listed = [value(graph) for (graph,) in select(here.engine, query("description/whole-graphs")) if graph]
    (number,) = next(iter(select(here.engine, query("description/named-graphs"))))
    return listed, int(value(number)) if number else 0
