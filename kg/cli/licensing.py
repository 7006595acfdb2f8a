"""The command that asks whether the licences of a work let one do something with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options
from kg.cli.asking import columns
from kg.cli.output import destination
from kg.results import Labels, places, sources, table
from kg.store import Store

if TYPE_CHECKING:
    from kg.licences import OpenEnd, Verdict


@click.command()
@click.argument("work")
@click.argument("action")
@click.option("--format", "syntax", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.language
@options.store
@click.pass_context
def may(context: click.Context, work: str, action: str, syntax: str, language: str, store: Path) -> None:
    """Tell whether licences permit an ACTION with a WORK: yes, yes on conditions, no, or open, with the evidence.

    The licences of the models that the work is made from count too; those of the data they learned from are noted.
    Exit code 1 if the answer is no or open. docs/licences.md has the rules. It is a reading, no legal advice.

    \b
    Actions: research-use, commercial-use, distribution, modification, hosting, training-other-models

    \b
    Examples:
      kg may llama-2-7b commercial-use
      kg may "Alpaca 7B" uso-commerciale --lang it
    """
    from kg.licences import Outcome, action_named
    from kg.licences import may as judged
    from kg.licences.words import words
    from kg.show import find

    with Store(store).reader() as (engine, _), destination(None) as file:
        verdict = judged(engine, find(engine, work), action_named(engine, action))
        label = Labels(engine, language)
        if syntax == "json":
            file.write(f"{json.dumps(_content(verdict), ensure_ascii=False, indent=2)}\n".encode())
        else:
            cited = {graph for step in verdict.steps for graph in step.evidence}
            told = words(language)
            for line in (*_text(verdict, label, told), *sources(engine, cited, language, columns())):
                file.write(f"{line}\n".encode())
            file.write(f"\n{told['advice']}\n".encode())
    context.exit(verdict.outcome >= Outcome.OPEN)


def _text(verdict: "Verdict", label: Labels, words: dict[str, str]) -> Iterator[str]:
    yield f"{label(verdict.work)}, {label(verdict.action)}: {words[verdict.outcome.name.lower()]}"
    if verdict.conditions:
        yield f"{words['conditions']}: {', '.join(map(label, verdict.conditions))}"
    if len(verdict.parts) > 1:
        parts = (f"{label(part)}: {words[outcome.name.lower()]}" for part, outcome in verdict.parts.items())
        yield f"{words['parts']}: {', '.join(parts)}"
    if verdict.steps:
        yield ""
        rows = [(*map(label, (one.subject, one.property, one.object)), places(one.evidence)) for one in verdict.steps]
        yield from table(words["columns"].split(), rows, columns())
    if verdict.open_ends:
        yield f"\n{words['open-ends']}:"
        yield from (f"- {_told(end, words, label)}" for end in verdict.open_ends)


def _told(end: "OpenEnd", words: dict[str, str], label: Labels) -> str:
    return words[end.why].format(about=label(end.about), other=label(end.other) if end.other else "")


def _content(verdict: "Verdict") -> dict[str, object]:
    return {
        "work": verdict.work,
        "action": verdict.action,
        "outcome": verdict.outcome.name.lower(),
        "parts": {part: outcome.name.lower() for part, outcome in verdict.parts.items()},
        "conditions": verdict.conditions,
        "steps": [
            {"subject": one.subject, "property": one.property, "object": one.object, "evidence": one.evidence}
            for one in verdict.steps
        ],
        "open_ends": [{"why": end.why, "about": end.about, "other": end.other} for end in verdict.open_ends],
    }
