"""`kg import` and `kg stats`: tables of others, and what came of them.

What is imported inside functions takes long to import, and most commands can do without.
"""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kg.cli import options
from kg.cli.building import built, told
from kg.cli.output import Progress, destination, tell
from kg.errors import BadInput
from kg.results import table
from kg.store import Store

if TYPE_CHECKING:
    from kg.imports import Job
    from kg.imports.reading import Refusal

_SHOWN = 5
"""Rows left out that are told for each import; the report has all."""


@click.command("import")
@click.argument("kind")
@click.argument("places", nargs=-1, required=True, metavar="PATH|URL...")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For KIND table: the file that says what the columns mean.",
)
@click.option("--strict", is_flag=True, help="Import nothing if a row cannot be taken.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the rows left out to FILE, as TSV, each with its place and the reason.",
)
@click.option("--author", help="Who the commits are by. [default: your login name]")
@options.store
def import_(
    kind: str,
    places: tuple[str, ...],
    mapping: Path | None,
    strict: bool,
    report: Path | None,
    author: str | None,
    store: Path,
) -> None:
    """Bring the rows of tables into the store, each as evidence.

    KIND is a kind that Atlante knows, `table` for any CSV, XLSX, JSON or YAML file with a mapping of your own, or
    `all` for a folder in which every file that Atlante knows is imported. Rows that cannot be taken are left out and
    reported. Importing again brings only what has changed. docs/importing.md lists the kinds and where to get files.

    \b
    Examples:
      kg import top500 TOP500_202506.xlsx
      kg import epoch-models https://epoch.ai/data/notable_ai_models.csv
      kg import table my.csv --mapping my.toml
      kg import all ../data
    """
    from kg.imports.fetching import fetched

    if (kind == "table") != bool(mapping):
        raise BadInput("--mapping goes with KIND table, and KIND table with --mapping", kind)
    if Store(store).log.head() == 0:
        built(store, ())
    with TemporaryDirectory(prefix="atlante-import-") as folder, Progress("importing") as progress:
        paths = [fetched(place, Path(folder), progress) for place in places]
        refused = _imported(store, _jobs(kind, paths, mapping), strict, author, progress)
    _report(refused, report)


def _jobs(kind: str, paths: Sequence[Path], mapping: Path | None) -> "list[Job]":
    from kg.imports import jobs, jobs_in

    return [job for path in paths for job in jobs_in(path)] if kind == "all" else jobs(kind, paths, mapping)


def _imported(store: Path, found: "list[Job]", strict: bool, author: str | None, progress: Progress) -> "list[Refusal]":
    from kg.build import build
    from kg.imports.reading import Importing

    importing = Importing(found, strict=strict)
    told(build(Store(store), imports=importing.inputs, author=author, progress=progress))
    for imported in importing.done:
        rows = sum(1 for refusal in imported.refused if refusal.whole)
        cells = len(imported.refused) - rows
        and_cells = f", {cells} cell{'s' * (cells > 1)}" if cells else ""
        tell(f"{imported.source.iri.rpartition('/')[2]}: {imported.rows} rows, {rows} left out{and_cells}")
    return [refusal for imported in importing.done for refusal in imported.refused]


def _report(refused: "list[Refusal]", report: Path | None) -> None:
    for refusal in refused[:_SHOWN]:
        tell(f"left out: {refusal}")
    if len(refused) > _SHOWN:
        tell(f"and {len(refused) - _SHOWN} more; --report FILE writes them all")
    if report:
        with destination(report) as output:
            lines = [("file", "place", "column", "text", "reason")]
            lines += [(str(one.file), one.place, one.column, one.text, one.reason) for one in refused]
            for line in lines:
                output.write(("\t".join(" ".join(cell.split()) for cell in line) + "\n").encode())


@click.command()
@click.option("--format", "syntax", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@options.output
@options.store
def stats(syntax: str, output: Path | None, store: Path) -> None:
    """Tell what each imported source brought.

    Rows read and left out, statements, things that it alone speaks of, and things that other sources know too.

    \b
    Examples:
      kg stats
      kg stats --format csv -o stats.csv
    """
    from kg.imports.statistics import COLUMNS, statistics

    with Store(store).reader() as (engine, _):
        rows = [list(row) for row in statistics(engine)]
    with destination(output) as file:
        if syntax == "json":
            file.write(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=2).encode() + b"\n")
        elif syntax == "csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
            file.write(text.getvalue().encode())
        else:
            texts = [[str(cell) for cell in row] for row in rows]
            file.write("".join(f"{line}\n" for line in table(COLUMNS, texts)).encode())
