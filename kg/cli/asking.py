"""`kg ask` and `kg show`: answers from the graph.

What is imported inside functions takes long to import, and most commands can do without.
"""

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options
from kg.cli.output import destination, tell
from kg.past import Asked, index, reader
from kg.rdf import NamedNode, Term, value
from kg.results import MOST_PLACES, Labels, places, sources, table
from kg.store import Store

if TYPE_CHECKING:
    from kg.ask import Answer


def columns() -> int | None:
    """Return the width that tables must fit, None where no terminal shows them."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@click.command()
@click.argument("question")
@click.option("--sparql", is_flag=True, help="Add the SPARQL that gives the answer.")
@click.option("--format", "syntax", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--lang", "language", type=click.Choice(["en", "it"]), help="[default: the question's language]")
@options.store
@options.times
def ask(question: str, sparql: bool, syntax: str, language: str | None, store: Path, asked: Asked) -> None:
    """Answer a QUESTION in English or Italian, each row with its evidence.

    Exit code 1 if the question is not understood, or what it names is not there; nothing is guessed.

    \b
    Examples:
      kg ask "who licenses GPT-3?"
      kg ask "chi ha in licenza GPT-3?" --sparql
    """
    from kg.ask import Names
    from kg.ask import ask as answered

    with reader(Store(store), asked) as (engine, snapshot):
        answer = answered(engine, question, Names(engine, index(Store(store), snapshot)))
        if language:
            answer = replace(answer, language=language)
        label = Labels(engine, answer.language)
        with destination(None) as file:
            file.write("".join(_WRITERS[syntax](answer, label)).encode())
            if syntax == "table":
                cited = {graph for row in answer.rows for graph in row.evidence}
                file.write("".join(f"{line}\n" for line in sources(engine, cited, answer.language, columns())).encode())
            if sparql and syntax != "json":
                file.write(f"\n{answer.sparql.strip()}\n".encode())
        literal = {param.name for param in answer.question.params if param.is_literal}
        given = "; ".join(f"{name}: {text if name in literal else label(text)}" for name, text in answer.values.items())
    tell(f"{answer.question.sentence[answer.language]}" + (f" ({given})" if given else ""))
    if not answer.rows:
        tell("The graph holds no answer to this.")


def _as_table(answer: "Answer", label: Labels) -> Iterator[str]:
    rows = [(*map(label.term, row.terms), places(row.evidence, MOST_PLACES, answer.language)) for row in answer.rows]
    yield from (f"{line}\n" for line in table(answer.headings, rows, columns()))


def _as_csv(answer: "Answer", label: Labels) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*answer.columns, "evidence"])
    for row in answer.rows:
        writer.writerow([*(value(term) if term else "" for term in row.terms), " ".join(row.evidence)])
    yield text.getvalue()


def _as_json(answer: "Answer", label: Labels) -> Iterator[str]:
    rows = [
        {
            **{name: _term(term, label) for name, term in zip(answer.columns, row.terms, strict=True) if term},
            "evidence": row.evidence,
        }
        for row in answer.rows
    ]
    content = {
        "question": answer.question.name,
        "language": answer.language,
        "values": answer.values,
        "rows": rows,
        "sparql": answer.sparql,
    }
    yield json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _term(term: Term, label: Labels) -> dict[str, str]:
    return {"value": value(term), **({"label": label.term(term)} if isinstance(term, NamedNode) else {})}


_WRITERS = {"table": _as_table, "csv": _as_csv, "json": _as_json}


@click.command()
@click.argument("entity")
@click.option("--history", "past", is_flag=True, help="Show instead what each commit changed in what is said of it.")
@options.language
@options.store
@options.times
def show(entity: str, past: bool, language: str, store: Path, asked: Asked) -> None:
    """Show an ENTITY, named by slug, label, alias or IRI, with the evidence of each statement.

    \b
    Examples:
      kg show gpt-3
      kg show "Satya Nadella" --lang it
      kg show gpt-3 --history --as-of 2026-11-24
    """
    if past:
        from kg.cli.history import history

        history(entity, language, store, asked)
        return
    from kg.show import find, text
    from kg.show import show as shown

    with reader(Store(store), asked) as (engine, _), destination(None) as file:
        for line in text(engine, shown(engine, find(engine, entity)), language, columns()):
            file.write(f"{line}\n".encode())
