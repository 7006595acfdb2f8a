"""Tables: the rows of CSV, TSV, XLSX, XLS, JSON, JSON lines and YAML files, each with its place in the file."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from kg.errors import BadInput
from kg.imports.cells import Cells, clean
from kg.settings import get_number

_HEAD_WITHIN = 20
"""Rows of a sheet in which its head is looked for: titles may stand above it."""

_DEEPEST = 20
"""Levels of a document that are read; what lies deeper says nothing that a mapping could name."""


@dataclass(frozen=True)
class Record:
    """A row: its place in the file in words ("row 12", "item 3 of ai21.yaml"), and its cells by column."""

    place: str
    cells: Cells


@dataclass(frozen=True)
class Layout:
    """What to look for: columns that a head must have, other heads by the name we use, where JSON keeps its rows."""

    required: Sequence[str] = ()
    heads: Mapping[str, str] = field(default_factory=dict[str, str])
    records: str = ""


@dataclass(frozen=True)
class Misfit:
    """A row that fits no columns: its place, and why."""

    place: str
    reason: str


def read(path: Path, layout: Layout) -> Iterator[Record | Misfit]:
    """Yield the rows of a file, whose ending tells its kind.

    Raises BadInput, naming file and line or sheet, for a file that is too large or not what its ending says, and for
    a head without a required column.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = " ".join(sorted(_READERS))
        raise BadInput(f"unknown ending {path.suffix!r}", str(path), f"Known endings of tables: {known}.")
    refuse_large(path)
    try:
        yield from reader(path, layout)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", str(path)) from error


def refuse_large(path: Path) -> None:
    """Raise BadInput for a file that is larger than may be imported, or is not there."""
    most = int(get_number("import_megabytes"))
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", str(path)) from error
    if size > most << 20:
        raise BadInput(f"the file is larger than {most} MB", str(path), "KG_IMPORT_MEGABYTES says how much.")


def _text(path: Path) -> str:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} is no {encoding.removesuffix('-sig').upper()}"
        raise BadInput(what, f"{path}:{line}", "Save the file as UTF-8.") from error


def _delimited(path: Path, layout: Layout) -> Iterator[Record | Misfit]:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=delimiter, strict=True)
    head: list[str] = []
    line = 1
    try:
        for row in reader:
            if not head:
                head = _head([row], layout, str(path))[1]
            elif any(row):
                yield _record(f"row {line}", head, row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"this is no CSV: {error}", f"{path}:{line}") from error
    if not head:
        raise BadInput("the file is empty", str(path))


def _record(place: str, head: list[str], row: list[str]) -> Record | Misfit:
    if any(row[len(head) :]):
        return Misfit(place, f"has {len(row)} cells, the head has {len(head)}")
    return Record(place, {name: clean(text) for name, text in zip(head, row, strict=False) if name})


def _head(rows: list[list[str]], layout: Layout, where: str) -> tuple[int, list[str]]:
    """Return the number and the names of the first row that has the required columns."""
    required, best = set(layout.required), list[str]()
    for number, row in enumerate(rows):
        names = [" ".join(clean(name).split()) for name in row]
        head = [layout.heads.get(name, name) for name in names]
        if required <= set(head):
            return number, head
        best = max(best, head, key=lambda names: (len(required & set(names)), sum(map(bool, names))))
    missing = ", ".join(repr(name) for name in layout.required if name not in best)
    found = ", ".join(repr(name) for name in best if name) or "none"
    raise BadInput(f"there is no column {missing}", where, f"The columns found are: {found}.")


def _sheet(path: Path, layout: Layout) -> Iterator[Record | Misfit]:
    # Imported here: most commands read no spreadsheet.
    from python_calamine import CalamineError, CalamineWorkbook

    if path.suffix.lower() == ".xlsx":
        _refuse_bombs(path)
    try:
        workbook = CalamineWorkbook.from_path(path)  # pyright: ignore[reportUnknownMemberType]
        sheet = workbook.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise BadInput(f"this is no workbook: {error}", str(path)) from error
    texts = [[_cell(cell) for cell in row] for row in rows]
    start, head = _head(texts[:_HEAD_WITHIN], layout, f"{path}, sheet {sheet.name!r}")
    for number, row in enumerate(texts[start + 1 :], start + 2):
        if any(row):
            yield _record(f"row {number}", head, row)


