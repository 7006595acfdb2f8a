"""`kg log`, `kg diff`, `kg blame` and `kg revert`: what the log remembers.

What is imported inside functions takes long to import, and most commands can do without.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import options
from kg.cli.asking import columns
from kg.cli.building import told
from kg.cli.output import Progress, destination, tell
from kg.errors import BadInput, NotFound
from kg.names import expand
from kg.past import Asked, reader
from kg.rdf import Term
from kg.results import Labels, short, table
from kg.store import Store

if TYPE_CHECKING:
    from kg.history.blaming import Brought
    from kg.history.changes import Listed
    from kg.history.telling import Change

_text_or_json = click.option(
    "--format", "syntax", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def write(pieces: Iterable[str], output: Path | None = None) -> None:
    """Write text to where results go."""
    with destination(output) as file:
        for piece in pieces:
            file.write(piece.encode())


@click.command()
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("-n", "--limit", type=click.IntRange(1), default=20, show_default=True, help="Commits to list.")
@click.option("--since", type=click.IntRange(0), default=0, metavar="N", help="Only commits after commit N.")
@_text_or_json
@options.output
@options.store
def log(number: int | None, limit: int, since: int, syntax: str, output: Path | None, store: Path) -> None:
    """List the commits, newest first; with NUMBER, write the patch of that commit (RDF Patch).

    The list tells how many statements each commit added and removed, and in how many named graphs.

    \b
    Examples:
      kg log -n 5
      kg log 3
    """
    from kg.history.changes import listed

    history = Store(store).log
    if number:
        write(history.rows(number), output)
        return
    found = listed(history, limit, since)
    write(_log_json(found) if syntax == "json" else _log_text(found), output)


def _log_json(found: Iterator["Listed"]) -> Iterator[str]:
    content = [
        {
            **vars(one.commit),
            "graphs": [{"graph": iri, "added": more, "removed": less} for iri, (more, less) in one.graphs.items()],
        }
        for one in found
    ]
    yield json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _log_text(found: Iterator["Listed"]) -> Iterator[str]:
    names = ("commit", "time", "author", "added", "removed", "graphs", "message")
    rows = [
        (str(at.number), at.time, at.author, f"+{at.added}", f"-{at.removed}", str(len(one.graphs)), at.message)
        for one in found
        for at in [one.commit]
    ]
    yield from (line + "\n" for line in table(names, rows))


@click.command()
@click.argument("first", metavar="A", type=click.IntRange(0))
@click.argument("last", metavar="B", type=click.IntRange(0))
@click.option(
    "--format",
    "syntax",
    type=click.Choice(["text", "json", "patch"]),
    default="text",
    show_default=True,
    help="patch is RDF Patch, as the log keeps it.",
)
@options.language
@options.output
@options.store
def diff(first: int, last: int, syntax: str, language: str, output: Path | None, store: Path) -> None:
    """Tell the net difference between commits A and B: what was said, what is said now, and by whom.

    0 is the empty graph before the first commit. What the rules infer is no part of it.

    \b
    Examples:
      kg diff 30 31
      kg diff 0 31 --format patch -o all.rdfp
    """
    from kg.history.changes import diff as difference
    from kg.history.telling import State, Teller

    history = Store(store).log
    patch = difference(history, first, last)
    if syntax == "patch":
        write(patch.rows(), output)
        return
    with Store(store).reader() as (engine, version):
        before, after = (State.at(number, engine, version, history) for number in (first, last))
        found = Teller(engine, language).changes(patch, before, after)
        write(
            _diff_json(found) if syntax == "json" else (f"{text}\n" for one in found for text in one.sentences), output
        )
    if not patch:
        tell("These two states are the same.")


def _diff_json(found: Iterator["Change"]) -> Iterator[str]:
    from kg.history.telling import as_plain

    yield json.dumps([as_plain(one) for one in found], ensure_ascii=False, indent=2) + "\n"


def _term(term: Term) -> dict[str, Any]:
    return {"value": term.value, "term": str(term)}


def history(name: str, language: str, store: Path, asked: Asked) -> None:
    """Write what each commit changed in what is said of a thing, up to the commit of the time that is asked for.

    Raises NotFound where nothing was said of it by then, BadInput for a view that does not hold all that commits say.
    """
    from kg.history.blaming import meant
    from kg.history.telling import told_by_commit

    for option, day in (("--known-by", asked.known_by), ("--valid-on", asked.valid_on)):
        if day:
            repair = f"Leave {option} out; --as-of may stay."
            raise BadInput("what changed is told of the whole graph", option, repair)
    log = (Store(store).public() if asked.public else Store(store)).log
    with reader(Store(store), asked) as (engine, snapshot):
        iri, version = meant(engine, log, name), int(snapshot.name)
        told = list(told_by_commit(engine, version, log, iri, language))
        if not told:
            raise NotFound(f"nothing was said of {short(iri)} by commit {version}", repair="Ask for a later time.")
        write([f"{Labels(engine, language)(iri)}  ({short(iri)})\n"])
        for commit, changes in told:
            write([f"\ncommit {commit.number}, {commit.time}, {commit.author}: {commit.message}\n"])
            write(f"  {text}\n" for one in changes for text in one.sentences)


@click.command()
@click.argument("name")
@click.argument("property", required=False)
@_text_or_json
@options.language
@options.output
@options.store
def blame(name: str, property: str | None, syntax: str, language: str, output: Path | None, store: Path) -> None:
    """Tell which commit, and which place in a source, brought each statement about NAME.

    PROPERTY, e.g. kg:licensee, narrows it down; without a prefix it is one of kg:.

    \b
    Examples:
      kg blame gpt-3
      kg blame gpt-3 developedBy
    """
    from kg.history.blaming import blame as blamed
    from kg.history.blaming import meant

    with Store(store).reader() as (engine, _):
        iri = meant(engine, Store(store).log, name)
        wanted = expand(property if ":" in property else f"kg:{property}") if property else ""
        found = blamed(Store(store).log, iri, wanted)
        write(_blame_json(found) if syntax == "json" else _blame_text(found, Labels(engine, language)), output)


def _blame_json(found: list["Brought"]) -> Iterator[str]:
    content = [
        {
            "subject": one.subject,
            "property": one.property,
            **_term(one.value),
            "graph": one.graph,
            "commit": one.commit.number,
            "time": one.commit.time,
            "author": one.commit.author,
            "message": one.commit.message,
        }
        for one in found
    ]
    yield json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _blame_text(found: list["Brought"], label: Labels) -> Iterator[str]:
    rows = [
        (
            *(str(one.commit.number), one.commit.author),
            *(label(one.subject), label(one.property), label.term(one.value), short(one.graph)),
        )
        for one in found
    ]
    names = ("commit", "author", "subject", "property", "value", "evidence")
    yield from (line + "\n" for line in table(names, rows, columns()))


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.option("--author", help="Who the commit is by. [default: your login name]")
@options.store
def revert(number: int, author: str | None, store: Path) -> None:
    """Undo commit NUMBER by a new commit; the log keeps both.

    Refused where later commits changed the same statements, or where the result would break a shape. The next build
    of an unchanged file does not bring back what was undone; a changed file is taken at its word.

    \b
    Example:
      kg revert 31
    """
    from kg.history.reverting import revert as reverted

    if not Store(store).log.head():
        raise NotFound("the store is empty", str(store), "Fill it with `kg build`.")
    with Progress("reverting") as progress:
        result = reverted(Store(store), number, author=author, progress=progress)
    told(result)
