"""Named questions on the web: asked by name, in plain words, and as data."""

import csv
import io

import pytest
from client import Client

from kg.ask import questions

P8 = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8"
WITHOUT_ROWS = {
    "belongs-to",
    "imported-sources",
    "licence-text",
    "models-with-open-weights",
    "embargoed-sources",
    "planned-clusters",
    "prices-of-model",
    "rises-and-falls",
}
"""Questions about what only imported tables tell."""
"""Questions that the shipped sources say nothing about."""


def test_the_front_page_answers_who_licenses_gpt_3(browser: Client) -> None:
    page = browser.get("/").text
    answer = page[page.index("Who licenses GPT-3?") : page.index("More questions")]
    for word in ("OpenAI", "Microsoft", "grants a licence on", "holds a licence on", "exclusive", "paragraph 8"):
        assert word in answer
    assert 'href="/evidence/ihal-microsoft-supercomputers/p8"' in answer


@pytest.mark.parametrize("name", questions())
def test_every_question_has_a_form_and_answers_its_example(browser: Client, name: str) -> None:
    question = questions()[name]
    assert browser.get(f"/questions/{name}").status_code == 200
    for language in ("en", "it"):
        answer = browser.get(f"/questions/{name}", query_string={**question.example, "lang": language})
        assert answer.status_code == 200
        assert '<table class="answers">' in answer.text
        assert ('class="none"' in answer.text) == (name in WITHOUT_ROWS)


def test_plain_words_lead_to_the_answer(browser: Client) -> None:
    english = browser.get("/questions/?q=who+licenses+GPT-3%3F")
    assert (english.status_code, english.location) == (303, "/questions/who-licenses?work=id:gpt-3")
    italian = browser.get("/questions/?q=chi+ha+in+licenza+GPT-3%3F")
    assert italian.location == "/questions/who-licenses?work=id:gpt-3&lang=it"
    assert "Chi ha in licenza GPT-3?" in browser.get(italian.location).text


def test_the_name_of_a_thing_leads_to_its_page(browser: Client) -> None:
    assert browser.get("/questions/?q=Satya+Nadella").location == "/page/satya-nadella"


def test_what_is_not_understood_is_said_with_the_nearest(browser: Client) -> None:
    page = browser.get("/questions/?q=who+licenced+<script>").text
    assert "not understood" in page
    assert "/questions/who-licenses?work=id:gpt-3" in page
    assert page.count("<script") == 1


def test_as_data(client: Client) -> None:
    told = client.get("/questions/who-licenses?work=GPT-3&format=json").get_json()
    assert told["values"] == {"work": "https://w3id.org/atlante/id/gpt-3"}
    assert {row["who"]["label"] for row in told["rows"]} == {"OpenAI", "Microsoft"}
    assert all(P8 in row["evidence"] for row in told["rows"] if "exclusivity" in row)
    rows = list(csv.DictReader(io.StringIO(client.get("/questions/who-licenses?work=id:gpt-3&format=csv").text)))
    assert len(rows) == len(told["rows"])
    assert client.get("/questions/who-licenses?work=id:gpt-3", headers={"Accept": "text/csv"}).mimetype == "text/csv"


def test_wrong_values_are_told_with_the_form(client: Client, browser: Client) -> None:
    page = browser.get("/questions/who-licenses?work=GPT-33")
    assert page.status_code == 404
    assert "Did you mean" in page.text
    assert 'value="GPT-33"' in page.text
    assert browser.get("/questions/events-between?first=x&last=2021-12-31").status_code == 400
    assert browser.get("/questions/who-licenses?work=%3Ca:b%20c").status_code == 400
    assert client.get("/questions/who-licenses?work=zzz&format=json").status_code == 404
    assert client.get("/questions/who-licenses", headers={"Accept": "application/json"}).status_code == 400
    assert client.get("/questions/none").status_code == 404


def test_the_query_of_an_answer_runs_at_the_endpoint(client: Client) -> None:
    told = client.get("/questions/who-licenses?work=id:gpt-3&format=json").get_json()
    answer = client.get("/sparql", query_string={"query": told["sparql"]}).get_json()
    assert answer["results"]["bindings"]
