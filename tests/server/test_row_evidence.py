"""The evidence of each row over HTTP: formats, what is refused, and the page."""

import csv
import json

import pytest
from client import Client

P8 = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8"
LICENSEES = "SELECT ?who { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }"
JSON, CSV, TSV, XML = "application/sparql-results+json", "text/csv", "text/tab-separated-values", "application/xml"


def ask(client: Client, query: str, accept: str = JSON, **parameters: str):
    asked = {"query": query, "evidence": "1", **parameters}
    return client.get("/sparql", query_string=asked, headers={"Accept": accept})


def test_json_has_the_evidence_of_each_row_beside_the_results(client: Client) -> None:
    plain = client.get("/sparql", query_string={"query": LICENSEES}, headers={"Accept": JSON}).get_json()
    told = ask(client, LICENSEES).get_json()
    assert (told["head"], told["results"]) == (plain["head"], plain["results"])
    assert (len(told["evidence"]), told["evidenceRows"]) == (1, 1)
    (place,) = [place for place in told["evidence"][0] if place["graph"] == P8]
    assert place == {
        "graph": P8,
        "source": P8.partition("#")[0],
        "place": "p8",
        "standing": "asserted",
        "role": "statement",
    }


def test_every_kind_of_term_is_written_as_without_evidence(client: Client) -> None:
    query = "SELECT * { VALUES (?iri ?text ?tagged ?number) { (id:x 'a\"b' 'c\\td'@en 1.5) (UNDEF 'é' UNDEF UNDEF) } }"
    for accept in (JSON, CSV):
        plain = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        told = ask(client, query, accept)
        if accept == JSON:
            assert told.get_json()["results"] == plain.get_json()["results"]
        else:
            rows = list(csv.reader(told.text.splitlines()))
            assert [row[:-1] for row in rows] == list(csv.reader(plain.text.splitlines()))


@pytest.mark.parametrize(("accept", "head", "sign"), [(CSV, "who,evidence", ","), (TSV, "?who\t?evidence", "\t")])
def test_tables_have_a_last_column_of_graphs(client: Client, accept: str, head: str, sign: str) -> None:
    first, row = ask(client, LICENSEES, accept).text.splitlines()
    assert first == head
    assert P8 in row.split(sign)[1].strip('"').split(" ")


def test_a_column_that_is_called_evidence_keeps_its_name(client: Client) -> None:
    query = "SELECT ?evidence { GRAPH ?evidence { ?l kg:licensedWork id:gpt-3 } } ORDER BY ?evidence LIMIT 1"
    first, row = ask(client, query, CSV).text.splitlines()
    assert first == "evidence,row_evidence"
    assert row.split(",")[0] == row.split(",")[1]


def test_what_has_no_room_for_evidence_is_refused(client: Client) -> None:
    for accept in (XML, "text/turtle"):
        answer = ask(client, LICENSEES, accept)
        assert (answer.status_code, JSON in answer.get_json()["detail"]) == (406, True)


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s kg:licensee ?o }", "DESCRIBE id:gpt-3"])
def test_only_rows_have_evidence(client: Client, query: str) -> None:
    answer = ask(client, query)
    assert answer.status_code == 400
    assert "rows of a SELECT" in answer.get_json()["detail"]


def test_another_value_is_refused(client: Client) -> None:
    assert ask(client, LICENSEES, evidence="yes").status_code == 400


def test_answers_with_and_without_evidence_are_kept_apart(client: Client) -> None:
    for _ in range(2):
        plain = client.get("/sparql", query_string={"query": LICENSEES}, headers={"Accept": JSON}).get_json()
        assert "evidence" not in plain
        assert "evidence" in ask(client, LICENSEES).get_json()


def test_the_evidence_of_the_first_rows_is_named(client: Client) -> None:
    told = ask(client, "SELECT * { ?s ?p ?o } LIMIT 1100").get_json()
    assert len(told["results"]["bindings"]) == 1100
    assert len(told["evidence"]) == told["evidenceRows"] == 1000


def test_evidence_takes_part_in_the_time_of_the_query(address: str) -> None:
    client = Client(address)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert ask(client, slow).status_code == 504
    client.close()


def test_an_empty_answer_says_why_it_is_empty(client: Client) -> None:
    answer = ask(client, "SELECT ?x { ?x kg:licensedWork id:nothing-of-this-name }", explain="empty")
    assert answer.get_json()["empty"] is True


def test_the_page_has_a_column_of_links(browser: Client) -> None:
    page = browser.get("/sparql", query_string={"query": LICENSEES, "evidence": "1"}).text
    assert '<th scope="col">Evidence</th>' in page
    assert 'href="/evidence/ihal-microsoft-supercomputers/p8"' in page
    assert 'name="evidence" value="1" checked' in page
    assert "format=xml" not in page.partition('class="formats"')[2].partition("</p>")[0]


def test_the_page_says_what_has_no_place_in_both_languages(browser: Client) -> None:
    query = "SELECT ?x { ?x kg:licensee id:microsoft FILTER NOT EXISTS { ?x kg:nothing ?y } }"
    asked = {"query": query, "evidence": "1"}
    assert "That something is absent is said in no place." in browser.get("/sparql", query_string=asked).text
    italian = browser.get("/sparql", query_string={**asked, "lang": "it"}).text
    assert "Che qualcosa manchi non è detto in alcun luogo." in italian


def test_the_page_of_a_query_without_evidence_has_no_such_column(browser: Client) -> None:
    page = browser.get("/sparql", query_string={"query": LICENSEES}).text
    assert "Evidence</th>" not in page
    assert json.dumps(P8) not in page
