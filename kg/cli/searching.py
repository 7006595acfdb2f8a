"""`kg search`: what goes by a name."""

import json
from pathlib import Path

import click

from kg.cli import options
from kg.cli.asking import columns
from kg.cli.output import destination, tell
from kg.names import NS, expand, shorten
from kg.results import Labels, table
from kg.search import Hit, Searcher, index_of
from kg.store import Store


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", default="", metavar="CLASS", help="Leave the things of a class or one below it: kg:Model.")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=20, show_default=True, help="Most things to show.")
@click.option("--format", "syntax", type=click.Choice(["table", "json"]), default="table", show_default=True)
@options.language
@options.store
def search(words: tuple[str, ...], kind: str, count: int, syntax: str, language: str, store: Path) -> None:
    """Find things by what they are called, the likeliest first.

    Accents, case and punctuation do not matter, and each word may be the beginning of one.

    \b
    Examples:
      kg search gpt3
      kg search microsoft super --kind kg:Supercomputer
    """
    within = expand(kind) if ":" in kind else NS + kind if kind else ""
    with Store(store).reader() as (engine, _), destination(None) as file:
        snapshot = Store(store).snapshot()
        assert snapshot is not None
        searcher = Searcher(index_of(snapshot))
        found = searcher.search(" ".join(words), within=within, count=count)
        label = Labels(engine, language)
        file.write(_WRITERS[syntax](found.hits, label).encode())
        near = [] if found.hits else searcher.near(" ".join(words))
        tell(f"{found.total}{' or more' if found.more else ''} found")
        if near:
            tell(f"Did you mean: {', '.join(label(hit.iri) for hit in near)}?")


def _as_json(hits: list[Hit], label: Labels) -> str:
    rows = [
        {"iri": hit.iri, "label": label(hit.iri), "kind": hit.kind, "asserted": hit.asserted, "names": hit.aliases}
        for hit in hits
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _as_table(hits: list[Hit], label: Labels) -> str:
    rows = [
        (label(hit.iri), label(hit.kind) if hit.kind else "", shorten(hit.iri), "" if hit.asserted else "reported")
        for hit in hits
    ]
    return "".join(f"{line}\n" for line in table(("name", "kind", "iri", "standing"), rows, columns()))


_WRITERS = {"table": _as_table, "json": _as_json}
