"""Answers of named questions: rows, each with the evidence graphs that say it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.ask.questions import Param, Question, column_names
from kg.ask.values import literal
from kg.engine import Engine, select
from kg.errors import BadInput
from kg.names import expand, shorten
from kg.rdf import Literal, NamedNode, Term, value


@dataclass(frozen=True)
class Row:
    """A row of an answer: a term (None if unbound) for each column, and the evidence graphs that say it."""

    terms: tuple[Term | None, ...]
    evidence: tuple[str, ...]

    def languages(self) -> set[str]:
        """Return the languages of the row's texts."""
        return {term.language for term in self.terms if isinstance(term, Literal) and term.language}

    def without_texts(self) -> tuple[Term | None, ...]:
        """Return the row's terms, the texts that have a language left out."""
        return tuple(None if isinstance(term, Literal) and term.language else term for term in self.terms)


@dataclass(frozen=True)
class Answer:
    """The answer to a question: its parameters' values, the columns, the rows, and the query that was run.

    `every_row` has texts in whatever language they are.
    """

    question: Question
    language: str
    values: dict[str, str]
    columns: list[str]
    every_row: list[Row]
    sparql: str

    @property
    def headings(self) -> list[str]:
        """The columns' headings in the answer's language, that of the evidence last."""
        return [column_names()[name][self.language] for name in [*self.columns, "evidence"]]

    @property
    def rows(self) -> list[Row]:
        """The rows, without those that say in another language what one says in the answer's language."""
        said = {row.without_texts() for row in self.every_row if self.language in row.languages()}
        return [
            row
            for row in self.every_row
            if not row.languages() or self.language in row.languages() or row.without_texts() not in said
        ]


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
    given = {name: value(term) for name, term in bindings.items()}
    return Answer(
        question=question,
        language=language,
        values=given,
        columns=[solutions.variables[number] for number in kept],
        every_row=[Row(terms, tuple(places)) for terms, places in folded.items()],
        sparql=question.with_terms({name: _text(term) for name, term in bindings.items()}),
    )


def _term(param: Param, text: str) -> NamedNode | Literal:
    kind = shorten(param.kind)
    if param.is_literal:
        found = literal(text, param)
        if found is None:
            raise BadInput(
                f"{param.name} must be a {kind} ({param.help}), not {text!r}", "question", "Give it a value."
            )
        return found
    try:
        return NamedNode(expand(text))
    except ValueError as error:
        raise BadInput(f"{text!r} is no IRI", param.name, f"Name a {kind}, e.g. id:gpt-3.") from error


def _text(term: NamedNode | Literal) -> str:
    """Return a term as SPARQL writes it, with a known prefix where there is one."""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    return f'"{term.value}"^^{shorten(term.datatype.value)}'
