"""The graph view, paths between two things, and what depends on one, as a reader meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_graph_around_a_thing_is_followed_from_its_page(page: Page) -> None:
    page.goto("/page/gpt-3")
    page.get_by_role("link", name="What lies around it").click()
    expect(page.locator(".graph canvas").first).to_be_visible()
    expect(page.locator(".legend")).to_contain_text("model")
    canvas = page.get_by_role("application")
    canvas.focus()
    canvas.press("ArrowRight")
    expect(page.locator(".told a")).to_have_attribute("href", re.compile("/page/"))
    before = page.locator(".properties").inner_text()
    canvas.press("Enter")
    expect(page.locator(".properties")).not_to_have_text(before)


def test_the_drawing_is_the_same_each_time_and_can_be_taken_away(page: Page) -> None:
    pictures = []
    for _ in range(2):
        page.goto("/graph?iri=gpt-3")
        with page.expect_download() as told:
            page.get_by_role("button", name="SVG").click()
        pictures.append(told.value.path().read_text(encoding="utf-8"))
    assert pictures[0] == pictures[1]
    assert "GPT-3" in pictures[0]
    assert pictures[0].count("<path") > 5
    with page.expect_download() as told:
        page.get_by_role("button", name="PNG").click()
    assert told.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_property_is_hidden(page: Page) -> None:
    page.goto("/graph?iri=gpt-3")
    box = page.locator(".properties").get_by_label(re.compile("developed by"))
    box.uncheck()
    expect(box).not_to_be_checked()
    page.get_by_role("link", name="hide").first.click()
    expect(page.get_by_role("main")).to_contain_text("Hidden:")


def test_two_things_are_named_and_their_paths_read_to_the_evidence(page: Page) -> None:
    page.goto("/related")
    page.get_by_label("One thing").fill("OpenAI")
    page.get_by_label("Another").fill("Microsoft")
    page.get_by_role("button", name="Find out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How OpenAI and Microsoft hang together")
    page.locator(".way .evidence").first.click()
    expect(page).to_have_url(re.compile("/evidence/|/source/"))


def test_what_depends_on_a_thing_is_read_without_scripts(plain: Page) -> None:
    plain.goto("/depends?iri=gpt-3")
    expect(plain.get_by_role("main")).to_contain_text("Power Apps")
    plain.goto("/graph?iri=gpt-3")
    expect(plain.get_by_role("table").first).to_be_visible()
    expect(plain.locator(".graph")).to_be_hidden()
