"""Formats by Accept and by `?format=`, in every place that has a choice."""

import json
from xml.etree import ElementTree

import pytest
from client import Client

from kg.rdf import FORMATS, parse

SELECT = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 3"
CONSTRUCT = "CONSTRUCT { id:gpt-3 ?p ?o } WHERE { id:gpt-3 ?p ?o }"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values;q=0.5, text/csv;q=0.4", "text/tab-separated-values; charset=utf-8"),
        ("text/*;q=0.2, text/csv;q=0.9, application/*;q=0.1", "text/csv; charset=utf-8"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("text/html, */*;q=0.8", "text/html; charset=utf-8"),
        ("image/png, application/sparql-results+json;q=0.1", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
    ],
)
def test_select_by_accept(client: Client, accept: str, given: str) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, given)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
    ],
)
def test_construct_by_accept(client: Client, accept: str, given: str) -> None:
    answer = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, given)


@pytest.mark.parametrize("name", ["turtle", "ttl", "ntriples", "rdfxml", "jsonld", "application/ld+json"])
def test_graphs_by_parameter_say_the_same(client: Client, name: str) -> None:
    answer = client.get("/sparql", query_string={"query": CONSTRUCT, "format": name})
    syntax = {"ttl": "turtle", "application/ld+json": "jsonld"}.get(name, name)
    plain = client.get("/sparql", query_string={"query": CONSTRUCT, "format": "nt"})
    expected = {quad.triple for quad in parse(plain.data, FORMATS["ntriples"])}
    assert {quad.triple for quad in parse(answer.data, FORMATS[syntax])} == expected
    assert len(expected) > 3


def test_results_by_parameter(client: Client) -> None:
    answers = {
        name: client.get("/sparql", query_string={"query": SELECT, "format": name})
        for name in ("json", "xml", "csv", "tsv", "html")
    }
    assert len(json.loads(answers["json"].data)["results"]["bindings"]) == 3
    assert ElementTree.fromstring(answers["xml"].data).tag.endswith("sparql")
    assert answers["csv"].data.startswith(b"s,p,o\r\n")
    assert answers["tsv"].data.startswith(b"?s\t?p\t?o\n")
    assert answers["html"].data.count(b"<tr>") == 4 + 18  # the head, three rows, and the table of prefixes


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv", "html"])
def test_ask(client: Client, name: str) -> None:
    answer = client.get("/sparql", query_string={"query": "ASK { id:gpt-3 ?p ?o }", "format": name})
    assert answer.status_code == 200
    assert b"true" in answer.data or b"Yes" in answer.data


def test_what_is_not_there_is_406_with_the_list(client: Client) -> None:
    answer = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/sparql-results+json" in answer.get_json()["detail"]
    wrong = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": "text/csv"})
    assert wrong.status_code == 406
    assert "text/turtle" in wrong.get_json()["detail"]
    unknown = client.get("/sparql", query_string={"query": SELECT, "format": "yaml"})
    assert unknown.status_code == 400
    assert "csv" in unknown.get_json()["detail"]


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/html", "/page/gpt-3"),
        ("*/*", "/page/gpt-3"),
        ("text/turtle", "/data/gpt-3.ttl"),
        ("application/ld+json", "/data/gpt-3.jsonld"),
        ("application/n-triples", "/data/gpt-3.nt"),
        ("text/html;q=0.3, application/rdf+xml", "/data/gpt-3.rdf"),
        ("application/trig", "/data/gpt-3.trig"),
    ],
)
def test_a_thing_leads_to_what_describes_it(client: Client, accept: str, location: str) -> None:
    answer = client.get("/id/gpt-3", headers={"Accept": accept})
    assert (answer.status_code, answer.location) == (303, location)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_the_data_of_a_thing(client: Client, ending: str) -> None:
    names = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "jsonld": "jsonld"}
    answer = client.get(f"/data/gpt-3.{ending}")
    subjects = {str(quad.subject) for quad in parse(answer.data, FORMATS[names[ending]])}
    assert subjects == {"<https://w3id.org/atlante/id/gpt-3>"}


def test_trig_tells_the_evidence(client: Client) -> None:
    graphs = {str(quad.graph_name) for quad in parse(client.get("/data/gpt-3.trig").data, FORMATS["trig"])}
    assert "<https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8>" in graphs


def test_the_ontology_as_data(client: Client) -> None:
    answer = client.get("/ns", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert answer.content_type == "text/turtle; charset=utf-8"
    assert b"LicenceAgreement" in answer.data


def test_any_other_iri_has_data(client: Client) -> None:
    iri = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers"
    answer = client.get("/entity", query_string={"iri": iri}, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert b"kg:translationOf" in answer.data
