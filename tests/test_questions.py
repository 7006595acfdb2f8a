"""Every named question: its header is whole, and its answer is what reading the sources gives, on both engines.

`expected/<question>.tsv` was written down from the sources (its first line says which places), not from an answer.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

from kg.ask import LANGUAGES, Answer, Question, ask, questions, run
from kg.ask.phrasing import key
from kg.ask.questions import column_names
from kg.engine import Engine
from kg.export import export
from kg.names import INFERRED, PREFIXES, expand
from kg.rdf import DefaultGraph, NamedNode
from kg.results import cell, places

# rdflib 7.6 warns of names of its own that its own parsers and its SPARQL still use.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

QUESTIONS = questions()
EXPECTED = Path(__file__).parent / "expected"
by_name = pytest.mark.parametrize("name", QUESTIONS)


def expected(name: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """The columns and the rows that the sources give."""
    source, heading, *lines = (EXPECTED / f"{name}.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")
    assert source.startswith("# ")
    return heading.split("\t"), [tuple(line.split("\t")) for line in lines]


def rows(answer: Answer) -> list[tuple[str, ...]]:
    return [(*map(cell, row.terms), places(row.evidence)) for row in answer.rows]


def test_there_are_at_least_25_questions_and_each_has_an_expected_answer() -> None:
    assert len(QUESTIONS) >= 25
    assert sorted(path.stem for path in EXPECTED.glob("*.tsv")) == sorted(QUESTIONS)


@by_name
def test_a_question_says_what_it_asks_in_both_languages(name: str) -> None:
    question = QUESTIONS[name]
    for language in LANGUAGES:
        assert question.sentence[language].endswith("?")
        assert len(question.phrasings[language]) >= 2
    assert set(question.example) == {param.name for param in question.params}
    assert all(param.help for param in question.params)


@by_name
def test_every_phrasing_has_a_place_for_every_parameter(name: str) -> None:
    question = QUESTIONS[name]
    for phrasing in question.phrasings["en"] + question.phrasings["it"]:
        assert all(f"{{{param.name}}}" in phrasing for param in question.params), phrasing


def test_no_two_questions_have_a_phrasing_in_common() -> None:
    meant: dict[tuple[str, str], set[str]] = {}
    for question in QUESTIONS.values():
        for language in LANGUAGES:
            for phrasing in question.phrasings[language]:
                pattern = key(re.sub(r"\{\w+\}", "X", phrasing))
                meant.setdefault((language, pattern), set()).add(question.name)
    assert {pattern: names for pattern, names in meant.items() if len(names) > 1} == {}


@by_name
def test_the_example_is_understood_in_every_phrasing(name: str, engine: Engine) -> None:
    question = QUESTIONS[name]
    for language in LANGUAGES:
        for phrasing in question.phrasings[language]:
            answer = ask(engine, phrasing.format(**question.example))
            assert (answer.question.name, answer.language) == (name, language), phrasing
            assert answer.every_row == run(engine, question, question.example).every_row


@by_name
def test_the_answer_is_what_the_sources_say(name: str, engine: Engine) -> None:
    answer = run(engine, QUESTIONS[name], QUESTIONS[name].example)
    columns, wanted = expected(name)
    assert [*answer.columns, "evidence"] == columns
    assert sorted(rows(answer)) == sorted(wanted)


@by_name
def test_every_column_has_a_heading_in_both_languages(name: str, engine: Engine) -> None:
    answer = run(engine, QUESTIONS[name], QUESTIONS[name].example)
    assert all(set(column_names()[column]) == set(LANGUAGES) for column in answer.columns)


@by_name
def test_the_query_shown_gives_the_same_rows(name: str, engine: Engine) -> None:
    question = QUESTIONS[name]
    answer = run(engine, question, question.example)
    shown = run(engine, Question(name, {}, {}, [], {}, answer.sparql), {})
    given = len(question.params)
    assert sorted(map(str, (row.terms[given:] for row in shown.every_row))) == sorted(
        map(str, (row.terms for row in answer.every_row))
    )


@pytest.fixture(scope="module")
def dataset(built_store: Path) -> Iterator[rdflib.Dataset]:
    """The same graph in rdflib: named graphs from the evidence export, the default graph as it is."""
    from kg.store import Store

    with Store(built_store).reader() as (engine, _):
        dataset = rdflib.Dataset(default_union=False)
        evidence = b"".join(export(engine, "evidence", "nquads"))
        dataset.parse(data=evidence, format="nquads")
        default = "".join(f"{quad} .\n" for quad in engine.quads(graph=DefaultGraph()))
        dataset.default_graph.parse(data=default, format="nt")
        inferred = "".join(f"{quad.triple} .\n" for quad in engine.quads(graph=NamedNode(INFERRED)))
        dataset.graph(rdflib.URIRef(INFERRED)).parse(data=inferred, format="nt")
    yield dataset
    dataset.close()


def lexical(term: object) -> str:
    """A term as text; a double by its value, which engines write in forms of their own."""
    if term is None:
        return ""
    text = str(getattr(term, "value", term)) if not isinstance(term, rdflib.term.Identifier) else str(term)
    datatype = getattr(term, "datatype", None)
    return repr(float(text)) if datatype is not None and "#double" in str(datatype) else text


@by_name
def test_rdflib_gives_the_same_rows(name: str, engine: Engine, dataset: rdflib.Dataset) -> None:
    question = QUESTIONS[name]
    values = {
        param.name: rdflib.Literal(question.example[param.name], datatype=param.kind)
        if param.is_literal
        else rdflib.URIRef(expand(question.example[param.name]))
        for param in question.params
    }
    solutions = dataset.query(prepareQuery(question.sparql, initNs=PREFIXES), initBindings=values)
    kept = [str(name) for name in solutions.vars or [] if str(name) not in values]
    theirs = [tuple(lexical(solution[name]) for name in kept) for solution in solutions]
    answer = run(engine, question, question.example)
    ours = [
        (*map(lexical, row.terms), *([place] if "evidence" in kept else []))
        for row in answer.every_row
        for place in (row.evidence or ("",))
    ]
    assert sorted(theirs) == sorted(ours)
