"""Named questions ready to be shown: filled in with their values, answered, with the evidence of each row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import url_for

from kg.ask import Answer, Param, Question, run
from kg.ask import questions as named
from kg.ask.match import Names
from kg.errors import AtlanteError, NotFound
from kg.names import RDF, expand, shorten
from kg.rdf import DefaultGraph, NamedNode
from server import language, view
from server.sentence import Sentence, sentence
from server.statements import StatementReader
from server.tables import Row, Table
from server.terms import Terms
from server.view import Snapshot

ROWS_ON_PAGE = 500
_CHOICES = 100


@dataclass(frozen=True)
class Choice:
    """A value that a parameter may take: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A parameter in a form: its name, what it stands for, its value, an example, values to choose from, its class."""

    name: str
    help: str
    value: str
    example: str
    choices: list[Choice]
    kind: str = ""


@dataclass(frozen=True)
class Link:
    """A question with its values in it, and the address of its answer."""

    text: str
    href: str


@dataclass(frozen=True)
class Listed:
    """A question in a list: its sentence, the same filled in with its example, and a link to each."""

    name: str
    title: str
    lang: str
    href: str
    filled: str
    filled_href: str


@dataclass(frozen=True)
class Example:
    """An example query: what it asks, and its text."""

    title: str
    text: str


@dataclass
class Shown:
    """A question on its page: its words, its form, and, where its values are given, its table or the trouble."""

    name: str
    title: str
    lang: str
    href: str
    sparql: str
    values: dict[str, Any]
    params: list[Field] = field(default_factory=list[Field])
    table: Table | None = None
    sentence: Sentence | None = None
    trouble: str = ""
    hint: str = ""
    status: int = 200


def listed(here: Snapshot) -> list[Listed]:
    """Return all questions, each filled in with its example."""
    terms = Terms(here)
    return [
        Listed(
            question.name,
            question.sentence[language.chosen()],
            language.chosen(),
            url_for("questions.question", name=question.name),
            filled(question, question.example, terms),
            address(question, question.example),
        )
        for question in named().values()
    ]


def as_queries(here: Snapshot) -> list[Example]:
    """Return all questions as queries, each for its example."""
    terms = Terms(here)
    return [
        Example(filled(question, question.example, terms), question.with_values(question.example))
        for question in named().values()
    ]


def address(question: Question, values: Mapping[str, Any], **more: Any) -> str:
    """Return the address of a question's answer for values of its parameters."""
    return url_for("questions.question", name=question.name, **{**values, **more})


def filled(question: Question, values: Mapping[str, str], terms: Terms) -> str:
    """Return the question's first phrasing with values in its places, e.g. "Who licenses GPT-3?"."""
    if any(param.name not in values for param in question.params):
        return question.sentence[language.chosen()]
    literal = {param.name for param in question.params if param.is_literal}
    words = {name: text if name in literal else terms.iri(expand(text)).text for name, text in values.items()}
    phrasing = question.phrasings[language.chosen()][0]
    text = re.sub(r"\{(\w+)\}", lambda place: words.get(place[1], place[0]), phrasing)
    return text[:1].upper() + text[1:] + "?"


def shown(here: Snapshot, question: Question, given: Mapping[str, str]) -> Shown:
    """Return a question's page for the values given; without them it has a form and no table."""
    terms = Terms(here)
    values = {name: text.strip() for name, text in given.items() if text.strip()}
    page = Shown(
        question.name,
        question.sentence[language.chosen()],
        language.chosen(),
        address(question, values),
        question.with_values(question.example),
        values,
        [_field(here, terms, question, param, values.get(param.name, "")) for param in question.params],
    )
    if len(values) < len(question.params):
        return page
    try:
        result = answered(here, question, values)
    except AtlanteError as error:
        page.trouble, page.hint = error.what, error.repair
        page.status = 404 if isinstance(error, NotFound) else 400
    else:
        page.title, page.sparql = filled(question, result.values, terms), result.sparql
        page.table = table_of(here, result, ROWS_ON_PAGE)
        page.sentence = sentence(StatementReader(here), result)
    return page


def answered(here: Snapshot, question: Question, given: Mapping[str, str]) -> Answer:
    """Answer a question; a thing may be named by its label too. Raises BadInput or NotFound for a wrong value."""
    values = {
        param.name: given.get(param.name, "") if param.is_literal else _named(here, param, given.get(param.name, ""))
        for param in question.params
    }
    return run(here.engine, question, values, language.chosen())


def names_of(here: Snapshot) -> Names:
    """Return the names of the things in a snapshot: looked up in its index, else read once for all requests."""
    index = view.names()
    return Names(here.engine, index) if index else here.remember("names of things", lambda: Names(here.engine))


def _named(here: Snapshot, param: Param, text: str) -> str:
    if not text or ":" in text:
        return text
    names = names_of(here)
    found = names.find(text, param)
    if len(found) == 1:
        return found[0]
    near = [shorten(iri) for iri in found] or names.near(text, param)
    kind = shorten(param.kind).removeprefix("kg:")
    what = f"{text!r} names several things" if found else f"nothing of the kind {kind} is called {text!r}"
    raise NotFound(what, repair=f"Did you mean: {', '.join(near)}?" if near else "")


def table_of(here: Snapshot, result: Answer, most: int) -> Table:
    """Return the first rows of an answer as a table, with the evidence of each."""
    reader = StatementReader(here)
    rows = [
        Row([reader.terms.show(term) for term in row.terms], [reader.evidence.of(graph) for graph in row.evidence])
        for row in result.rows[:most]
    ]
    *headings, evidence = result.headings
    heading = evidence if any(row.evidence for row in rows) else ""
    return Table(headings, rows, heading, len(result.rows) > most)


def _field(here: Snapshot, terms: Terms, question: Question, param: Param, value: str) -> Field:
    choices = [] if param.is_literal else _choices(here, terms, param)
    return Field(
        param.name,
        param.help_in(language.chosen()),
        value,
        question.example.get(param.name, ""),
        choices,
        "" if param.is_literal else shorten(param.kind),
    )


def _choices(here: Snapshot, terms: Terms, param: Param) -> list[Choice]:
    """Return things of the parameter's class, by label; the first hundred that the store gives."""
    typed = here.engine.quads(None, NamedNode(RDF + "type"), NamedNode(param.kind), DefaultGraph())
    things = [quad.subject.value for quad in islice(typed, _CHOICES) if isinstance(quad.subject, NamedNode)]
    found = [Choice(shorten(iri).removeprefix("<").removesuffix(">"), terms.iri(iri).text) for iri in things]
    return sorted(found, key=lambda choice: choice.label.casefold())
