"""Asking in plain words: what is understood, what is suggested, and that nothing is guessed."""

from pathlib import Path

import pytest

from kg.ask import NotUnderstood, ask, questions, run
from kg.build import build
from kg.engine import Engine
from kg.errors import BadInput
from kg.names import ID
from kg.store import Store
from tests.test_build import source


@pytest.mark.parametrize(
    "text",
    [
        "who licenses GPT-3?",
        "Who licenses the GPT3",
        "  WHO   LICENSES gpt 3 ??",
        "who licenses Generative Pre-trained Transformer 3",
        "who licenses id:gpt-3",
        "who licenses <https://w3id.org/atlante/id/gpt-3>?",
        "who licenses https://w3id.org/atlante/id/gpt-3",
        "who has a licence on GPT-3?",
    ],
)
def test_one_question_may_be_asked_in_many_ways(engine: Engine, text: str) -> None:
    answer = ask(engine, text)
    assert (answer.question.name, answer.language) == ("who-licenses", "en")
    assert answer.values == {"work": ID + "gpt-3"}


@pytest.mark.parametrize("text", ["chi ha in licenza GPT-3?", "Chi concede in licenza il GPT-3"])
def test_a_question_in_italian_is_answered_in_italian(engine: Engine, text: str) -> None:
    answer = ask(engine, text)
    assert (answer.question.name, answer.language) == ("who-licenses", "it")
    assert answer.headings == ["chi", "lettura", "controparte", "esclusività", "evidenza"]


def test_accents_and_apostrophes_do_not_matter(engine: Engine) -> None:
    assert ask(engine, "che cos’è Dublino?").rows == ask(engine, "che cos'e dublino").rows


def test_both_readings_of_licenses_are_shown_with_paragraph_8_as_evidence(engine: Engine) -> None:
    answer = ask(engine, "who licenses GPT-3?")
    paragraph = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8"
    found = {
        tuple(term.value.rpartition("/")[2] if term else "" for term in row.terms)
        for row in answer.rows
        if paragraph in row.evidence
    }
    assert found == {
        ("openai", "ns#grantsLicenceOn", "microsoft", "ns#Exclusive"),
        ("microsoft", "ns#holdsLicenceOn", "openai", "ns#Exclusive"),
    }


def test_dates_are_parameters_too(engine: Engine) -> None:
    answer = ask(engine, "What happened between 2021-05-01 and 2021-10-31?")
    assert answer.values == {"first": "2021-05-01", "last": "2021-10-31"}
    assert len(answer.rows) == 3


def test_a_typing_error_is_suggested_and_not_followed(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="nothing of the kind Work is called 'GTP-3'") as caught:
        ask(engine, "who licenses GTP-3?")
    assert "who licenses GPT-3?" in caught.value.near


def test_what_is_not_understood_is_said_with_the_nearest_questions(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="not understood") as caught:
        ask(engine, "who licences GPT-3?")
    assert "who licenses {work}" in caught.value.near
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "text", ["", "?", "🙂", "who licenses", "who licenses '); DROP", "who licenses <javascript:x>"]
)
def test_odd_texts_are_not_understood_and_do_no_harm(engine: Engine, text: str) -> None:
    with pytest.raises(NotUnderstood):
        ask(engine, text)


def test_a_thing_of_the_wrong_kind_is_not_taken(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="nothing of the kind Work is called 'Dublin'"):
        ask(engine, "who licenses Dublin?")


def test_a_name_of_several_things_lists_them(tmp_path: Path) -> None:
    systems = "".join(
        f'<{ID}eagle-{n}> a kg:Supercomputer ; rdfs:label "Eagle"@en , "Eagle"@it .' for n in ("azure", "nrel")
    )
    build(Store(tmp_path / "store"), [source(tmp_path, "eagles", systems)])
    with Store(tmp_path / "store").reader() as (engine, _):
        with pytest.raises(NotUnderstood, match="'Eagle' names several things") as caught:
            ask(engine, "what does Eagle run on?")
        assert caught.value.near == ["what does id:eagle-azure run on?", "what does id:eagle-nrel run on?"]
        assert ask(engine, caught.value.near[0]).values == {"system": ID + "eagle-azure"}


@pytest.mark.parametrize("values", [{}, {"first": "2021-05-01", "last": "May"}, {"first": "", "last": "2021-01-01"}])
def test_a_missing_or_impossible_value_is_refused(engine: Engine, values: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="must be a xsd:date"):
        run(engine, questions()["events-between"], values)
