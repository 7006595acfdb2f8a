"""Decisions: what a file may say, and what follows from it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import BadInput
from kg.identity.decisions import COLUMNS, files, read
from kg.names import expand
from kg.paths import identity_dir

HEADER = "#subject_type: owl named individual\n"
Write = Callable[..., Path]


def line(subject: str, target: str, modifier: str = "", **cells: str) -> str:
    row = dict.fromkeys(COLUMNS, "") | {
        "subject_id": subject,
        "subject_label": subject,
        "predicate_id": "skos:exactMatch",
        "predicate_modifier": modifier,
        "object_id": target,
        "object_label": target,
        "mapping_justification": "semapv:ManualMappingCuration",
        "author_label": "Atlante",
        "mapping_date": "2026-01-31",
        **cells,
    }
    return "\t".join(row.values())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of decisions into a folder of its own; return the folder."""

    def written(*lines: str, name: str = "organisations", header: str = HEADER) -> Path:
        text = header + "\t".join(COLUMNS) + "\n" + "".join(f"{each}\n" for each in lines)
        (tmp_path / f"{name}.tsv").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def test_what_is_merged_goes_by_its_object(write: Write) -> None:
    decisions = read(write(line("id:facebook", "id:meta"), line("id:fb", "id:meta")))
    assert decisions.canonical(expand("id:facebook")) == expand("id:meta")
    assert decisions.canonical(expand("id:meta")) == expand("id:meta")
    assert decisions.decided(expand("id:facebook"), expand("id:fb")) is True
    assert decisions.merged_into(expand("id:meta")) == [expand("id:facebook"), expand("id:fb")]


def test_a_refusal_holds_for_all_that_is_merged(write: Write) -> None:
    decisions = read(write(line("id:facebook", "id:meta"), line("id:fair", "id:facebook", "Not")))
    assert decisions.decided(expand("id:meta"), expand("id:fair")) is False
    assert decisions.decided(expand("id:meta"), expand("id:google")) is None


def test_taking_a_line_out_undoes_its_merge(write: Write) -> None:
    write(line("id:facebook", "id:meta"))
    decisions = read(write())
    assert decisions.canonical(expand("id:facebook")) == expand("id:facebook")


def test_other_mapping_sets_in_the_folder_are_passed_over(write: Write) -> None:
    folder = write("MIT\tlicence", name="licences", header="#subject_type: rdfs literal\n")
    assert files(folder) == []
    assert read(folder).entries == ()


@pytest.mark.parametrize(
    ("lines", "at", "what"),
    [
        ([line("id:a", "id:b"), line("id:b", "id:a", "Not")], 4, "otherwise"),
        ([line("id:a", "id:b"), line("id:a", "id:b")], 4, "again"),
        ([line("id:a", "id:b"), line("id:a", "id:c")], 4, "merged twice"),
        ([line("id:a", "id:b"), line("id:b", "id:c")], 3, "id:b is itself merged"),
        ([line("id:a", "id:b"), line("id:b", "id:c"), line("id:c", "id:a")], 3, "in a circle"),
        ([line("id:a", "id:c"), line("id:b", "id:c"), line("id:a", "id:b", "Not")], 5, "keeps apart is merged"),
        ([line("id:a", "id:a")], 3, "with itself"),
        ([line("id:a", "id:b", "Perhaps")], 3, "no decision"),
        ([line("id:a", "id:b", predicate_id="owl:sameAs")], 3, "no decision"),
        ([line("id:a", "id:b", mapping_date="yesterday")], 3, "no date"),
        ([line("id:a", "id:b", confidence="1.5")], 3, "no confidence"),
        ([line("id:a", "id:b", mapping_justification="because")], 3, "no justification"),
        ([line("id:a", "id:b", author_label="")], 3, "author_label is empty"),
        ([line("a b", "id:b")], 3, "no IRI"),
        (["id:a\tid:b"], 3, "2 cells"),
    ],
)
def test_what_cannot_hold_is_told_with_file_line_and_repair(write: Write, lines: list[str], at: int, what: str) -> None:
    folder = write(*lines)
    with pytest.raises(BadInput, match=what) as caught:
        read(folder)
    assert caught.value.where == f"{folder / 'organisations.tsv'}:{at}"
    assert caught.value.repair


def test_a_circle_of_two_is_told_as_one_pair_decided_again(write: Write) -> None:
    with pytest.raises(BadInput, match="decides this pair again"):
        read(write(line("id:a", "id:b"), line("id:b", "id:a")))


def test_a_file_without_the_columns_is_told(write: Write, tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text(HEADER + "subject_id\tobject_id\n", encoding="utf-8")
    with pytest.raises(BadInput, match="there is no column"):
        read(tmp_path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        read(tmp_path)


def test_files_contradict_one_another_across_their_borders(write: Write) -> None:
    write(line("id:a", "id:b"))
    with pytest.raises(BadInput, match=r"organisations\.tsv:3 decides"):
        read(write(line("id:a", "id:b", "Not"), name="systems"))


def test_the_shipped_decisions_hold_together() -> None:
    decisions = read(identity_dir())
    assert len(decisions.entries) > 400
    assert decisions.canonical(expand("id:usa")) == expand("id:united-states")
    assert decisions.canonical(expand("id:facebook")) == expand("id:meta")
    assert decisions.decided(expand("id:google-deepmind"), expand("id:google")) is False
    assert decisions.canonical(expand("id:microsoft-azure-voyager-eus2-cluster")) == expand("id:voyager-eus2")
