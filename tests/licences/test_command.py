"""`kg may`: what it prints, in both languages and as JSON, and how it ends."""

import json
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli
from kg.licences import Outcome, Why
from kg.licences.words import words


def kg(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["may", *arguments, "--store", str(store)])


def test_a_verdict_is_told_with_its_conditions_chain_and_sources(built_store: Path) -> None:
    result = kg(built_store, "llama-2-7b-chat", "commercial-use")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Llama 2 7B Chat, commercial use: yes, on conditions"
    assert lines[1] == "Conditions: restriction on the field of use, threshold for large users"
    for wanted in ("fine-tuned from", "model-licences#llama-2-7b-chat", "licence-terms-models#llama-2-community"):
        assert wanted in result.stdout
    assert lines[-1] == "A reading of what is recorded; not legal advice."


@pytest.mark.parametrize(
    ("work", "action", "first", "code"),
    [
        ("mistral-7b-v0-1", "hosting", "Mistral 7B v0.1, hosting: yes", 0),
        ("Alpaca 7B", "commercial-use", "Alpaca 7B, commercial use: no", 1),
        ("gpt-3", "commercial-use", "GPT-3, commercial use: open", 1),
        ("vicuna-7b-v1-5", "training other models", "Vicuna 7B v1.5, training other models: no", 1),
    ],
)
def test_the_exit_code_tells_yes_from_no_and_open(
    built_store: Path, work: str, action: str, first: str, code: int
) -> None:
    result = kg(built_store, work, action)
    assert (result.stdout.splitlines()[0], result.exit_code) == (first, code)


def test_it_speaks_italian(built_store: Path) -> None:
    result = kg(built_store, "codegen", "uso-commerciale", "--lang", "it")
    assert result.stdout.startswith("CodeGen, uso commerciale: aperto\n")
    assert "- CodeGen (pesi) non ha licenza" in result.stdout


def test_json_names_everything_by_its_iri(built_store: Path) -> None:
    content = json.loads(kg(built_store, "palm-saycan", "hosting", "--format", "json").stdout)
    assert (content["outcome"], content["work"]) == ("open", "https://w3id.org/atlante/id/palm-saycan")
    assert {one["why"] for one in content["open_ends"]} == {"unknown-licence", "parts-differ"}
    assert all(step["evidence"] for step in content["steps"])


def test_an_action_or_a_work_that_nobody_knows_is_refused(built_store: Path) -> None:
    unknown = kg(built_store, "gpt-3", "fly")
    assert unknown.exit_code == 2
    assert "commercial-use" in unknown.stderr
    assert kg(built_store, "no-such-model", "hosting").exit_code == 1


@pytest.mark.parametrize("language", ["en", "it"])
def test_every_outcome_and_open_end_has_words(language: str) -> None:
    told = words(language)
    for name in (*(one.name.lower() for one in Outcome), *Why):
        fields = {field for _, field, _, _ in Formatter().parse(told[name]) if field}
        assert fields <= {"about", "other"}
