"""`kg export` and `kg log`: the graph and its history on the way out."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from kg.cli import options
from kg.cli.output import Progress, destination
from kg.export import FORMATS, WHAT
from kg.export import chosen as chosen_what
from kg.export import export as exported
from kg.log import Commit
from kg.results import table
from kg.store import Store

_ENDINGS = {
    ".ttl": "turtle",
    ".trig": "trig",
    ".nq": "nquads",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".graphml": "graphml",
}


@click.command()
@click.option(
    "--what",
    type=click.Choice(list(WHAT)),
    help="What to export. [default: evidence for trig and nquads, else graph] "
    + "; ".join(f"{name}: {meaning}" for name, meaning in WHAT.items())
    + ".",
)
@click.option(
    "--format",
    "syntax",
    type=click.Choice(FORMATS),
    help="Format. [default: by the ending of FILE, else turtle, or trig for evidence]",
)
@click.option("--inferred", is_flag=True, help="Add what the rules derive.")
@options.output
@options.store
def export(what: str | None, syntax: str | None, inferred: bool, output: Path | None, store: Path) -> None:
    """Write the graph, its evidence, the ontology or the shapes.

    The same commit gives the same bytes.

    \b
    Examples:
      kg export > atlante.ttl
      kg export --what evidence -o atlante.trig
      kg export --format graphml -o atlante.graphml
    """
    usual = "trig" if what == "evidence" else "turtle"
    syntax = syntax or _ENDINGS.get(output.suffix.lower() if output else "", usual)
    what = chosen_what(what, syntax)
    with Store(store).reader() as (engine, _), Progress("exporting") as progress, destination(output) as file:
        size = 0
        for piece in exported(engine, what, syntax, inferred=inferred):
            file.write(piece)
            size += len(piece)
            progress(f"exporting: {size / 1e6:,.1f} MB")


@click.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("-n", "count", type=click.IntRange(1), default=20, show_default=True, help="Commits to list.")
@click.option("--format", "syntax", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--verify", is_flag=True, help="Check the chain of hashes from the first commit to the last.")
@options.store
def log(number: int | None, count: int, syntax: str, verify: bool, store: Path) -> None:
    """List the commits, newest first; with NUMBER, write the patch of that commit (RDF Patch).

    \b
    Examples:
      kg log -n 5
      kg log 3
    """
    history = Store(store).log
    if verify:
        click.echo(f"{history.verify()} commits, each as it was written")
        return
    rows = history.rows(number) if number else _listed(history.commits(after=history.head() - count)[::-1], syntax)
    with destination(None) as file:
        for row in rows:
            file.write(row.encode())


def _listed(commits: list[Commit], syntax: str) -> Iterator[str]:
    if syntax == "json":
        yield json.dumps([vars(commit) for commit in commits], ensure_ascii=False, indent=2) + "\n"
        return
    columns = ("commit", "time", "author", "added", "removed", "message")
    rows = [(str(one.number), one.time, one.author, f"+{one.added}", f"-{one.removed}", one.message) for one in commits]
    yield from (line + "\n" for line in table(columns, rows))
