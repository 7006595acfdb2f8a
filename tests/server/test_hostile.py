"""Graphs that mean harm or are merely odd: nothing in them becomes markup, script or a link to run."""

import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from client import Client
from running import FEW, serving

ID = "https://w3id.org/atlante/id/"
GRAPH = "<https://w3id.org/atlante/source/evil#p1>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SEE = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"

ODD = [
    "javascript:alert(1)",
    "data:text/html,x",
    "http://example.org/'onmouseover='alert(1)",
    "http://example.org/%3Cscript%3E",
    "http://example.org/città/東京",
    "urn:x:y?z=1&a=2#b",
    "http://user@:99999/",
    ID + "a%3Cb",
    ID + "with/slash",
    ID + "città",
    ID + "..",
    ID + "x" * 8000,
    "mailto:somebody@example.org",
    "https://w3id.org/atlante/ns#odd'term",
]
HOSTILE = "<script>alert(1)</script> \\\" ' & <img src=x onerror=alert(1)>"


def graph_of(iris: list[str]) -> str:
    rows = [f"<{ID}start> {SEE} <{iri}> {GRAPH} .\n<{ID}start> {SEE} <{iri}> .\n" for iri in iris]
    rows += [f'<{iri}> {LABEL} "{HOSTILE}" {GRAPH} .\n<{iri}> {LABEL} "{HOSTILE}" .\n' for iri in iris]
    rows += [f'<{iri}> <{iri}> "{HOSTILE}"@en {GRAPH} .\n' for iri in iris]
    return "".join(rows)


def harmless(page: str) -> bool:
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', page)]
    assert not [link for link in links if not link.startswith(("/", "#", "http://", "https://", "mailto:"))]
    tags = re.findall(r"<(?:\"[^\"]*\"|[^<>\"])*>", page)
    assert not [
        tag
        for tag in tags
        if re.match(r"<script(?! type=\"(?:module\" src=\"/static/|application/ld))|<img src=x", tag)
    ]
    assert not [tag for tag in tags if re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", tag))]
    return "href='" not in page


@pytest.fixture(scope="module")
def hostile(serve: Callable[[str], Client]) -> Client:
    return serve(graph_of(ODD))


def test_what_refers_to_odd_iris_stays_whole(hostile: Client) -> None:
    page = hostile.get("/page/start")
    assert page.status_code == 200
    assert harmless(page.text)
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("iri", ODD)
def test_each_odd_iri_has_a_page_and_data(hostile: Client, iri: str) -> None:
    answer = hostile.get("/entity?iri=" + quote(iri, safe=""), follow_redirects=True)
    assert answer.status_code == 200
    assert harmless(answer.text)
    data = hostile.get("/entity?format=nt&iri=" + quote(iri, safe=""))
    assert data.status_code == 200
    assert b"alert(1)" in data.data


def test_every_link_of_the_page_leads_to_the_iri_it_names(hostile: Client) -> None:
    page = hostile.get("/page/start").text
    for link, iri in re.findall(r'<a class="term" href="(/(?:page|entity)[^"]*)" title="([^"]+)"', page):
        answer = hostile.get(unescape(link), follow_redirects=True)
        assert answer.status_code == 200, link
        assert f"<code>{iri}</code>" in answer.text


def test_odd_parameters_are_told_off_politely(hostile: Client) -> None:
    for iri in ("<>", "a b", '"', "%", "http://x/{}", "\\", "http://x/\n", "%00"):
        answer = hostile.get("/entity?iri=" + quote(iri, safe=""))
        assert answer.status_code in (400, 404)
        assert harmless(answer.text)
    for path in ("/page/%22%3E%3Cscript%3E", "/id/a%20b", "/page/%00", "/data/%7B%7D.ttl", "/source/%3C%3E"):
        answer = hostile.get(path)
        assert answer.status_code in (400, 404), path
        assert harmless(answer.text)


def test_hostile_answers_of_queries(hostile: Client) -> None:
    query = 'SELECT ?s ?o ("<script>" AS ?x) { ?s ?p ?o }'
    assert harmless(hostile.get("/sparql", query_string={"query": query}).text)


def test_a_renamed_thing_leads_to_its_new_name(serve: Callable[[str], Client]) -> None:
    client = serve(
        f'<{ID}old> <https://w3id.org/atlante/ns#redirectsTo> <{ID}new> {GRAPH} .\n<{ID}new> {LABEL} "New" {GRAPH} .\n'
    )
    assert (client.get("/id/old").status_code, client.get("/id/old").location) == (301, "/id/new")
    assert client.get("/page/old").location == "/page/new"
    assert client.get("/data/old.ttl").location == "/data/new.ttl"


def test_the_server_follows_the_snapshot(tmp_path: Path, publish: Callable[..., Path]) -> None:
    row = '<https://w3id.org/atlante/id/{0}> {1} "{0}" {2} .\n'
    with serving(publish(tmp_path, row.format("one", LABEL, GRAPH)), **FEW) as service:
        client = Client(service.address)
        assert client.get("/health/ready").get_json()["commit"] == 1
        assert client.get("/page/two").status_code == 404
        publish(tmp_path, row.format("two", LABEL, GRAPH), 2)
        time.sleep(0.2)
        assert client.get("/health/ready").get_json()["commit"] == 2
        assert client.get("/page/two").status_code == 200
        count = client.get("/sparql?query=SELECT%20*%20%7BGRAPH%20%3Fg%20%7B%3Fs%20%3Fp%20%22two%22%7D%7D&format=csv")
        assert "id/two" in count.text
        client.close()


def test_a_store_without_a_snapshot_is_503(tmp_path: Path) -> None:
    with serving(tmp_path, **FEW) as service:
        client = Client(service.address)
        assert client.get("/health/live").status_code == 200
        assert "kg build" in client.get("/health/ready").get_json()["repair"]
        for path in ("/", "/sparql?query=ASK%7B%7D", "/export/graph.ttl"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "kg build" in answer.get_json()["hint"]
        client.close()


def test_a_source_with_many_places_is_shown_in_pages(serve: Callable[[str], Client]) -> None:
    source = "https://w3id.org/atlante/source/long"
    rows = [f'<{source}> {LABEL} "Long" <{source}> .\n<{source}> {LABEL} "Long" .\n']
    for number in range(1, 121):
        graph = f"<{source}#row{number}>"
        rows += [f'<{ID}thing-{number}> {LABEL} "Thing {number}" {where} .\n' for where in (graph, "")]
        rows.append(f"{graph} <https://w3id.org/atlante/ns#evidenceIn> <{source}> .\n")
    client = serve("".join(rows))
    assert 'href="/evidence/long/row99"' in client.get("/page/thing-99").text
    assert "Thing 99" in client.get("/evidence/long/row99").text
    assert 'id="row99"' not in client.get("/source/long").text
    assert 'id="row99"' in client.get("/source/long?page=5").text
    for page in (1, 2, 3, 99):
        assert client.get(f"/source/long?page={page}").status_code == 200
