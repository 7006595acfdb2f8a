"""A headless Chromium, and the service that it looks at."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running import serving

pytestmark = pytest.mark.browser

expect.set_options(timeout=15_000)  # the machine may be busy with other tests

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def address(built_store: Path) -> Iterator[str]:
    """Where the service over the shipped data is reached."""
    with serving(built_store) as service:
        yield service.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or any of that name on the path."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        pytest.skip("no Chromium on the path; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page in English; what a script throws, or the policy forbids, fails the test."""
    context = chromium.new_context(base_url=address, locale="en-GB", viewport={"width": 1280, "height": 900})
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if "Content Security" in message.text else None)
    yield page
    context.close()
    assert not troubles


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    """A page as wide as a small phone."""
    context = chromium.new_context(base_url=address, locale="en-GB", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(chromium: Browser, address: str) -> Iterator[Page]:
    """A page without JavaScript."""
    context = chromium.new_context(base_url=address, locale="en-GB", java_script_enabled=False)
    yield context.new_page()
    context.close()


def violations(page: Page, rules: Sequence[str] = _RULES) -> list[str]:
    """Return what axe finds wrong with a page (WCAG 2.2 A and AA), a line each: the rule, where, and how many."""
    found = Axe().run(page, options={"runOnly": list(rules)}).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['target']} ({len(one['nodes'])})" for one in found]
