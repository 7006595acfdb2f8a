"""`kg query`: any SPARQL query, evaluated in a process that can be stopped."""

import asyncio
import json
import math
import shutil
import sys
from itertools import zip_longest
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

import click

from kg.cli import options
from kg.cli.output import Progress, destination, tell
from kg.engine import guard
from kg.errors import BadInput
from kg.evidence import FIRST_ROWS
from kg.evidence.writing import SYNTAXES
from kg.past import Asked, folder
from kg.results import GRAPH_FORMATS, MOST_PLACES, SELECT_FORMATS, places, short, table
from kg.settings import SETTINGS, get_number, get_text
from kg.store import Store
from kg.workers import Bounds, Job, NotAcceptable
from kg.workers.pool import Pool

_MOST_ROWS = 10_000
"""Rows of a table: more are for programs, which take another format."""

_PATIENCE = 60.0
"""Seconds that the query process may take to start, which is no part of the query's time."""

_IN_MEMORY = 1 << 20
_ANY_NUMBER = 1 << 62

_FORMATS = {"select": ("table", *SELECT_FORMATS), "ask": ("table", "json", "xml"), "graph": ("table", *GRAPH_FORMATS)}
_NAMES = {"select": "a SELECT", "ask": "an ASK", "graph": "a CONSTRUCT or DESCRIBE"}


@click.command()
@click.argument("query", metavar="TEXT|@FILE")
@click.option(
    "--format",
    "syntax",
    type=click.Choice(["table", *SELECT_FORMATS, *GRAPH_FORMATS]),
    default="table",
    show_default=True,
    help="json, xml, csv and tsv are for SELECT; turtle, ntriples and jsonld for CONSTRUCT and DESCRIBE.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=SETTINGS["query_timeout"].default,
    envvar=SETTINGS["query_timeout"].variable,
    show_default=True,
    show_envvar=True,
    help="Seconds after which the query is stopped.",
)
@click.option("--evidence", is_flag=True, help="Name the places that support each row of a SELECT, in a last column.")
@options.output
@options.store
@options.times
def query(
    query: str, syntax: str, timeout: float, evidence: bool, output: Path | None, store: Path, asked: Asked
) -> None:
    """Evaluate a SPARQL query: TEXT, the text in FILE, or with @- what comes on standard input.

    The prefixes kg: id: src: rdf: rdfs: xsd: owl: skos: and others are declared already.

    \b
    Examples:
      kg query 'SELECT ?who { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }'
      kg query @report.rq --format csv -o report.csv
    """
    if evidence and syntax not in ("table", *SYNTAXES):
        known = ", ".join(("table", *SYNTAXES))
        raise BadInput(f"{syntax} has no room for evidence", "--format", f"With --evidence it can be: {known}.")
    text = _text(query)
    with SpooledTemporaryFile(_IN_MEMORY) as answer:
        with Progress("querying"):
            snapshot = folder(Store(store), asked)
            asyncio.run(_answer(snapshot, text, syntax, timeout, cast(IO[bytes], answer), evidence=evidence))
        answer.seek(0)
        with destination(output) as file:
            if syntax == "table":
                _write_table(json.load(answer), file, wrapped=file is sys.stdout.buffer)
            else:
                shutil.copyfileobj(answer, file)


def _text(query: str) -> str:
    if not query.startswith("@"):
        return query
    try:
        data = sys.stdin.buffer.read() if query == "@-" else Path(query[1:]).read_bytes()
        return data.decode()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", query[1:]) from error
    except UnicodeDecodeError as error:
        raise BadInput("is not UTF-8 text", query[1:]) from error


async def _answer(snapshot: Path, text: str, syntax: str, seconds: float, output: IO[bytes], *, evidence: bool) -> None:
    """Write the whole answer of a query; nothing leaves before it is known that all of it can."""
    facts = guard.check(text, services=frozenset(get_text("service_endpoints").split()))
    job = Job(
        query=text,
        results=syntax if syntax in SELECT_FORMATS else "",
        graph=syntax if syntax in GRAPH_FORMATS else "",
        rows=_MOST_ROWS if syntax == "table" else 0,
        bounds=Bounds(seconds, math.ceil(seconds), _ANY_NUMBER, _ANY_NUMBER),
        evidence=evidence,
        network=facts.service,
    )
    pool = Pool(1, int(get_number("query_memory")), 1, _PATIENCE)
    await pool.start()
    try:
        async with pool.answer(snapshot, job) as answer:
            while (piece := await answer.next()) is not None:
                output.write(piece)
    except NotAcceptable as error:
        known = ", ".join(_FORMATS[error.form])
        raise BadInput(
            f"the answer of {_NAMES[error.form]} query cannot be {syntax}", "--format", f"It can be: {known}."
        ) from error
    finally:
        await pool.close()


def _write_table(answer: dict[str, Any], file: IO[bytes], *, wrapped: bool) -> None:
    if "boolean" in answer:
        file.write(b"true\n" if answer["boolean"] else b"false\n")
        return
    columns, rows = answer["variables"], [[_cell(term) for term in row] for row in answer["rows"]]
    if "evidence" in answer:
        columns = [*columns, "evidence"]
        cells = map(_evidence, answer["evidence"])
        rows = [[*row, cell] for row, cell in zip_longest(rows, cells, fillvalue="")]
    limit = shutil.get_terminal_size().columns if wrapped and sys.stdout.isatty() else None
    for line in table(columns, rows, limit):
        file.write(f"{line}\n".encode())
    if answer["more"]:
        tell(f"Only the first {_MOST_ROWS:,} rows are shown; for all of them: --format csv")
    if len(rows) > len(answer.get("evidence", rows)):
        tell(f"The evidence of the first {FIRST_ROWS:,} rows is named.")


def _evidence(entries: list[dict[str, Any]]) -> str:
    """Return the evidence of a row for a cell: where its triples stand, then why parts of it stand nowhere."""
    named = places((entry["graph"] for entry in entries if "graph" in entry), MOST_PLACES)
    return "; ".join(filter(None, [named, *(entry["notDerivable"] for entry in entries if "notDerivable" in entry)]))


def _cell(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    return short(term["value"]) if term["type"] == "iri" else term["value"]
