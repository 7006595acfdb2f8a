"""`/graph`, `/related` and `/depends` over the shipped data: pages, JSON, GraphML and CSV, and what is refused."""

import csv
from io import StringIO
from xml.etree import ElementTree

import pytest
from client import Client

from kg.names import ID, NS

PROBLEMS = [
    ("/graph", 400, "iri= is missing"),
    ("/graph?iri=gpt-3&depth=9", 400, "depth='9' is not 1 or 2"),
    ("/graph?iri=gpt-3&hide=%C2%A9", 400, "hide='©' names no property"),
    ("/graph?iri=nothing-of-the-kind", 404, "nothing is called"),
    ("/related?from=openai&to=openai", 400, "a path needs two things"),
    ("/related?format=json", 400, "two things are needed"),
    ("/depends?iri=xyzzy", 404, "nothing is called"),
]


@pytest.mark.parametrize(("path", "status", "detail"), PROBLEMS)
def test_what_cannot_be_answered_is_told(client: Client, path: str, status: int, detail: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert detail.casefold() in answer.get_json()["detail"].casefold()
    assert answer.get_json()["hint"]


def test_the_graph_around_a_thing_has_nodes_edges_and_their_evidence(client: Client) -> None:
    graph = client.get("/graph?iri=GPT-3&format=json").get_json()
    assert graph["nodes"][0] == {
        "id": ID + "gpt-3",
        "label": "GPT-3",
        "kind": "model",
        "href": "/page/gpt-3",
        "centre": True,
    }
    joined = {(edge["source"], edge["property"], edge["target"]) for edge in graph["edges"]}
    assert (ID + "gpt-3", NS + "developedBy", ID + "openai") in joined
    known = {node["id"] for node in graph["nodes"]}
    assert all({edge["source"], edge["target"]} <= known and edge["evidence"] for edge in graph["edges"])


def test_a_hidden_property_is_in_no_edge(client: Client) -> None:
    graph = client.get("/graph?iri=gpt-3&hide=kg:developedBy&format=json").get_json()
    assert graph["edges"]
    assert NS + "developedBy" not in {edge["property"] for edge in graph["edges"]}


def test_the_graph_is_graphml_for_other_tools(client: Client) -> None:
    answer = client.get("/graph?iri=gpt-3", headers={"Accept": "application/graphml+xml"})
    root = ElementTree.fromstring(answer.data)
    names = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes = {node.get("id") for node in root.iterfind(".//g:node", names)}
    assert ID + "openai" in nodes
    assert {edge.get("source") for edge in root.iterfind(".//g:edge", names)} <= nodes


def test_paths_name_their_steps_and_what_they_lead_through(client: Client) -> None:
    told = client.get("/related?from=power-apps&to=microsoft&format=json").get_json()
    best = told["paths"][0]
    assert best["steps"][0]["from"] == ID + "power-apps"
    assert best["steps"][-1]["to"] == ID + "microsoft"
    assert all(one["evidence"] for step in best["steps"] for one in step["statements"])
    assert [one["iri"] for one in best["through"]] == [step["to"] for step in best["steps"][:-1]]


def test_what_depends_on_a_thing_is_a_tree_a_page_and_a_table(client: Client, browser: Client) -> None:
    tree = client.get("/depends?iri=gpt-3&format=json").get_json()["thing"]
    rows = list(csv.DictReader(StringIO(client.get("/depends?iri=gpt-3&format=csv").text)))
    assert {row["thing"] for row in rows} >= {ID + "power-apps"}
    assert len({row["thing"] for row in rows}) == tree["count"]
    assert f'<span class="count">{tree["count"]}</span>' in browser.get("/depends?iri=gpt-3").text


def test_a_name_leads_where_its_slug_does(client: Client) -> None:
    assert client.get("/depends?iri=GPT-3&format=csv").text == client.get(f"/depends?iri={ID}gpt-3&format=csv").text


def test_an_editor_gets_the_terms_with_their_definitions(client: Client) -> None:
    told = client.get("/ns?format=json").get_json()
    assert told["prefixes"]["kg"] == NS
    terms = {term["name"]: term for term in told["terms"]}
    assert terms["kg:Supercomputer"]["kind"] == "classes"
    assert terms["kg:developedBy"]["definition"]
