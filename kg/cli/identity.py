"""`kg identity`: which names mean the same thing.

What is imported inside functions takes long to import, and most commands can do without.
"""

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import options
from kg.cli.output import destination, tell
from kg.errors import BadInput
from kg.names import shorten
from kg.paths import identity_dir
from kg.store import Store

if TYPE_CHECKING:
    from kg.identity.matching import Pair
    from kg.identity.records import Record

_decisions = click.option(
    "--decisions",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the decisions. [default: the shipped ones, data/identity]",
)


@click.group()
def identity() -> None:
    """Decide which names of different sources mean the same thing.

    Decisions stand in SSSOM TSV files, a line each. Taking a line out undoes the merge at the next import.

    \b
    Examples:
      kg identity review
      kg identity check
    """


@identity.command()
@click.option("--list", "listing", is_flag=True, help="Print the pairs and ask nothing.")
@click.option("--format", "syntax", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--kind", help="Pairs of one kind alone: organisation, model, system, chip, place, person, licence.")
@click.option("--author", help="Who decides. [default: your login name]")
@_decisions
@options.store
def review(listing: bool, syntax: str, kind: str | None, author: str | None, folder: Path | None, store: Path) -> None:
    """Go through the pairs of the store that may be one thing and that nobody decided, the likeliest first.

    Each is shown with what speaks for and against it. The answers are y (same), n (different), s (later), q (quit);
    then you are asked why, which is kept with the decision.

    \b
    Examples:
      kg identity review --kind organisation
      kg identity review --list --format json
    """
    from kg.identity.decisions import read

    folder = folder or identity_dir()
    found = undecided(store, folder, kind)
    if listing or syntax == "json":
        with destination(None) as file:
            file.write(_listed(found, syntax).encode())
        return
    decisions = read(folder)
    for number, pair in enumerate(found, 1):
        if decisions.decided(pair.left.iri, pair.right.iri) is not None:
            continue
        click.echo(f"{number} of {len(found)}\n{text_of(pair)}")
        answer = click.prompt("same? (y/n/s/q)", type=click.Choice(["y", "n", "s", "q"]), show_choices=False)
        if answer == "q":
            break
        if answer != "s":
            _decide(folder, pair, answer == "y", author or getpass.getuser())
            decisions = read(folder)


@identity.command()
@_decisions
@options.store
def match(folder: Path | None, store: Path) -> None:
    """Decide the pairs of the store of which the matcher is sure, as lines of automatic.tsv.

    The next import follows them; take a line out to undo it. How sure is sure, docs/identity.md tells.

    \b
    Example:
      kg identity match
    """
    from kg.identity.automatic import match as decide_all
    from kg.identity.records import read as records_of

    with Store(store).reader() as (engine, _):
        added = decide_all(folder or identity_dir(), list(records_of(engine)))
    tell(f"{len(added)} decisions added; import again to follow them")


@identity.command()
@_decisions
def check(folder: Path | None) -> None:
    """Check the files of decisions: each line, and that all of them can hold together.

    Exit code 2, with file, line and repair, at the first that cannot.

    \b
    Example:
      kg identity check --decisions my-decisions
    """
    from kg.identity.writing import count

    kept = count(folder or identity_dir())
    for name, number in kept.items():
        click.echo(f"{name}: {number} decisions")
    if not kept:
        tell(f"there are no decisions in {folder or identity_dir()}")


def undecided(store: Path, folder: Path, kind: str | None) -> "list[Pair]":
    """Return the candidate pairs of a store on which the folder has no decision; raises BadInput for no such kind."""
    from kg.identity.decisions import read
    from kg.identity.matching import candidates
    from kg.identity.records import KINDS
    from kg.identity.records import read as records_of

    if kind is not None and kind not in KINDS.values():
        raise BadInput(f"there is no kind {kind!r}", "--kind", f"The kinds are: {' '.join(sorted(KINDS.values()))}.")
    decisions = read(folder)
    with Store(store).reader() as (engine, _):
        records = [record for record in records_of(engine) if kind in (None, record.kind)]
    return [pair for pair in candidates(records) if decisions.decided(pair.left.iri, pair.right.iri) is None]


def text_of(pair: "Pair") -> str:
    """Return what a person needs in order to decide on a pair."""
    lines = [f"score {pair.score:.3f}", *_sides(pair)]
    lines += [f"  for:     {reason}" for reason in pair.reasons_for]
    lines += [f"  against: {reason}" for reason in pair.reasons_against]
    return "\n".join(lines) + "\n"


def _sides(pair: "Pair") -> Sequence[str]:
    return [f"  {shorten(side.iri)}: {'; '.join(_facts(side))}" for side in (pair.left, pair.right)]


def _facts(record: "Record") -> list[str]:
    facts = [record.kind, "named " + ", ".join(record.all_names)]
    facts += [f"{key} {', '.join(sorted(values))}" for key, values in record.identifiers.items()]
    for word, values in (("in", record.places), ("of", record.related), ("dated", record.dates)):
        facts += [f"{word} {', '.join(sorted(values))}"] if values else []
    sources = sorted(shorten(source) for source in record.sources)
    return facts + ([f"said by {', '.join(sources)}"] if sources else [])


def _listed(pairs: "list[Pair]", syntax: str) -> str:
    if syntax == "text":
        return "\n".join(text_of(pair) for pair in pairs) or "no pair is left to decide\n"
    rows: list[dict[str, Any]] = [
        {
            "score": pair.score,
            "kind": pair.left.kind,
            "left": pair.left.iri,
            "right": pair.right.iri,
            "for": pair.reasons_for,
            "against": pair.reasons_against,
        }
        for pair in pairs
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _decide(folder: Path, pair: "Pair", same: bool, author: str) -> None:
    """Ask why, and keep the decision; one that cannot hold is told, and the next pair follows."""
    from kg.identity.writing import decide

    usual = "; ".join(pair.reasons_for if same else pair.reasons_against) or "judged by its name"
    why = click.prompt("why", default=usual)
    try:
        path = decide(folder, pair, same, author, why)
        tell(f"kept in {path}")
    except BadInput as error:
        tell(f"not kept: {error}")
