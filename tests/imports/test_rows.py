"""Rows become evidence, and importing again brings only what changed."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from imports.chips import ROWS, default_graph, imported, kg, row, write

from kg.store import Store


def test_a_row_says_what_its_cells_say(table: Path, mapping: Path, store: Path) -> None:
    imported(table, mapping, store)
    assert row(store, "row-example-x1") == {
        ("example-x1", "type", "Accelerator"),
        ("example-x1", "label", "Example X1"),
        ("example-x1", "manufacturer", "example-chips"),
        ("example-x1", "manufacturer", "other-chips"),
        ("example-x1", "releasedOn", "2024-05-01"),
        ("example-x1", "memoryCapacity", "80"),
        ("example-x1", "fabricatedBy", "example-foundry"),
        ("example-chips", "type", "Company"),
        ("example-chips", "label", "Example Chips"),
        ("other-chips", "type", "Company"),
        ("other-chips", "label", "Other Chips"),
    }


def test_what_is_empty_unknown_or_none_states_nothing(table: Path, mapping: Path, store: Path) -> None:
    imported(table, mapping, store)
    assert {said[1] for said in row(store, "row-example-x3")} == {"type", "label", "memoryCapacity"}
    assert ("example-x2", "releasedOn", "2024-06") in row(store, "row-example-x2")


def test_a_source_that_is_not_sure_is_kept_and_not_asserted(table: Path, mapping: Path, store: Path) -> None:
    imported(table, mapping, store)
    assert default_graph(store, "example-x2") == []
    assert default_graph(store, "example-x1") != []
    graph = "<https://w3id.org/atlante/source/my-chips#row-example-x2>"
    answer = kg("query", f"SELECT ?sure {{ {graph} kg:confidence ?sure }}", store=store)
    assert "kg:Unlikely" in answer.stdout


def test_importing_the_same_file_again_makes_no_commit(table: Path, mapping: Path, store: Path) -> None:
    imported(table, mapping, store)
    head = Store(store).log.head()
    assert "nothing changed" in imported(table, mapping, store).stderr
    assert Store(store).log.head() == head


def test_a_newer_file_changes_the_rows_that_changed(table: Path, mapping: Path, store: Path) -> None:
    imported(table, mapping, store)
    before = row(store, "row-example-x1")
    other, new = ["Example X2", "Other Chips", "2024-06", "", "no", ""], ["Example X4", "X", "", "", "", ""]
    changed = [ROWS[0], ROWS[1], other, new]
    imported(write(table, changed), mapping, store)
    log = Store(store).log
    commit = log.commits()[-1]
    patch = "".join(log.rows(commit.number))
    assert row(store, "row-example-x1") == before
    assert "row-example-x1" not in patch
    assert ("example-x2", "manufacturer", "other-chips") in row(store, "row-example-x2")
    assert row(store, "row-example-x3") == set()
    assert row(store, "row-example-x4") != set()


def test_the_order_of_rows_does_not_matter(table: Path, mapping: Path, store: Path) -> None:
    twins = [["Example X9", "One", "2020", "", "yes", ""], ["Example X9", "Two", "2021", "", "yes", ""]]
    imported(write(table, [*ROWS, *twins]), mapping, store)
    imported(write(table, [ROWS[0], *twins[::-1], *ROWS[:0:-1]]), mapping, store)
    log = Store(store).log
    rows = list(log.rows(log.commits()[-1].number))
    assert all("#sha256>" in row for row in rows[1:-1])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_of_the_web_is_fetched(site: str, table: Path, mapping: Path, store: Path) -> None:
    assert table.name == "chips.csv"
    result = kg("import", "table", f"{site}/chips.csv", "--mapping", mapping, store=store)
    assert result.exit_code == 0, result.stderr
    assert row(store, "row-example-x1")
    assert "nothing changed" in imported(table, mapping, store).stderr


@pytest.mark.parametrize(("path", "what"), [("/absent.csv", "404"), ("/", "names no file")])
def test_an_address_that_gives_no_file_is_an_error(path: str, what: str, site: str, mapping: Path, store: Path) -> None:
    result = kg("import", "table", site + path, "--mapping", mapping, store=store)
    assert result.exit_code == 2
    assert what in result.stderr


def test_statistics_tell_what_a_source_brought(table: Path, mapping: Path, store: Path) -> None:
    imported(write(table, [*ROWS, ["Example X5", "One", "", "many", "yes", ""]]), mapping, store)
    lines = kg("stats", "--format", "csv", store=store).stdout.splitlines()
    assert lines[0] == "source,rows,refused,statements,new,merged"
    assert lines[1].startswith("my-chips,4,1,")
