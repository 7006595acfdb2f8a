"""Epoch AI's data centres: places in degrees, minutes and seconds, as decimal degrees."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from kg.imports.cells import text_of
from kg.imports.tables import Misfit, Record

_ANGLE = re.compile(r"""(\d{1,3})°(\d{1,2})'(\d{1,2}(?:\.\d+)?)"([NSEW])""")
_PRECISION = Decimal("0.000001")
"""A tenth of a metre: finer than a second of arc, in which the angles are given."""


def records(found: Iterable[Record | Misfit]) -> Iterator[Record | Misfit]:
    """Yield the rows, with `Latitude in degrees` and `Longitude in degrees`, a text that is no angle as it is."""
    for row in found:
        if isinstance(row, Record):
            angles = {f"{name} in degrees": _degrees(text_of(row.cells, name)) for name in ("Latitude", "Longitude")}
            row = Record(row.place, {**row.cells, **angles})
        yield row


def _degrees(text: str) -> str:
    match = _ANGLE.fullmatch(text)
    if not match:
        return text
    degrees, minutes, seconds = (Decimal(part) for part in match.groups()[:3])
    value = (degrees + minutes / 60 + seconds / 3600).quantize(_PRECISION)
    return f"{-value if match[4] in 'SW' else value:f}"
