"""Statistics: what each imported source brought."""

from collections.abc import Iterator

from kg.engine import Engine, select
from kg.paths import query
from kg.rdf import value

COLUMNS = ("source", "rows", "refused", "statements", "new", "merged")
"""The columns of the statistics: things are new that no other source speaks of, merged those that others do."""


def statistics(engine: Engine) -> Iterator[tuple[str, int, int, int, int, int]]:
    """Yield a row for each imported source, in the order of COLUMNS; the source is its slug."""
    for source, *numbers in select(engine, query("imports/statistics")):
        assert source
        rows, refused, statements, new, merged = (int(value(number)) if number else 0 for number in numbers)
        yield value(source).rpartition("/")[2], rows, refused, statements, new, merged
