"""Asking: named questions by name or in plain words, each row of the answer with its evidence."""

from kg.ask.answer import Answer, Row, run
from kg.ask.match import Names, nearest
from kg.ask.phrasing import Reading, readings
from kg.ask.questions import LANGUAGES, Param, Question, questions
from kg.ask.values import literal
from kg.engine import Engine
from kg.errors import AtlanteError
from kg.names import shorten
from kg.rdf import value

__all__ = ["LANGUAGES", "Answer", "Names", "NotUnderstood", "Param", "Question", "Row", "ask", "questions", "run"]


class NotUnderstood(AtlanteError):
    """A text that is no phrasing of a question, or names nothing of the right kind; `near` are suggestions."""

    exit_code = 1

    def __init__(self, what: str, repair: str, near: list[str]) -> None:
        super().__init__(what, repair=repair)
        self.near = near


def ask(engine: Engine, text: str, names: Names | None = None) -> Answer:
    """Answer a question asked in plain English or Italian; `names` are the engine's, where they were read before.

    Raises NotUnderstood where no phrasing fits, or nothing, or more than one thing, goes by the name given.
    """
    known, names = list(questions().values()), names or Names(engine)
    refused: list[tuple[Reading, NotUnderstood]] = []
    for reading in sorted(readings(text, known), key=lambda reading: -reading.fixed_words):
        try:
            return run(engine, reading.question, _values(names, reading, text), reading.language)
        except NotUnderstood as error:
            refused.append((reading, error))
    # What suggests something comes first, then the reading with the most words of its own.
    refused.sort(key=lambda pair: (not pair[1].near, -pair[0].fixed_words))
    if refused and refused[0][1].near:
        raise refused[0][1]
    what = refused[0][1].what if refused else f"this question is not understood: {text}"
    near = nearest(text, known, names)
    listed = "".join(f"\n  {sentence}" for sentence in near)
    raise NotUnderstood(what, f"The nearest questions:{listed}", near)


def _values(names: Names, reading: Reading, text: str) -> dict[str, str]:
    """Return a value for each parameter of a reading; raises NotUnderstood where there is not exactly one."""
    values: dict[str, str] = {}
    for param in reading.question.params:
        slot = reading.slots[param.name]
        if param.is_literal:
            given = literal(slot, param)
            found = [value(given)] if given else []
        else:
            found = names.find(slot, param)
        if len(found) != 1:
            raise _not_one(names, param, slot, found, text)
        values[param.name] = found[0]
    return values


def _not_one(names: Names, param: Param, slot: str, found: list[str], text: str) -> NotUnderstood:
    kind = shorten(param.kind).removeprefix("kg:")
    near = [shorten(iri) for iri in found] or ([] if param.is_literal else names.near(slot, param))
    if found:
        what = f"{slot!r} names several things of the kind {kind}"
    elif param.is_literal:
        what = f"{slot!r} is no {kind}"
    else:
        what = f"nothing of the kind {kind} is called {slot!r}"
    asked = [text.replace(slot, name) for name in near]
    repair = "".join(f"\n  {question}" for question in asked)
    return NotUnderstood(what, f"Did you mean:{repair}", asked)
