"""A small table, its mapping, and what tests ask of an import of it."""

import csv
from pathlib import Path

from click.testing import CliRunner, Result

from kg.cli import cli
from kg.engine import select
from kg.rdf import NamedNode, value
from kg.store import Store

MAPPING = """
about = "Chips."
[source]
slug = "my-chips"
label = "My chips"
publisher = "Me"
files = ["chips.csv"]
fetch = "my desk"
terms = "mine"
[row]
key = ["Chip"]
required = ["Chip", "Maker"]
heads = { "Memory" = ["Memory (GB)"] }
grades = [
    { from = "Sure", standing = { no = "kg:Reported", yes = "kg:Asserted" }, confidence = { no = "kg:Unlikely" } },
]
skip = [{ column = "Chip", values = ["Total"], reason = "is a sum" }]
[[things]]
name = "chip"
iri = "{Chip}"
class = "kg:Accelerator"
label = "{Chip}"
states = [
    { is = "kg:manufacturer", to = "maker" },
    { is = "kg:releasedOn", from = "Released", as = "us-date" },
    { is = "kg:memoryCapacity", from = "Memory", as = "decimal", times = "0.001" },
    { is = "kg:fabricatedBy", iri = "{Foundry}" },
]
[[things]]
name = "maker"
each = "Maker"
split = '\\s*;\\s*'
iri = "{each}"
class = "kg:Company"
label = "{each}"
"""
ROWS = [
    ["Chip", "Maker", "Released", "Memory (GB)", "Sure", "Foundry"],
    ["Example X1", "Example Chips; Other Chips", "5/1/2024", '80,000', "yes", "Example Foundry"],
    ["Example X2\u200b", "Example Chips ", "2024-06", "", "no", "unknown"],
    ["Example X3", "none", "", "1e3", "yes", ""],
]  # fmt: skip


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def kg(*arguments: str | Path, store: Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), env={"KG_STORE": str(store)})


def imported(table: Path, mapping: Path, store: Path, *more: str | Path) -> Result:
    result = kg("import", "table", table, "--mapping", mapping, *more, store=store)
    assert result.exit_code == 0, result.stderr
    return result


def row(store: Path, place: str) -> set[tuple[str, str, str]]:
    """What a row's graph says, names shortened to what follows the last slash or hash."""
    with Store(store).reader() as (engine, _):
        graph = NamedNode(f"https://w3id.org/atlante/source/my-chips#{place}")
        quads = list(engine.quads(graph=graph))
    terms = [(value(quad.subject), quad.predicate.value, value(quad.object)) for quad in quads]
    return {(short(subject), short(predicate), short(term)) for subject, predicate, term in terms}


def short(term: str) -> str:
    return term.replace("#", "/").rpartition("/")[2]


def default_graph(store: Path, thing: str) -> list[str]:
    with Store(store).reader() as (engine, _):
        rows = select(engine, f"SELECT ?p {{ id:{thing} ?p ?o }} ORDER BY ?p")
        return [value(term).rpartition("#")[2] for (term,) in rows if term]
