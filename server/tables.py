"""Tables of answers, ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.evidence import Evidence
from server.terms import Shown, Terms, literal


@dataclass(frozen=True)
class Row:
    """A row: a cell for each column, and the evidence of the row where the answer has any."""

    cells: list[Shown]
    evidence: list[Evidence] = field(default_factory=list[Evidence])


@dataclass(frozen=True)
class Table:
    """Column headings, rows, whether rows carry evidence, and whether there are more rows than these."""

    columns: list[str]
    rows: list[Row]
    with_evidence: bool = False
    more: bool = False


def from_worker(content: Mapping[str, Any], terms: Terms) -> Table:
    """Return the table of a query process's plain rows (kg.engine.workers.Request.rows)."""
    rows = [Row([_shown(cell, terms) for cell in row]) for row in content["rows"]]
    return Table(list(content["variables"]), rows, more=bool(content["more"]))


def _shown(cell: Mapping[str, str] | None, terms: Terms) -> Shown:
    if cell is None:
        return Shown("")
    if cell["type"] == "iri":
        return terms.iri(cell["value"])
    return literal(cell["value"], cell.get("language", ""), cell.get("datatype", ""))


def as_json(columns: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows as JSON objects by column: labels, IRIs, and the evidence graphs."""
    return [
        {column: _plain(cell) for column, cell in zip(columns, row.cells, strict=True)}
        | {"evidence": [item.graph for item in row.evidence]}
        for row in rows
    ]


def _plain(cell: Shown) -> dict[str, str]:
    members = {"iri": cell.iri, "text": cell.text, "language": cell.lang, "datatype": cell.datatype}
    return {name: value for name, value in members.items() if value or name == "text"}
