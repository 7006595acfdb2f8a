"""The whole of the shared data in a store, and what its files say, read by pandas."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kg.ask import questions, run
from kg.engine import Engine
from kg.rdf import value

EDITIONS = ("2021-11", "2022-06", "2024-06", "2025-06")


@dataclass(frozen=True)
class Row:
    """A row of an answer: the values by column, IRIs as what follows the last slash or hash, and its evidence."""

    cells: dict[str, str]
    evidence: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def asked(engine: Engine, name: str, source: str = "", **values: str) -> list[Row]:
    """Ask a named question; with `source`, only what rows of that source say."""
    answer = run(engine, questions()[name], values)
    found: list[Row] = []
    for row in answer.every_row:
        cells = {
            column: short(value(term)) if term else "" for column, term in zip(answer.columns, row.terms, strict=True)
        }
        places = tuple(place.rpartition("/")[2] for place in row.evidence or ())
        if not source or any(place.startswith(f"{source}#") for place in places):
            found.append(Row(cells, places))
    return found


def short(text: str) -> str:
    """Return the local name of one of Atlante's IRIs, any other text as it is."""
    return text.replace("#", "/").rpartition("/")[2] if text.startswith("https://w3id.org/atlante/") else text


class Files:
    """The shared files, every cell as the text that it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, path: str, separator: str = ",") -> pd.DataFrame:
        """Return a table."""
        return pd.read_csv(self.folder / path, sep=separator, dtype=str, keep_default_na=False)

    def top500(self, edition: str) -> pd.DataFrame:
        """Return an edition of the TOP500, from the workbook's conversion to CSV, its numbers as numbers."""
        frame = self.table(f"top500/TOP500_{edition.replace('-', '')}.csv")
        for column in ("Rank", "Rmax [TFlop/s]", "Power (kW)"):
            frame[column] = pd.to_numeric(frame[column])
        return frame

    def epoch(self, name: str) -> pd.DataFrame:
        """Return a table of Epoch AI."""
        return self.table(f"epoch/{name}.csv")


def lists(column: "pd.Series[str]", name: str) -> "pd.Series[bool]":
    """Tell of each cell whether a name is among its parts."""
    return column.str.split(r",(?! )", regex=True).map(lambda parts: name in [part.strip() for part in parts])
