"""Asking: named questions by name or in plain words, each row of the answer with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.ask.match import Names, Reading, fits, nearest, readings
from kg.ask.questions import LANGUAGES, Param, Question, column_names, questions, term_text
from kg.engine import Engine, select
from kg.errors import AtlanteError, BadInput
from kg.names import expand, shorten
from kg.rdf import Literal, NamedNode, Term, canonical, value

__all__ = ["LANGUAGES", "Answer", "NotUnderstood", "Param", "Question", "Row", "ask", "questions", "run"]


class NotUnderstood(AtlanteError):
    """A text that is no phrasing of a question, or names nothing of the right kind; `near` are suggestions."""

    exit_code = 1

    def __init__(self, what: str, repair: str, near: list[str]) -> None:
        super().__init__(what, repair=repair)
        self.near = near


@dataclass(frozen=True)
class Row:
    """A row of an answer: a term (None if unbound) for each column, and the evidence graphs that say it."""

    terms: tuple[Term | None, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to a question: its parameters' values, the columns, the rows, and the query that was run."""

    question: Question
    language: str
    values: dict[str, str]
    columns: list[str]
    rows: list[Row]
    sparql: str

    @property
    def headings(self) -> list[str]:
        """The columns' headings in the answer's language, that of the evidence last."""
        return [column_names()[name][self.language] for name in [*self.columns, "evidence"]]


def run(engine: Engine, question: Question, values: Mapping[str, str], language: str = "en") -> Answer:
    """Answer a question for values of its parameters (IRIs or prefixed names of things, text of literals).

    Rows that differ only in their evidence become one. Raises BadInput for a missing or impossible value.
    """
    bindings = {param.name: _term(param, values.get(param.name, "")) for param in question.params}
    solutions = select(engine, question.sparql, bindings)
    kept = [number for number, name in enumerate(solutions.variables) if name not in {*bindings, "evidence"}]
    evidence = solutions.variables.index("evidence") if "evidence" in solutions.variables else None
    folded: dict[tuple[Term | None, ...], list[str]] = {}
    for solution in solutions:
        places = folded.setdefault(tuple(solution[number] for number in kept), [])
        place = solution[evidence] if evidence is not None else None
        if place is not None and value(place) not in places:
            places.append(value(place))
    given = {param.name: value(bindings[param.name]) for param in question.params}
    terms = {param.name: term_text(given[param.name], param.kind) for param in question.params}
    return Answer(
        question=question,
        language=language,
        values=given,
        columns=[solutions.variables[number] for number in kept],
        rows=[Row(terms, tuple(places)) for terms, places in folded.items()],
        sparql=question.with_values(terms),
    )


def _term(param: Param, text: str) -> NamedNode | Literal:
    kind = shorten(param.kind)
    if not text or (param.is_literal and not fits(text, param)):
        raise BadInput(f"{param.name} must be a {kind} ({param.help}), not {text!r}", "question", "Give it a value.")
    try:
        if param.is_literal:
            return canonical(Literal(text, datatype=NamedNode(param.kind)))
        return NamedNode(expand(text))
    except ValueError as error:
        raise BadInput(f"{text!r} is no IRI", param.name, f"Name a {kind}, e.g. id:gpt-3.") from error


def ask(engine: Engine, text: str) -> Answer:
    """Answer a question asked in plain English or Italian.

    Raises NotUnderstood where no phrasing fits, or nothing, or more than one thing, goes by the name given.
    """
    known = list(questions().values())
    found = sorted(readings(text, known), key=lambda reading: -reading.fixed_words)
    if not found:
        near = nearest(text, known)
        listed = "".join(f"\n  {phrasing}" for phrasing in near)
        raise NotUnderstood(f"this question is not understood: {text}", f"The nearest that are:{listed}", near)
    names = Names(engine)
    refused: list[NotUnderstood] = []
    for reading in found:
        try:
            return run(engine, reading.question, _values(names, reading, text), reading.language)
        except NotUnderstood as error:
            refused.append(error)
    raise max(refused, key=lambda error: len(error.near))


def _values(names: Names, reading: Reading, text: str) -> dict[str, str]:
    """Return a value for each parameter of a reading; raises NotUnderstood where there is not exactly one."""
    values: dict[str, str] = {}
    for param in reading.question.params:
        slot = reading.slots[param.name]
        found = ([slot] if fits(slot, param) else []) if param.is_literal else names.find(slot, param)
        if len(found) != 1:
            raise _not_one(names, param, slot, found, text)
        values[param.name] = found[0]
    return values


def _not_one(names: Names, param: Param, slot: str, found: list[str], text: str) -> NotUnderstood:
    kind = shorten(param.kind).removeprefix("kg:")
    near = [shorten(iri) for iri in found] or ([] if param.is_literal else names.near(slot, param))
    if found:
        what = f"{slot!r} names several things of the kind {kind}"
    else:
        what = f"nothing of the kind {kind} is called {slot!r}"
    asked = [text.replace(slot, name) for name in near]
    repair = "".join(f"\n  {question}" for question in asked)
    return NotUnderstood(what, f"Did you mean:{repair}" if near else f"{param.help}: look it up by kg query.", asked)
