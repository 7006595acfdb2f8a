"""Epoch AI's models: a base model is named without its developer, who stands in the base model's own row."""

from collections.abc import Iterable, Iterator

from kg.imports.cells import parts, text_of
from kg.imports.tables import Misfit, Record

_BETWEEN = r",(?! )"


def records(found: Iterable[Record | Misfit]) -> Iterator[Record | Misfit]:
    """Yield the rows, with the parts of `Base model` and, beside them, `Base model developer`, "" if not known."""
    rows = list(found)
    developers = {
        text_of(row.cells, "Model"): parts(row.cells, "Organization", _BETWEEN)[0]
        for row in rows
        if isinstance(row, Record)
    }
    for row in rows:
        if isinstance(row, Misfit):
            yield row
            continue
        bases = parts(row.cells, "Base model", _BETWEEN)
        beside = [developers.get(base, "") for base in bases]
        yield Record(row.place, {**row.cells, "Base model": bases, "Base model developer": beside})
