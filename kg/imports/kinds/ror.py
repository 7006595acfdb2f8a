"""ROR's records, of schema 1 and 2, as rows of one shape (https://ror.readme.io/docs/ror-data-structure)."""

from collections.abc import Iterable, Iterator

from kg.imports.cells import Cells, parts, text_of
from kg.imports.tables import Misfit, Record


def records(found: Iterable[Record | Misfit]) -> Iterator[Record | Misfit]:
    """Yield the records; their columns are named in ror.toml."""
    for row in found:
        if isinstance(row, Record):
            cells = _second(row.cells) if "names[].value" in row.cells else _first(row.cells)
            related = zip(
                *(_column(row.cells, f"relationships[].{name}") for name in ("type", "label", "id")), strict=True
            )
            parents = [(label, iri) for kind, label, iri in related if kind.casefold() == "parent"]
            row = Record(
                row.place,
                {
                    **cells,
                    "id": text_of(row.cells, "id"),
                    "ror": _short(text_of(row.cells, "id")),
                    "established": text_of(row.cells, "established"),
                    "parent names": [label for label, _ in parents],
                    "parent ids": [iri for _, iri in parents],
                    "parent rors": [_short(iri) for _, iri in parents],
                },
            )
        yield row


def _second(cells: Cells) -> dict[str, str | list[str]]:
    names = list(zip(_column(cells, "names[].value"), _column(cells, "names[].types"), strict=True))
    shown = [name for name, types in names if "ror_display" in types]
    keys = zip(*(_column(cells, f"external_ids[].{name}") for name in ("type", "preferred", "all")), strict=True)
    links = dict(zip(_column(cells, "links[].type"), _column(cells, "links[].value"), strict=True))
    wikidata = [preferred or _alone(every) for kind, preferred, every in keys if kind == "wikidata"]
    return {
        "name": shown[0] if shown else "",
        "aliases": [name for name, types in names if "ror_display" not in types and "acronym" not in types],
        "type": next(iter(parts(cells, "types", "")), ""),
        "country": next(iter(_column(cells, "locations[].geonames_details.country_name")), ""),
        "country code": next(iter(_column(cells, "locations[].geonames_details.country_code")), ""),
        "website": links.get("website", ""),
        "wikidata": _entity(wikidata[0]) if wikidata else "",
    }


def _first(cells: Cells) -> dict[str, str | list[str]]:
    wikidata = text_of(cells, "external_ids.Wikidata.preferred") or _alone(text_of(cells, "external_ids.Wikidata.all"))
    return {
        "name": text_of(cells, "name"),
        "aliases": _column(cells, "aliases"),
        "type": next(iter(parts(cells, "types", "")), "").casefold(),
        "country": text_of(cells, "country.country_name"),
        "country code": text_of(cells, "country.country_code"),
        "website": next(iter(_column(cells, "links")), ""),
        "wikidata": _entity(wikidata),
    }


def _column(cells: Cells, name: str) -> list[str]:
    cell = cells.get(name, [])
    return cell if isinstance(cell, list) else [cell] if cell else []


def _alone(identifiers: str) -> str:
    """Return the only one of several identifiers; of several, none is the thing's for sure."""
    return "" if "," in identifiers else identifiers


def _entity(item: str) -> str:
    return f"http://www.wikidata.org/entity/{item}" if item else ""


def _short(iri: str) -> str:
    return iri.rpartition("/")[2]
