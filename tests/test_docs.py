"""Documentation that stays true: links, generated pages, and documents whose commands are run."""

import importlib.util
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from documents import ROOT, environment_with_kg, run_through
from w3c import manifest

from kg.names import NS
from kg.paths import ontology_files
from kg.rdf import FORMATS, NamedNode, parse

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link]
    assert not [target for target in targets if target and not page.parent.joinpath(target).exists()]


def test_the_picture_is_well_formed() -> None:
    ElementTree.parse(ROOT / "docs" / "flow.svg")


def script(name: str) -> ModuleType:
    """Return a script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current() -> None:
    generate = script("generate")
    folder = ROOT / "docs" / "reference"
    written = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    made = generate.pages()
    assert sorted(written) == sorted(made)
    assert not [name for name in made if written[name] != made[name]], "run `make docs` and commit docs/reference/"


def test_the_page_on_conformance_is_current() -> None:
    if not manifest.SUITES.is_dir():
        pytest.skip(f"no folder {manifest.SUITES}; set KG_SUITES to the folder of the W3C's suites")
    written = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    assert written == script("conformance").page(), "run `make docs` and commit docs/conformance.md"


def test_the_terms_that_documents_name_exist() -> None:
    defined = {
        quad.subject.value
        for path in ontology_files()
        for quad in parse(path.read_bytes(), FORMATS["turtle"])
        if isinstance(quad.subject, NamedNode)
    }
    for page in PAGES:
        named = set(re.findall(r"\bkg:(\w+)", page.read_text(encoding="utf-8")))
        assert {term for term in named if NS + term not in defined} == set(), page.name


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "tutorial",
        "add-a-source",
        "importing",
        "identity",
        "licences",
        "evidence",
        "history",
        "writing",
        "times",
        "access",
    ],
)
def test_the_document_does_what_it_says(name: str, tmp_path: Path) -> None:
    environment = environment_with_kg(tmp_path)
    try:
        run_through(ROOT / "docs" / f"{name}.md", tmp_path, environment)
    finally:
        if (server := tmp_path / "server.pid").exists():
            with suppress(ProcessLookupError):
                os.kill(int(server.read_text()), signal.SIGTERM)
