"""What cannot be taken is told with its place, and nothing is lost."""

import zipfile
from pathlib import Path

import pytest
from imports.chips import MAPPING, ROWS, imported, kg, row, write

from kg.store import Store

BAD_ROWS = {
    "no number": (["Example X5", "One", "", "many", "yes", ""], "Memory", "is no number"),
    "no day": (["Example X5", "One", "2/30/2024", "", "yes", ""], "Released", "is no day of the calendar"),
    "a grade that nobody knows": (["Example X5", "One", "", "", "maybe", ""], "Sure", "is none of no, yes"),
    "no key": (["", "One", "", "", "", ""], "Chip", "is empty, and tells which row this is"),
    "a row to skip": (["Total", "", "", "", "", ""], "Chip", "is a sum"),
    "too many cells": (["Example X5", "One", "", "", "", "", "and more"], "", "has 7 cells, the head has 6"),
    "infinite": (["Example X5", "One", "", "inf", "yes", ""], "Memory", "is no finite number"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_left_out_and_reported_and_the_rest_goes_in(
    kind: str, table: Path, mapping: Path, store: Path, tmp_path: Path
) -> None:
    bad, column, reason = BAD_ROWS[kind]
    report = tmp_path / "left-out.tsv"
    result = imported(write(table, [*ROWS, bad]), mapping, store, "--report", report)
    assert f"row 5{f', column {column!r}' if column else ''}" in result.stderr
    file, place, where, text, why = report.read_text(encoding="utf-8").splitlines()[1].split("\t")
    assert (Path(file), place, where, why) == (table, "row 5", column, reason)
    assert text in bad or not text
    assert row(store, "row-example-x1")


def test_strict_imports_nothing_if_a_row_is_bad(table: Path, mapping: Path, store: Path) -> None:
    write(table, [*ROWS, BAD_ROWS["no number"][0]])
    head = Store(store).log.head()
    result = kg("import", "table", table, "--mapping", mapping, "--strict", store=store)
    assert result.exit_code == 2
    assert "1 row cannot be taken" in result.stderr
    assert "row 5, column 'Memory': 'many' is no number" in result.stderr
    assert Store(store).log.head() == head


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sheet.xml", "w") as member:
        for _ in range(40):
            member.write(bytes(1 << 20))
    return path


BAD_FILES = {
    "a missing column": ("chips.csv", b"Chip,Price\nX,1\n", "there is no column 'Maker'", "'Chip', 'Price'"),
    "an empty file": ("chips.csv", b"", "the file is empty", ""),
    "a broken encoding": ("chips.csv", b"Chip,Maker\nX,Soci\xe9t\xe9\n", "byte 0xe9 is no UTF-8", "chips.csv:2"),
    "a quote that never ends": ("chips.csv", b'Chip,Maker\n"X,1\n', "this is no CSV", "chips.csv:2"),
    "text called a workbook": ("chips.xlsx", b"Chip,Maker\n", "this is no workbook", "chips.xlsx"),
    "text called an old workbook": ("chips.xls", b"Chip,Maker\n", "this is no workbook", "chips.xls"),
    "broken JSON": ("chips.json", b'[{"Chip": ', "this is no JSON", "chips.json"),
    "deep JSON": ("chips.json", b"[" * 100_000, "this is no JSON", "chips.json"),
    "JSON that is no table": ("chips.json", b"[1, 2]", "item 1 is no object", "chips.json"),
    "broken YAML": ("chips.yaml", b"a: [", "this is no YAML", "chips.yaml"),
    "YAML with code": ("chips.yaml", b"!!python/object/apply:os.system ['true']", "this is no YAML", "chips.yaml"),
    "another ending": ("chips.pdf", b"%PDF", "unknown ending '.pdf'", ".csv"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_named_with_what_is_wrong_and_nothing_goes_in(
    kind: str, mapping: Path, store: Path, tmp_path: Path
) -> None:
    name, content, what, more = BAD_FILES[kind]
    path = tmp_path / name
    path.write_bytes(content)
    head = Store(store).log.head()
    result = kg("import", "table", path, "--mapping", mapping, store=store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert what in result.stderr
    assert more in result.stderr
    assert name in result.stderr
    assert Store(store).log.head() == head


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    mapping: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_IMPORT_MEGABYTES", "20")
    result = kg("import", "table", bomb(tmp_path / "chips.xlsx"), "--mapping", mapping, store=store)
    assert result.exit_code == 2
    assert "unpacks to more than may be imported" in result.stderr


def test_a_file_that_is_too_large_is_refused_before_it_is_read(mapping: Path, store: Path, tmp_path: Path) -> None:
    path = tmp_path / "chips.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    result = kg("import", "table", path, "--mapping", mapping, store=store)
    assert result.exit_code == 2
    assert "larger than 512 MB" in result.stderr


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("is = \"kg:memoryCapacity\", from = \"Memory\"", "is = \"kg:memoryCapacity\""), "exactly one of from, to"),
        (('to = "maker"', 'to = "builder"'), "there is no thing 'builder'"),
        (('as = "us-date"', 'as = "day"'), "'day' is none of"),
        (('iri = "{Chip}"', 'iri = "{Chip}"\ncolour = "red"'), "unknown field `colour`"),
        (("[row]", "[row"), "this is no mapping"),
    ],
)  # fmt: skip
def test_a_bad_mapping_says_what_is_wrong_with_it(
    change: tuple[str, str], fault: str, table: Path, mapping: Path, store: Path
) -> None:
    assert change[0] in MAPPING
    mapping.write_text(MAPPING.replace(*change, 1), encoding="utf-8")
    result = kg("import", "table", table, "--mapping", mapping, store=store)
    assert result.exit_code == 2
    assert fault in result.stderr
    assert "chips.toml" in result.stderr


def test_an_unknown_kind_is_answered_with_the_kinds(table: Path, store: Path) -> None:
    result = kg("import", "nonsense", table, store=store)
    assert result.exit_code == 2
    assert "top500" in result.stderr
