"""What a reader does: find a thing by typing, read an answer, open its evidence, change the language, narrow a list."""

import re

import pytest
from browser.conftest import violations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/page/gpt-3",
    "/page/microsoft",
    "/page/voyager-eus2",
    "/page/microsoft-gpt-3-licence",
    "/search?q=microsoft",
    "/browse/",
    "/browse/Event?sort=-date",
    "/timeline",
    "/licences",
    "/source/",
    "/source/ihal-microsoft-supercomputers",
    "/evidence/ihal-microsoft-supercomputers/p8",
    "/questions/",
    "/questions/who-licenses?work=id:gpt-3",
    "/sparql",
    "/sparql?query=SELECT ?broken {",
    "/graph?iri=gpt-3",
    "/related",
    "/related?from=openai&to=microsoft",
    "/depends?iri=gpt-3",
    "/ns",
    "/rules",
    "/commits",
    "/commits/3",
    "/history?thing=gpt-3",
    "/compare",
    "/compare?from=20&to=24",
    "/compare?from=20&to=24&thing=gpt-3",
    "/page/gpt-3?as-of=26",
    "/page/gpt-3?known-by=2021-01-01&valid-on=2020-10-01",
    "/export/",
    "/page/nothing-of-the-kind",
]


def test_gpt_3_is_found_by_typing_and_its_licence_read_to_the_evidence(page: Page) -> None:
    page.goto("/")
    field = page.locator("main").get_by_role("combobox")
    field.press_sequentially("gpt")
    expect(page.locator("main").get_by_role("option").first).to_contain_text("GPT-3")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("Enter")
    expect(page).to_have_url(re.compile("/page/gpt-3$"))
    card = page.get_by_role("region", name="Who licenses GPT-3?")
    expect(card).to_contain_text("Microsoft")
    card.get_by_role("link", name=re.compile("paragraph 8")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("paragraph 8")
    expect(page.get_by_role("main")).to_contain_text("Licence on GPT-3 from OpenAI to Microsoft")


def test_escape_closes_the_completions_and_keeps_the_text(page: Page) -> None:
    page.goto("/")
    field = page.locator("main").get_by_role("combobox")
    field.press_sequentially("open")
    expect(page.locator("main").get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(page.locator("main").get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("open")


def test_a_question_in_plain_words_is_answered(page: Page) -> None:
    page.goto("/")
    field = page.locator("main").get_by_role("combobox")
    field.fill("who licenses GPT-3?")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who licenses GPT-3?")
    expect(page.get_by_role("table")).to_contain_text("grants a licence on")


def test_the_language_is_switched_and_stays(page: Page) -> None:
    page.goto("/page/gpt-3")
    page.get_by_role("link", name="Italiano").click()
    expect(page.locator("html")).to_have_attribute("lang", "it")
    expect(page.get_by_role("main")).to_contain_text("Chi ha in licenza GPT-3?")
    page.get_by_role("navigation", name="Principale").get_by_role("link", name="Sfoglia").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sfoglia")


def test_a_list_is_narrowed_by_keyboard_alone(page: Page) -> None:
    page.goto("/browse/Event")
    before = page.locator("tbody tr").count()
    page.get_by_label("Kind").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Narrow").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("kind="))
    assert 0 < page.locator("tbody tr").count() < before


def test_the_first_key_leads_to_the_content(page: Page) -> None:
    page.goto("/page/gpt-3")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("To the content")


def test_everything_can_be_read_without_scripts(plain: Page) -> None:
    plain.goto("/")
    plain.locator("main").get_by_role("searchbox").fill("who licenses GPT-3?")
    plain.locator("main").get_by_role("button", name="Ask").click()
    expect(plain.get_by_role("table")).to_contain_text("Microsoft")
    plain.goto("/search?q=voyager")
    plain.get_by_role("link", name="Voyager-EUS2").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Voyager-EUS2")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(phone: Page, path: str) -> None:
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_in_the_light_and_in_the_dark(page: Page, path: str) -> None:
    page.goto(path)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, ["color-contrast"]) == []


def test_the_first_page_is_light(page: Page) -> None:
    sizes = list[int]()
    page.on("response", lambda response: sizes.append(response.request.sizes()["responseBodySize"]))
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(sizes) < 150_000
