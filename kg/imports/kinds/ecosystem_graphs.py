"""Ecosystem Graphs: any field may be a value, or a map of the value and its explanation."""

import re
from collections.abc import Iterable, Iterator

from kg.imports.cells import Cells, filled, parts, text_of
from kg.imports.tables import Misfit, Record
from kg.names import slugify

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([MBT])\s+parameters\b.*")
_POWER = {"M": "E6", "B": "E9", "T": "E12"}
_VALUE = ".value"


def records(found: Iterable[Record | Misfit]) -> Iterator[Record | Misfit]:
    """Yield the cards with plain values, and `parameters`, `slug name`, `dependency slugs` and `dependency names`."""
    rows = [_plain(row) if isinstance(row, Record) else row for row in found]
    cards: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if isinstance(row, Record):
            name = text_of(row.cells, "name")
            cards.setdefault(slugify(name), []).append((_slug(row.cells), name))
    for row in rows:
        if isinstance(row, Record):
            names = [name for name in parts(row.cells, "dependencies", "") if filled(name)]
            needs = [cards.get(slugify(name), [(name, name)]) for name in names]
            # Two cards of one name are two things, and which of them is meant cannot be told.
            meant = [one[0] for one in needs if len(one) == 1]
            more = {"dependency slugs": [slug for slug, _ in meant], "dependency names": [name for _, name in meant]}
            size = _SIZE.fullmatch(text_of(row.cells, "size"))
            number = size[1] + _POWER[size[2]] if size else ""
            row = Record(row.place, {**row.cells, **more, "slug name": _slug(row.cells), "parameters": number})
        yield row


def _plain(row: Record) -> Record:
    values = {name.removesuffix(_VALUE): cell for name, cell in row.cells.items() if name.endswith(_VALUE)}
    return Record(row.place, {**row.cells, **values})


def _slug(cells: Cells) -> str:
    """Return what a thing's name is made from: models bear their developer's name beside their own."""
    name, developer = text_of(cells, "name"), re.split(r"\s*,\s*|\s+and\s+", text_of(cells, "organization"))[0]
    suffix = {"model": developer if filled(developer) else "unknown developer", "dataset": "data set"}
    return f"{name} {suffix.get(text_of(cells, 'type'), 'application')}"
