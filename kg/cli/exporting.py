"""`kg export`: the graph on the way out."""

from pathlib import Path

import click

from kg.cli import options
from kg.cli.output import Progress, destination
from kg.export import FORMATS, WHAT
from kg.export import chosen as chosen_what
from kg.export import export as exported
from kg.past import Asked, reader
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
@options.times
def export(
    what: str | None, syntax: str | None, inferred: bool, output: Path | None, store: Path, asked: Asked
) -> None:
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
    with reader(Store(store), asked) as (engine, _), Progress("exporting") as progress, destination(output) as file:
        size = 0
        for piece in exported(engine, what, syntax, inferred=inferred):
            file.write(piece)
            size += len(piece)
            progress(f"exporting: {size / 1e6:,.1f} MB")
