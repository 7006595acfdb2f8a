"""`kg path` and `kg depends`: how things hang together.

What is imported inside functions takes long to import, and most commands can do without.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options
from kg.cli.asking import columns
from kg.cli.output import Progress, destination, tell
from kg.engine import Engine
from kg.results import MOST_PLACES, Labels, places, short, table
from kg.store import Store

if TYPE_CHECKING:
    from kg import explore


@click.command()
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@click.option("-k", "count", type=click.IntRange(1), default=3, show_default=True, help="Paths to show.")
@click.option("--longest", type=click.IntRange(1, 12), default=6, show_default=True, help="Most steps of a path.")
@options.language
@options.store
@click.pass_context
def path(context: click.Context, start: str, end: str, count: int, longest: int, language: str, store: Path) -> None:
    """Show how A and B are joined: the shortest paths of asserted statements, with the evidence of each step.

    A path around an entity that has very many statements may come before a path through it. Exit code 1 if
    there is none.

    \b
    Example:
      kg path microsoft nvidia -k 5
    """
    from kg.explore import paths
    from kg.show import find

    with Store(store).reader() as (engine, _):
        ends = find(engine, start), find(engine, end)
        with Progress("looking around both"):
            found = paths(engine, *ends, count=count, longest=longest)
        with destination(None) as file:
            for number, one in enumerate(found.paths, 1):
                for line in _path(engine, number, one, language):
                    file.write(f"{line}\n".encode())
    if not found.complete:
        tell("Part of the neighbourhood was left out, as it is too large; there may be other paths.")
    if not found.paths:
        tell(f"No path of {longest} steps or fewer joins {short(ends[0])} and {short(ends[1])}.")
        context.exit(1)


def _path(engine: Engine, number: int, path: "explore.Path", language: str) -> Iterator[str]:
    label = Labels(engine, language)
    yield f"{number}. " + " - ".join(label(iri) for iri in (path.steps[0].start, *(one.end for one in path.steps)))
    rows = [
        (label(one.subject), label(one.property), label(one.object), places(one.evidence, MOST_PLACES))
        for step in path.steps
        for one in step.statements
    ]
    yield from table(("subject", "property", "object", "evidence"), rows, columns())
    yield ""


@click.command()
@click.argument("name")
@click.option("--deepest", type=click.IntRange(1, 12), default=5, show_default=True, help="Most steps away.")
@click.option("--format", "syntax", type=click.Choice(["tree", "csv"]), default="tree", show_default=True)
@options.language
@options.output
@options.store
def depends(name: str, deepest: int, syntax: str, language: str, output: Path | None, store: Path) -> None:
    """Show what depends on a thing, and what depends on that: a tree in which each thing stands once, with counts.

    A thing depends on what it runs on, is built of or trained on, and on who makes, operates or owns it.

    \b
    Examples:
      kg depends nvidia --deepest 2
      kg depends "A100" --format csv -o a100.csv
    """
    from kg.explore import exposure
    from kg.show import find

    with Store(store).reader() as (engine, _), destination(output) as file:
        with Progress("following what depends on it"):
            found = exposure(engine, find(engine, name), deepest=deepest)
        lines = _tree(engine, found, language) if syntax == "tree" else _rows(engine, found, language)
        for line in lines:
            file.write(f"{line}\n".encode())
    if not found.complete:
        tell("There is more: what lies further away, or beyond the first 2,000 things, is left out.")


def _tree(engine: Engine, found: "explore.Exposure", language: str) -> Iterator[str]:
    label = Labels(engine, language)
    yield f"{label(found.root.iri)} ({found.root.count:,})"
    for depth, _, one in found.root.walk():
        said = "; ".join(f"{label(link.property)} [{places(link.evidence, MOST_PLACES)}]" for link in one.links)
        yield f"{'  ' * depth}{label(one.iri)}{f' ({one.count:,})' if one.count else ''} - {said}"


def _rows(engine: Engine, found: "explore.Exposure", language: str) -> Iterator[str]:
    label = Labels(engine, language)
    yield "steps,thing,label,property,on,evidence"
    for depth, above, one in found.root.walk():
        for link in one.links:
            row = (depth, short(one.iri), label(one.iri), short(link.property), short(above), " ".join(link.evidence))
            text = io.StringIO()
            csv.writer(text, lineterminator="").writerow(row)
            yield text.getvalue()
