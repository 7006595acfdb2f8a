"""Lists of things: by kind, narrowed, sorted, paged, as CSV; events by date; licences by day."""

import csv
import re
from collections.abc import Callable
from html import unescape

import pytest
from client import Client

from kg.names import ID, NS, RDF

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<td data-column="Name"><a class="term"[^>]*>([^<]+)</a>', page)]


def test_the_tree_of_kinds_counts_things(browser: Client) -> None:
    page = browser.get("/browse/").text
    kinds = re.findall(
        r'<li data-depth="(\d)"><a href="/browse/(\w+)">[^<]+</a> <span class="count">([\d,]+)</span>', page
    )
    depths = {name: int(depth) for depth, name, _ in kinds}
    counts = {name: int(count.replace(",", "")) for _, name, count in kinds}
    assert depths["Supercomputer"] == depths["System"] + 1 == depths["Work"] + 2
    assert counts["System"] >= counts["Supercomputer"] > 0
    listed = browser.get("/browse/Supercomputer?format=csv").text
    asserted = [row for row in csv.DictReader(listed.splitlines()) if row["standing"] == "asserted"]
    assert len(asserted) == counts["Supercomputer"]


def test_a_list_is_narrowed_by_facets_and_says_how_many_are_left(browser: Client) -> None:
    page = browser.get("/browse/Event").text
    kind, count = re.search(r'<option value="([^"]+#Acquisition)">[^<]+\((\d+)\)</option>', page).groups()  # type: ignore[union-attr]
    narrowed = browser.get("/browse/Event", query_string={"kind": kind}).text
    assert len(names(narrowed)) == int(count)
    assert set(names(narrowed)) < set(names(page))
    assert names(browser.get("/browse/Event?year=1066").text) == []


def test_a_list_is_sorted_by_name_and_by_date(browser: Client) -> None:
    by_name = names(browser.get("/browse/Event").text)
    assert by_name == sorted(by_name, key=str.casefold)
    page = browser.get("/browse/Event?sort=-date").text
    dates = [date for date in re.findall(r"<time>([^<]*)</time>", page) if date]
    assert dates == sorted(dates, reverse=True)
    assert browser.get("/browse/Event?sort=colour").status_code == 400


def test_what_is_only_reported_is_in_the_list_and_says_so(serve: Callable[[str], Client]) -> None:
    place, source = "<https://w3id.org/atlante/source/s#p1>", "<https://w3id.org/atlante/source/s>"
    rows = [
        f"<{ID}sure> <{RDF}type> <{NS}Model> .",
        f'<{ID}sure> {LABEL} "Sure" .',
        f"<{NS}Model> <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <https://w3id.org/atlante/ns> .",
        f"<{ID}rumoured> <{RDF}type> <{NS}Model> {place} .",
        f'<{ID}rumoured> {LABEL} "Rumoured" {place} .',
        f"{place} <{NS}standing> <{NS}Reported> {source} .",
        f"{place} <{NS}standing> <{NS}Reported> .",
    ]
    client = serve("".join(f"{row}\n" for row in rows))
    page = client.get("/browse/Model").text
    assert names(page) == ["Rumoured", "Sure"]
    assert re.search(r'Rumoured</a> <span class="standing reported">', page)
    assert names(client.get("/browse/Model?standing=asserted").text) == ["Sure"]


def test_a_long_list_has_pages(serve: Callable[[str], Client]) -> None:
    rows = [f"<{NS}Model> <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <https://w3id.org/atlante/ns> ."]
    for number in range(120):
        rows += [f"<{ID}m-{number}> <{RDF}type> <{NS}Model> .", f'<{ID}m-{number}> {LABEL} "M {number:03}" .']
    client = serve("".join(f"{row}\n" for row in rows))
    found = [name for page in (1, 2, 3) for name in names(client.get(f"/browse/Model?page={page}").text)]
    assert found == [f"M {number:03}" for number in range(120)]
    assert names(client.get("/browse/Model?page=99").text) == found[100:]


def test_the_timeline_goes_from_the_latest_event_back(browser: Client) -> None:
    page = browser.get("/timeline").text
    dates = [date for date in re.findall(r"<time>([^<]*)</time>", page) if date]
    assert len(dates) > 5
    assert dates == sorted(dates, reverse=True)
    assert "2019" in browser.get("/timeline?year=2019").text


@pytest.mark.parametrize(("day", "is_there"), [("", True), ("2020-10-01", True), ("2020", True), ("2019-01-01", False)])
def test_licences_are_shown_as_of_a_day(browser: Client, day: str, is_there: bool) -> None:
    page = browser.get("/licences", query_string={"day": day}).text
    assert ("/page/microsoft-gpt-3-licence" in page) is is_there


def test_a_day_that_is_none_is_refused(browser: Client) -> None:
    answer = browser.get("/licences?day=yesterday")
    assert answer.status_code == 400
    assert "2020-10-01" in answer.text


def test_a_kind_that_is_none_is_not_found(client: Client) -> None:
    answer = client.get("/browse/Unicorn")
    assert answer.status_code == 404
    assert "/browse/" in answer.get_json()["hint"]