def _refuse_bombs(path: Path) -> None:
    """Unpack a workbook, keeping nothing: what its directory says of its size need not be true."""
    most = int(get_number("import_megabytes")) << 20
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as member:
                    while block := member.read(1 << 20):
                        most -= len(block)
                        if most < 0:
                            raise BadInput(
                                "the workbook unpacks to more than may be imported",
                                str(path),
                                "KG_IMPORT_MEGABYTES says how much.",
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"this is no workbook: {error}", str(path)) from error


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _json(path: Path, layout: Layout) -> Iterator[Record]:
    try:
        document = json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"this is no JSON: {error}", str(path)) from error
    yield from _items(path, document, layout.records)


def _json_lines(path: Path, _layout: Layout) -> Iterator[Record | Misfit]:
    for number, line in enumerate(_text(path).splitlines(), 1):
        try:
            item = json.loads(line) if line.strip() else None
        except (json.JSONDecodeError, RecursionError) as error:
            yield Misfit(f"row {number}", f"is no JSON: {error}")
            continue
        if item is not None:
            yield Record(f"row {number}", flat(item))


def _yaml(path: Path, layout: Layout) -> Iterator[Record]:
    import yaml

    try:
        document = yaml.load(_text(path), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"this is no YAML: {' '.join(str(error).split())}", str(path)) from error
    yield from _items(path, document, layout.records)


def _items(path: Path, document: Any, records: str) -> Iterator[Record]:
    found: Any = cast("dict[str, Any]", document).get(records) if records and isinstance(document, dict) else document
    if found is None:
        raise BadInput(f"there is nothing under {records!r}" if records else "the file is empty", str(path))
    items = cast("list[Any]", found) if isinstance(found, list) else [found]
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise BadInput(f"item {number} is no object but {str(item)[:40]!r}", str(path))
        yield Record(f"item {number} of {path.name}", flat(item))


def flat(item: Any, prefix: str = "", depth: int = 0) -> dict[str, str | list[str]]:
    """Return a document's values by their path, `release.license.name`; lists of plain values stay lists.

    Lists of objects become columns of lists, `names[].value`, whose parts go with one another.
    """
    if depth > _DEEPEST:
        return {prefix: "..."}
    if isinstance(item, dict):
        cells: dict[str, str | list[str]] = {}
        for key, inner in cast("dict[Any, Any]", item).items():
            cells |= flat(inner, f"{prefix}.{key}" if prefix else str(key), depth + 1)
        return cells
    if not isinstance(item, list):
        return {prefix: clean(_plain(item))}
    inners = cast("list[Any]", item)
    if not any(isinstance(inner, dict) for inner in inners):
        return {prefix: [clean(_plain(inner)) for inner in inners]}
    rows = [flat(inner, "", depth + 1) for inner in inners if isinstance(inner, dict)]
    names = dict.fromkeys(name for row in rows for name in row)
    return {f"{prefix}[].{name}": [_joined(row.get(name, "")) for row in rows] for name in names}


def _joined(cell: str | list[str]) -> str:
    return cell if isinstance(cell, str) else ", ".join(cell)


def _plain(item: object) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    return "" if item is None else item.isoformat() if isinstance(item, date) else str(item)


_READERS: dict[str, Callable[[Path, Layout], Iterator[Record | Misfit]]] = {
    ".csv": _delimited,
    ".tsv": _delimited,
    ".xlsx": _sheet,
    ".xls": _sheet,
    ".json": _json,
    ".jsonl": _json_lines,
    ".yaml": _yaml,
    ".yml": _yaml,
}
