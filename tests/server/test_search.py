"""The page of search, its JSON, and completion as one types."""

import re
from html import unescape

import pytest
from client import Client


def found(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<li><h2><a class="term"[^>]*>([^<]+)</a>', page)]


def test_the_page_finds_things_and_counts_kinds(browser: Client) -> None:
    page = browser.get("/search?q=microsoft").text
    assert found(page)[0] == "Microsoft"
    link = re.search(r'<a href="([^"]+kind=kg:Company[^"]*)">company <span class="count">(\d+)</span>', page)
    assert link
    narrowed = browser.get(unescape(link[1])).text
    assert len(found(narrowed)) == min(int(link[2]), 20)


def test_programs_get_json(client: Client) -> None:
    answer = client.get("/search?q=gpt3", headers={"Accept": "application/json"}).get_json()
    assert answer["results"][0]["iri"] == "https://w3id.org/atlante/id/gpt-3"
    assert answer["total"] >= len(answer["results"])
    assert answer["commit"] > 0


def test_names_are_completed_as_one_types(client: Client) -> None:
    reply = client.get("/complete?q=vo")
    assert {"label": "Voyager-EUS2", "href": "/page/voyager-eus2"}.items() <= reply.get_json()[0].items()
    assert reply.headers["ETag"]
    only = client.get("/complete?q=microsoft&kind=kg:Organisation").get_json()
    assert only[0]["label"] == "Microsoft"
    assert all(one["kind"] in ("company", "organisation", "research lab") for one in only)


def test_names_are_in_the_language_of_the_reader(client: Client) -> None:
    assert client.get("/complete?q=united&lang=it").get_json()[0]["label"] == "Stati Uniti"


def test_what_is_not_found_has_near_names(browser: Client) -> None:
    page = browser.get("/search?q=mircosoft").text
    assert "Nothing goes by this name" in page
    assert "Microsoft" in found(page)


@pytest.mark.parametrize("text", ["", "%00", "%22", "*", "%ED%A0%80", "a" * 3000, "<script>"])
def test_no_text_breaks_the_page(browser: Client, client: Client, text: str) -> None:
    assert browser.get(f"/search?q={text}").status_code == 200
    assert client.get(f"/complete?q={text}").status_code == 200


def test_what_is_no_question_shows_what_is_called_so(browser: Client) -> None:
    page = browser.get("/questions/?q=azure+open", follow_redirects=True).text
    assert "Azure OpenAI Service" in found(page)
