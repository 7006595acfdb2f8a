"""Asking in plain words: what is understood, what is suggested, and that nothing is guessed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.ask import LANGUAGES, Names, NotUnderstood, Question, ask, questions, run
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("which systems are on the TOP500, November 2021?", "ranking"),
        ("Is OpenAI non-profit?", "legal-form"),
        ("che cosa dipende dall'API di OpenAI?", "what-depends-on"),
        ("dov'è ospitato il supercomputer di OpenAI?", "where-hosted"),
        ("cos'è GPT-3?", "describe-entity"),
        ("come si accede al GPT-3?", "how-to-access"),
        ("che cosa ha acquisito la Microsoft", "acquisitions-of"),
        ("what does ihal-microsoft-supercomputers say?", "what-source-says"),
        ("what is claimed about Azure Machine Learning?", "reported-claims"),
        ("which figures of Voyager-EUS2 are contradictory?", "contradictory-figures"),
    ],
)
def test_articles_and_joined_prepositions_do_not_matter(engine: Engine, text: str, name: str) -> None:
    answer = ask(engine, text)
    assert answer.question.name == name
    assert answer.rows


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("what happened in 2021?", "2021"),
        ("what happened in May 2021?", "2021-05"),
        ("che cosa è successo nel maggio 2021?", "2021-05"),
        ("what happened on May 25, 2021?", "2021-05-25"),
        ("che cosa è successo il 25 maggio 2021?", "2021-05-25"),
        ("what happened on 2021-05-25?", "2021-05-25"),
    ],
)
def test_dates_may_be_in_words_and_as_precise_as_known(engine: Engine, text: str, time: str) -> None:
    answer = ask(engine, text)
    assert answer.values == {"time": time}
    assert "ihal-microsoft-supercomputers#p11" in str(answer.rows)


@pytest.mark.parametrize("date", ["2021-13", "2021-02-30", "31 April 2021", "May", "last year", "20211"])
def test_what_is_no_date_is_not_taken_for_one(engine: Engine, date: str) -> None:
    with pytest.raises(NotUnderstood):
        ask(engine, f"what happened in {date}?")


@pytest.fixture(scope="module")
def told_apart(built_store: Path) -> Iterator[Callable[[str], tuple[object, object]]]:
    """Return the function that gives what comes of a question by the names of the graph, and by those of the index."""
    with Store(built_store).reader() as (engine, _):
        of_graph, of_index = Names(engine), Names(engine, Store(built_store).index())
        yield lambda text: (outcome(engine, text, of_graph), outcome(engine, text, of_index))


@pytest.mark.parametrize("question", [one for one in questions().values() if one.params], ids=lambda one: one.name)
def test_names_of_the_index_are_those_of_the_graph(
    told_apart: Callable[[str], tuple[object, object]], question: Question
) -> None:
    values = {name: given.replace("id:", "the ") for name, given in question.example.items()}
    for language in LANGUAGES:
        for phrasing in question.phrasings[language]:
            by_graph, by_index = told_apart(phrasing.format_map(values))
            assert by_graph == by_index


@pytest.mark.parametrize(
    "text",
    [
        "who licences GPT-3?",
        "who licenses GTP-3?",
        "who is Satya Nadela?",
        "what does ihal-microsoft-supercomputers say?",
        "how much money did Microsoft put into OpenAI?",
        "which systems are on the TOP500?",
        "che cos'è il Stati Uniti?",
        "C++",
        "",
    ],
)
def test_what_the_index_does_not_know_is_suggested_as_from_the_graph(
    told_apart: Callable[[str], tuple[object, object]], text: str
) -> None:
    by_graph, by_index = told_apart(text)
    assert by_graph == by_index


def outcome(engine: Engine, text: str, names: Names) -> tuple[str, object]:
    """Return the question and its values, or what was not understood and what is suggested instead."""
    try:
        answer = ask(engine, text, names)
    except NotUnderstood as error:
        return error.what, error.near
    return answer.question.name, answer.values


def test_a_word_of_a_name_is_never_left_out(tmp_path: Path) -> None:
    names = {"c": "C", "meta": "Meta", "series-a": "Series A", "the-information": "The Information"}
    things = "".join(f'<{ID}{slug}> a kg:Company ; rdfs:label "{name}" .' for slug, name in names.items())
    build(Store(tmp_path / "store"), [source(tmp_path, "names", things)])
    with Store(tmp_path / "store").reader() as (engine, _):
        for slug, name in names.items():
            assert ask(engine, f"what is {name}?").values == {"thing": ID + slug}
        assert ask(engine, "who is Information?").values == {"thing": ID + "the-information"}
        for other in ("C++", "Meta AI", "meta ai", "Series", "Series B"):
            for index in (None, Store(tmp_path / "store").index()):
                with pytest.raises(NotUnderstood):
                    ask(engine, f"what is {other}?", Names(engine, index))


def test_texts_are_in_the_language_of_the_answer_where_there_are_any(engine: Engine) -> None:
    meaning = {
        language: run(engine, questions()["meaning-of-term"], {"term": "kg:licensee"}, language)
        for language in LANGUAGES
    }
    english, italian = (answer.rows[0].terms[0] for answer in meaning.values())
    assert len(meaning["en"].rows) == len(meaning["it"].rows) == 1
    assert str(english).endswith("@en")
    assert str(italian).endswith("@it")


def test_a_typing_error_is_suggested_and_not_followed(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="nothing of the kind Work is called 'GTP-3'") as caught:
        ask(engine, "who licenses GTP-3?")
    assert "who licenses GPT-3?" in caught.value.near


def test_what_is_not_understood_is_said_with_the_nearest_questions(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="not understood") as caught:
        ask(engine, "who licences GPT-3?")
    assert caught.value.near[0] == "who licenses GPT-3"
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "text", ["", "?", "🙂", "who licenses", "who licenses '); DROP", "who licenses <javascript:x>"]
)
def test_odd_texts_are_not_understood_and_do_no_harm(engine: Engine, text: str) -> None:
    with pytest.raises(NotUnderstood):
        ask(engine, text)


def test_the_nearest_questions_are_about_what_the_text_names(engine: Engine) -> None:
    with pytest.raises(NotUnderstood) as caught:
        ask(engine, "how much money did Microsoft put into OpenAI?")
    assert "how much did Microsoft invest in OpenAI" in caught.value.near


def test_a_name_that_begins_so_is_suggested(engine: Engine) -> None:
    with pytest.raises(NotUnderstood) as caught:
        ask(engine, "which systems are on the TOP500?")
    assert ask(engine, caught.value.near[0]).values == {"edition": ID + "top500-2021-11"}


def test_a_thing_of_the_wrong_kind_is_not_taken(engine: Engine) -> None:
    with pytest.raises(NotUnderstood, match="nothing of the kind Work is called 'Dublin'"):
        ask(engine, "who licenses Dublin?")


def test_what_a_source_leaves_out_does_not_lose_the_row(tmp_path: Path) -> None:
    things = f'<{ID}fund> a kg:Company ; rdfs:label "Fund" . <{ID}lab> a kg:ResearchLab ; rdfs:label "Lab" .'
    stake = f"<{ID}stake> a kg:Investment ; kg:investor <{ID}fund> ; kg:investee <{ID}lab> ."
    build(Store(tmp_path / "store"), [source(tmp_path, "stakes", f"{things} {stake}")])
    with Store(tmp_path / "store").reader() as (engine, _):
        for text in ("who invested in Lab?", "what did Fund invest in?", "how much did Fund invest in Lab?"):
            assert len(ask(engine, text).rows) == 1, text


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
