"""Tables of answers, ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.evidence.graphs import ROLES
from server.evidence import Evidence, EvidenceReader
from server.terms import Shown, Terms, literal
from server.words import say


@dataclass(frozen=True)
class Row:
    """A row: a cell for each column, and the evidence of the row where the answer has any.

    `further` is evidence that supports it otherwise than by stating it, each list under its heading; `reasons` say why
    a part of the row has none.
    """

    cells: list[Shown]
    evidence: list[Evidence] = field(default_factory=list[Evidence])
    further: list[tuple[str, list[Evidence]]] = field(default_factory=list[tuple[str, list[Evidence]]])
    reasons: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Table:
    """Column headings, rows, the heading of their evidence ("" without any), and whether there are more rows."""

    columns: list[str]
    rows: list[Row]
    evidence_heading: str = ""
    more: bool = False


def from_worker(content: Mapping[str, Any], terms: Terms, evidence: EvidenceReader) -> Table:
    """Return the table of a query process's plain rows (kg.workers.Job.rows)."""
    rows = [Row([_shown(cell, terms) for cell in row]) for row in content["rows"]]
    heading = ""
    if "evidence" in content:
        heading = say("evidence")
        rows = [_supported(row, told, evidence) for row, told in zip(rows, content["evidence"], strict=True)]
    return Table(list(content["variables"]), rows, heading, more=bool(content["more"]))


def _supported(row: Row, told: Sequence[Mapping[str, str]], evidence: EvidenceReader) -> Row:
    """Return a row with the places and reasons that a query process tells (kg.evidence)."""
    found = {role: [evidence.of(one["graph"]) for one in told if one.get("role") == role] for role in ROLES}
    further = [(say(f"role.{role}"), places) for role, places in found.items() if role != "statement" and places]
    reasons = [say(f"reason.{one['code']}", detail=one.get("detail", "")) for one in told if "code" in one]
    return Row(row.cells, found["statement"], further, reasons)


def _shown(cell: Mapping[str, str] | None, terms: Terms) -> Shown:
    if cell is None:
        return Shown("")
    if cell["type"] == "iri":
        return terms.iri(cell["value"])
    return literal(cell["value"], cell.get("language", ""), cell.get("datatype", ""))
