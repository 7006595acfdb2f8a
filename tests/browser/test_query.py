"""The query page with its scripts: an editor that completes, answers without a page load, tabs, and what leaves it."""

import json
import re

import pytest
from browser.conftest import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

HOLDERS = "SELECT ?who { ?who kg:holdsLicenceOn id:gpt-3 }"
COUNTS = "SELECT ?kind (COUNT(?thing) AS ?things) { ?thing a ?kind . FILTER(STRSTARTS(STR(?kind), STR(kg:))) } "
COUNTS += "GROUP BY ?kind ORDER BY DESC(?things) LIMIT 8"
TRIPLES = "CONSTRUCT { ?s kg:developedBy ?o } WHERE { ?s kg:developedBy ?o } LIMIT 12"


def write(page: Page, query: str) -> None:
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)


def test_a_query_is_written_completed_and_run_by_keyboard_alone(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?s { ?s a ")
    page.keyboard.type("kg:Superc")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("kg:Supercomputer")
    expect(page.locator(".cm-completionInfo")).to_contain_text("computer")
    page.wait_for_timeout(200)  # the editor takes no key for a choice in the moment in which its list opens
    page.keyboard.press("Enter")
    page.keyboard.type(" } LIMIT 3")
    expect(page.locator("textarea[name=query]")).to_have_value(
        re.compile(r"^PREFIX kg: .*\n.*kg:Supercomputer \} LIMIT 3")
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".told")).to_contain_text("3 rows")
    expect(page.locator(".told")).to_contain_text("commit")


def test_an_entity_is_completed_by_its_name(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?p { ?p ?q ")
    page.keyboard.type("id:micros")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("Microsoft", timeout=20_000)


def test_tab_leaves_the_editor(page: Page) -> None:
    page.goto("/sparql")
    page.locator(".cm-content").click()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Answer as")).to_be_focused()


def test_a_broken_query_is_underlined_where_the_server_says(page: Page) -> None:
    page.goto("/sparql")
    write(page, "SELECT ?who {\n  ?who kg:holdsLicenceOn }")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2")
    expect(page.locator(".cm-lintRange-error")).to_have_text("}")
    expect(page.locator("textarea[name=query]")).to_have_value("SELECT ?who {\n  ?who kg:holdsLicenceOn }")
    write(page, HOLDERS)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("table").first).to_contain_text("Microsoft")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_tabs_and_what_was_run_are_kept_until_they_are_forgotten(page: Page) -> None:
    page.goto("/sparql")
    write(page, f"# Holders\n{HOLDERS}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".told")).to_contain_text("row")
    page.get_by_role("button", name="New").click()
    write(page, "# Another\nASK { ?s ?p ?o }")
    page.goto("/sparql")
    expect(page.get_by_role("tab", name="Another")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Holders").click()
    expect(page.locator("textarea[name=query]")).to_have_value(f"# Holders\n{HOLDERS}")
    page.get_by_text("Run before").click()
    page.get_by_role("button", name="Forget them").click()
    kept = json.loads(page.evaluate("localStorage.getItem('atlante.query')"))
    assert kept["runs"] == []
    assert len(kept["tabs"]) == 2


def test_an_answer_is_sorted_by_a_column(page: Page) -> None:
    page.goto(f"/sparql?query={COUNTS}")
    page.get_by_role("button", name="things", exact=True).click()
    cells = page.locator("td[data-column=things]").all_inner_texts()
    numbers = [int(re.sub(r"\D", "", cell)) for cell in cells]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1


def test_an_answer_is_drawn_as_a_chart_and_shown_raw(page: Page) -> None:
    page.goto(f"/sparql?query={COUNTS}")
    page.get_by_role("button", name="Chart").click()
    expect(page.locator(".chart rect")).to_have_count(8)
    expect(page.get_by_role("table").first).to_be_hidden()
    page.get_by_role("button", name="Raw").click()
    expect(page.locator(".view pre")).to_contain_text('"bindings"')
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("table").first).to_be_visible()


def test_triples_are_drawn_as_a_graph(page: Page) -> None:
    page.goto(f"/sparql?query={TRIPLES}")
    page.get_by_role("button", name="Graph", exact=True).click()
    expect(page.locator(".canvas canvas").first).to_be_visible()


@pytest.mark.parametrize("kind", ["curl", "SPARQLWrapper", "rdflib", "pandas", "Link"])
def test_a_query_is_copied_for_other_tools(page: Page, kind: str) -> None:
    page.goto(f"/sparql?query={HOLDERS}")
    page.get_by_text("Copy it for").click()
    page.get_by_role("button", name=kind, exact=True).click()
    expect(page.locator(".copy pre")).to_contain_text("holdsLicenceOn")


def test_the_evidence_of_rows_comes_without_a_page_load(page: Page) -> None:
    page.goto("/sparql")
    write(page, HOLDERS)
    page.get_by_label("With the evidence of each row").check()
    page.get_by_role("button", name="Run").click()
    expect(page.locator("td.by").first).to_contain_text("paragraph")


def test_a_named_question_is_found_by_a_word(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_text("Named questions").click()
    page.get_by_label("Find one").fill("licenses gpt")
    link = page.locator(".questions li:visible a").first
    expect(link).to_contain_text("GPT-3")
    link.click()
    expect(page.get_by_role("table").first).to_contain_text("Microsoft")


def test_an_answer_with_its_tools_is_accessible(page: Page) -> None:
    page.goto(f"/sparql?query={COUNTS}")
    page.get_by_role("button", name="Chart").click()
    page.get_by_text("Copy it for").click()
    page.get_by_role("button", name="curl").click()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, ["color-contrast"]) == []


def test_a_query_runs_and_a_broken_one_says_where_without_scripts(plain: Page) -> None:
    plain.goto("/sparql")
    query = plain.locator("main").get_by_label("Query")
    query.fill(HOLDERS)
    plain.get_by_role("button", name="Run").click()
    expect(plain.get_by_role("table").first).to_contain_text("Microsoft")
    query.fill("SELECT ?who { ?who kg:holdsLicenceOn }")
    plain.get_by_role("button", name="Run").click()
    expect(plain.get_by_role("alert")).to_contain_text("Line 1")
    expect(query).to_have_value("SELECT ?who { ?who kg:holdsLicenceOn }")
