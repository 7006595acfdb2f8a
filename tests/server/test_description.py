"""What the service says of itself in RDF: that it is well-formed, and that it is true."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from client import Client, Reply
from rdflib import DCAT, DCTERMS, OWL, RDF, RDFS, VOID, Graph, Literal, Namespace, URIRef
from running import FEW, Service, serving

from kg.build import build
from kg.engine import Engine
from kg.names import ID, SHAPES
from kg.rdf import DefaultGraph, NamedNode
from kg.store import Store

DOCUMENTS = ["/service", "/.well-known/void"]
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
MEDIA = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DATASET = URIRef("http://localhost/.well-known/void#dataset")
SERVICE = URIRef("http://localhost/service#service")
CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
A_SOURCE = """@prefix kg: <https://w3id.org/atlante/ns#> . @prefix src: <https://w3id.org/atlante/source/> .
@prefix id: <https://w3id.org/atlante/id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:acme a kg:Company ; rdfs:label "Acme"@en, "Acme"@it ."""


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client that reaches the service under another name."""
    client = Client(service.address, Host="localhost")
    yield client
    client.close()


def read(answer: Reply, ending: str = "ttl") -> Graph:
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.data, format=PARSERS[ending])


def described(client: Client, path: str) -> Graph:
    return read(client.get(path, headers={"Accept": "text/turtle"}))


def path_of(address: object) -> str:
    return urlsplit(str(address)).path


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of rdflib's own JSON-LD reader
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_format_says_the_same(client: Client, path: str) -> None:
    expected = set(described(client, path))
    assert len(expected) > 50
    for media, ending in MEDIA.items():
        by_accept = client.get(path, headers={"Accept": media})
        assert by_accept.content_type.partition(";")[0] == media
        assert set(read(by_accept, ending)) == expected
        assert client.get(path, query_string={"format": ending}).data == by_accept.data
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_address_is_the_one_that_the_client_came_by(client: Client, path: str) -> None:
    proxied = {"X-Forwarded-Host": "example.org", "X-Forwarded-Prefix": "/kg", "X-Forwarded-Proto": "https"}
    through = {str(term) for triple in read(client.get(path, headers=proxied)) for term in triple}
    assert any(term.startswith("https://example.org/kg/") for term in through)
    assert not [term for term in through if "localhost" in term]
    assert client.get(path, query_string={"lang": "it"}).data == client.get(path).data
    assert client.get(path, headers={"Host": "a<b"}).status_code == 400


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_unchanged_description_is_not_sent_twice(client: Client, path: str) -> None:
    version = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": version}).status_code == 304


def test_the_numbers_are_those_of_the_default_graph(client: Client, engine: Engine) -> None:
    void = described(client, "/.well-known/void")
    triples = [quad.triple for quad in engine.quads(graph=DefaultGraph())]
    properties = Counter(URIRef(triple.predicate.value) for triple in triples)
    typed = [triple for triple in triples if triple.predicate.value == str(RDF.type)]
    classes = Counter(URIRef(triple.object.value) for triple in typed if isinstance(triple.object, NamedNode))
    entities = {
        triple.subject.value
        for triple in typed
        if str(triple.object).endswith("ns#Entity>") and str(triple.subject).startswith(f"<{ID}")
    }
    told = {name: void.value(DATASET, VOID[name]) for name in ("triples", "entities", "classes", "properties")}
    numbers = {name: number.toPython() for name, number in told.items() if isinstance(number, Literal)}
    assert numbers == {
        "triples": len(triples),
        "entities": len(entities),
        "classes": len(classes),
        "properties": len(properties),
    }
    for partition, kind, counted, expected in (
        (VOID.classPartition, VOID["class"], VOID.entities, classes),
        (VOID.propertyPartition, VOID.property, VOID.triples, properties),
    ):
        nodes = list(void.objects(DATASET, partition))
        assert {void.value(node, kind): void.value(node, counted) for node in nodes} == {
            iri: Literal(number) for iri, number in expected.items()
        }


def test_every_address_that_is_named_answers(client: Client) -> None:
    void, service = described(client, "/.well-known/void"), described(client, "/service")
    dumps, files = set(void.objects(DATASET, VOID.dataDump)), set(void.objects(None, DCAT.downloadURL))
    assert len(dumps) >= 10
    assert dumps < files
    pages = {void.value(DATASET, DCAT.landingPage), service.value(SERVICE, DCAT.endpointDescription)}
    shapes = {iri for iri in void.objects(DATASET, DCTERMS.conformsTo) if "/export/" in iri}
    for address in [*files, *pages, *shapes]:
        assert client.get(path_of(address)).status_code == 200, address
    endpoint = service.value(SERVICE, SD.endpoint)
    assert endpoint == void.value(DATASET, VOID.sparqlEndpoint) == void.value(SERVICE, DCAT.endpointURL)
    assert client.get(path_of(endpoint), query_string={"query": "ASK {}"}).status_code == 200


def test_each_file_has_the_media_type_that_is_told(client: Client) -> None:
    void = described(client, "/.well-known/void")
    told = dict(void.subject_objects(DCAT.mediaType))
    assert len(told) > 10
    for file, media in told.items():
        given = client.get(path_of(void.value(file, DCAT.downloadURL))).content_type
        assert str(media).endswith(given.partition(";")[0])


def test_the_dataset_has_title_version_terms_and_things_to_begin_with(built_store: Path, client: Client) -> None:
    void = described(client, "/.well-known/void")
    for text in (DCTERMS.title, DCTERMS.description, DCTERMS.rights):
        assert {one.language for one in void.objects(DATASET, text) if isinstance(one, Literal)} == {"en", "it"}
    commit = Store(built_store).log.commits()[-1]
    assert void.value(DATASET, OWL.versionInfo) == Literal(str(commit.number))
    assert str(void.value(DATASET, DCTERMS.modified)).startswith(commit.time[:19])
    assert void.value(DATASET, DCTERMS.license) == CC_BY
    examples = list(void.objects(DATASET, VOID.exampleResource))
    assert examples
    for thing in examples:
        assert client.get(f"/id/{thing.removeprefix(ID)}").status_code == 303


def test_facts_from_elsewhere_get_no_licence_of_ours(serve: Callable[[str], Client], tmp_path: Path) -> None:
    unknown = described(serve("<http://x/s> <http://x/p> <http://x/o> ."), "/.well-known/void")
    assert not list(unknown.objects(None, DCTERMS.license))
    assert not list(unknown.objects(None, DCTERMS.modified))
    (tmp_path / "mine.ttl").write_text(A_SOURCE, encoding="utf-8")
    build(Store(tmp_path / "store"), [tmp_path / "mine.ttl"], author="tests")
    with serving(tmp_path / "store", **FEW) as service:
        client = Client(service.address, Host="localhost")
        own = described(client, "/.well-known/void")
        client.close()
    assert not list(own.objects(DATASET, DCTERMS.license))
    assert list(own.objects(DATASET, DCTERMS.modified))


def test_the_service_claims_what_it_does_and_no_more(client: Client) -> None:
    service = described(client, "/service")
    assert list(service.objects(SERVICE, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert not list(service.objects(SERVICE, SD.feature))
    names = {str(one).rpartition("/")[2] for one in service.objects(SERVICE, SD.resultFormat)}
    results = {f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")}
    assert names == results | {"Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"}


def test_the_service_tells_its_default_graph_and_its_named_ones(client: Client, engine: Engine) -> None:
    service = described(client, "/service")
    behind = service.value(SERVICE, SD.defaultDataset)
    assert service.value(behind, SD.defaultGraph) == DATASET
    count = sum(1 for _ in engine.quads(graph=DefaultGraph()))
    assert service.value(DATASET, VOID.triples) == Literal(count)
    graphs = {str(quad.graph_name).strip("<>") for quad in engine.quads()} - {"DEFAULT"}
    listed = {str(service.value(node, SD.name)) for node in service.objects(behind, SD.namedGraph)}
    assert SHAPES in listed
    assert listed == {graph for graph in graphs if "#" not in graph}
    assert all(str(len(graphs)) in comment for comment in service.objects(behind, RDFS.comment))


def test_a_long_list_of_graphs_is_cut_and_says_so(serve: Callable[[str], Client]) -> None:
    sources = [f"<https://w3id.org/atlante/source/s{number}>" for number in range(150)]
    typed = f"<{RDF.type}> <https://w3id.org/atlante/ns#Source>"
    client = serve("\n".join(f"{source} {typed} {source} .\n{source} {typed} ." for source in sources))
    service = described(client, "/service")
    assert len(list(service.objects(None, SD.namedGraph))) == 100
    assert any(comment.startswith("150 named graphs, of which 100") for comment in service.objects(None, RDFS.comment))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_browser_gets_a_page_that_links_to_the_formats(client: Client, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "a dcat:" in page.text or "dcat#" in page.text
    assert '<a href="?format=turtle">' in page.text


def test_every_page_leads_to_what_the_service_says_of_itself(client: Client) -> None:
    page = client.get("/").text
    assert all(f'href="{path}"' in page for path in [*DOCUMENTS, "/openapi.json"])
