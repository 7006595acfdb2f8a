"""Tables of answers, ready to be shown."""

from collections.abc import Mapping
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
    """Column headings, rows, the heading of their evidence ("" without any), and whether there are more rows."""

    columns: list[str]
    rows: list[Row]
    evidence_heading: str = ""
    more: bool = False


def from_worker(content: Mapping[str, Any], terms: Terms) -> Table:
    """Return the table of a query process's plain rows (kg.workers.Job.rows)."""
    rows = [Row([_shown(cell, terms) for cell in row]) for row in content["rows"]]
    return Table(list(content["variables"]), rows, more=bool(content["more"]))


def _shown(cell: Mapping[str, str] | None, terms: Terms) -> Shown:
    if cell is None:
        return Shown("")
    if cell["type"] == "iri":
        return terms.iri(cell["value"])
    return literal(cell["value"], cell.get("language", ""), cell.get("datatype", ""))
