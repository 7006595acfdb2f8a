"""Every word of a page stands in both languages, and every word that stands in a table is on a page."""

import re
from pathlib import Path

import pytest

from server.words import words

SERVER = Path(__file__).parents[2] / "server"
TEXTS = "".join(
    path.read_text(encoding="utf-8") for path in sorted(SERVER.rglob("*")) if path.suffix in (".html", ".py")
)
NAMES = {"lang", "ontology", "csv", "shapes", "ttl", "Atlante", "English", "Italiano", "OpenAPI", "SPARQL", "JSON"}
NAMES |= {"PNG", "SVG", "GraphML", "Atom", "Patch", "SHA"}
NAMES |= {"curl", "SPARQLWrapper", "rdflib", "pandas", "XML", "CSV", "TSV", "Turtle", "Triples", "RDF", "TriG", "Quads"}
"""What is written alike in both languages."""


@pytest.mark.parametrize("key", words())
def test_a_word_stands_in_both_languages_with_the_same_places(key: str) -> None:
    english, italian = words()[key]["en"], words()[key]["it"]
    assert english.strip()
    assert italian.strip()
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", italian))


@pytest.mark.parametrize("key", words())
def test_a_word_that_is_in_a_table_is_on_a_page(key: str) -> None:
    family = key.partition(".")[0]
    assert f'"{key}"' in TEXTS or f"'{key}'" in TEXTS or f'f"{family}.{{' in TEXTS or f"'{family}.' ~" in TEXTS


def test_a_page_names_no_word_that_no_table_has() -> None:
    named = set(re.findall(r"""say\(["']([\w.-]*\w)["']""", TEXTS))
    assert named <= words().keys()


def test_templates_hold_no_words_of_their_own() -> None:
    for path in sorted((SERVER / "templates").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        bare = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(title|code)\b.*?</\1>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL
        )
        found = set(re.findall(r"[^\W\d_]{3,}", bare))
        assert found <= NAMES, path.name
