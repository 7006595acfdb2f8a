"""`kg build` and `kg check`: the way in.

What is imported inside functions takes long to import, and most commands can do without.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options
from kg.cli.output import Progress, destination, tell
from kg.store import Store

if TYPE_CHECKING:
    from kg.build import Built


@click.command()
@options.files
@click.option("--author", help="Who the commits are by. [default: your login name]")
@options.store
def build(files: tuple[Path, ...], author: str | None, store: Path) -> None:
    """Bring FILES, or the shipped ontology, shapes and data, into the store.

    Each source that changed becomes one commit; nothing changes if the result breaks a shape. Any Turtle, TriG,
    N-Triples, N-Quads, RDF/XML or JSON-LD file can be a source.

    \b
    Examples:
      kg build
      kg build my-facts.ttl
    """
    built(store, files, author)


def built(store: Path, files: tuple[Path, ...], author: str | None = None) -> None:
    """Build, and tell what came of it; raises what kg.build.build raises."""
    from kg.build import build

    with Progress("building") as progress:
        result = build(Store(store), files, author=author, progress=progress)
    told(result)


def told(result: "Built") -> None:
    """Tell what came of a build."""
    for commit in result.commits:
        tell(f"commit {commit.number}: {commit.message}, +{commit.added} -{commit.removed} statements")
    if not result.commits:
        tell(f"nothing changed; the store stands at commit {result.head}")
    if result.report and result.report.results:
        tell(f"{len(result.report.results)} warnings and notes; read them with: kg check")


@click.command()
@options.files
@click.option("--format", "syntax", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True)
@options.language
@options.output
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], syntax: str, language: str, output: Path | None) -> None:
    """Check FILES together with the shipped data, or that alone, against the shapes; no store is changed.

    Exit code 1 if there is a violation. The report names rule, file and line.

    \b
    Examples:
      kg check my-facts.ttl
      kg check --format json -o report.json
    """
    from kg.cli.checking import checked

    with Progress("checking") as progress:
        report = checked(files, progress)
    texts = {"text": lambda: report.to_text(language), "json": report.to_json, "turtle": report.to_turtle}
    with destination(output) as file:
        file.write((texts[syntax]().rstrip("\n") + "\n").encode())
    context.exit(0 if report.conforms else 1)
