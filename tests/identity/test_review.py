"""`kg identity`: what it asks, what it keeps, what it refuses."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.build import build
from kg.cli import cli
from kg.identity.decisions import files, read
from kg.names import expand
from kg.paths import identity_dir
from kg.store import Store

ROBOTS = """
@prefix id: <https://w3id.org/atlante/id/> .
@prefix kg: <https://w3id.org/atlante/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:ferrari-robotics a kg:Company ; rdfs:label "Ferrari Robotics"@en ; kg:locatedIn id:italy .
id:ferrari-robotics-research a kg:ResearchLab ; rdfs:label "Ferrari Robotics Research"@en ; kg:locatedIn id:italy .
"""
COMPANY, LABORATORY = expand("id:ferrari-robotics"), expand("id:ferrari-robotics-research")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the shipped data and two organisations whose names are much alike."""
    folder = tmp_path_factory.mktemp("review")
    (folder / "robots.ttl").write_text(ROBOTS, encoding="utf-8")
    build(Store(folder / "store"), author="tests")
    build(Store(folder / "store"), [folder / "robots.ttl"], author="tests")
    return folder / "store"


def kg(*arguments: str | Path, store: Path, answers: Sequence[str] = ()) -> Result:
    """Run `kg identity` in this process with answers to what it asks."""
    text = "".join(f"{answer}\n" for answer in answers)
    return CliRunner().invoke(cli, ["identity", *map(str, arguments)], env={"KG_STORE": str(store)}, input=text)


def test_pairs_are_listed_with_their_reasons(store: Path, tmp_path: Path) -> None:
    result = kg("review", "--list", "--decisions", tmp_path, store=store)
    assert result.exit_code == 0
    assert "id:ferrari-robotics: organisation; named Ferrari Robotics; in Italy" in result.stdout
    assert "for:     both are in Italy" in result.stdout


def test_the_list_is_json_for_programs(store: Path, tmp_path: Path) -> None:
    rows = json.loads(kg("review", "--format", "json", "--decisions", tmp_path, store=store).stdout)
    assert [(row["left"], row["right"], row["kind"]) for row in rows] == [(COMPANY, LABORATORY, "organisation")]


def test_a_refusal_is_kept_with_who_when_and_why(store: Path, tmp_path: Path) -> None:
    answers = ["n", "a laboratory of it\tnot it"]
    assert kg("review", "--decisions", tmp_path, "--author", "Ada", store=store, answers=answers).exit_code == 0
    decisions = read(tmp_path)
    assert decisions.decided(COMPANY, LABORATORY) is False
    row = decisions.entries[0].row
    assert (row["author_label"], row["comment"]) == ("Ada", "a laboratory of it not it")
    assert row["subject_source"] == "src:robots"
    assert "no pair is left" in kg("review", "--list", "--decisions", tmp_path, store=store).stdout


def test_a_merge_keeps_the_shorter_name(store: Path, tmp_path: Path) -> None:
    kg("review", "--decisions", tmp_path, store=store, answers=["y", ""])
    assert read(tmp_path).canonical(LABORATORY) == COMPANY


def test_what_others_are_merged_into_stays(store: Path, tmp_path: Path) -> None:
    kg("review", "--decisions", tmp_path, store=store, answers=["y", ""])
    path = tmp_path / "organisations.tsv"
    turned = path.read_text(encoding="utf-8").replace("id:ferrari-robotics\t", "id:old-robots\t")
    path.write_text(turned.replace("id:ferrari-robotics-research\t", "id:ferrari-robots\t"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("id:old-robots", "id:ferrari-robotics-research"))
    kg("review", "--decisions", tmp_path, store=store, answers=["y", ""])
    decisions = read(tmp_path)
    assert decisions.canonical(COMPANY) == LABORATORY
    assert decisions.canonical(expand("id:ferrari-robots")) == LABORATORY


@pytest.mark.parametrize("answer", ["s", "q"])
def test_later_and_quit_keep_nothing(store: Path, tmp_path: Path, answer: str) -> None:
    assert kg("review", "--decisions", tmp_path, store=store, answers=[answer]).exit_code == 0
    assert not list(tmp_path.iterdir())


def test_what_stands_in_a_file_stays_even_without_its_last_newline(store: Path, tmp_path: Path) -> None:
    kg("review", "--decisions", tmp_path, store=store, answers=["n", "a laboratory"])
    path = tmp_path / "organisations.tsv"
    kept = path.read_text(encoding="utf-8").replace("ferrari", "bianchi").rstrip("\n")
    path.write_text(kept, encoding="utf-8")
    kg("review", "--decisions", tmp_path, store=store, answers=["n", "a laboratory"])
    assert path.read_text(encoding="utf-8").startswith(kept + "\n")
    assert len(read(tmp_path).entries) == 2


def test_a_bad_file_is_told_before_anything_is_asked(store: Path, tmp_path: Path) -> None:
    text = "#subject_type: owl named individual\nsubject_id\n"
    (tmp_path / "x.tsv").write_text(text, encoding="utf-8")
    for command in (["review", "--list"], ["check"]):
        result = kg(*command, "--decisions", tmp_path, store=store)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "there is no column" in result.stderr
        assert "x.tsv:2" in result.stderr
    assert (tmp_path / "x.tsv").read_text(encoding="utf-8") == text


def test_an_unknown_kind_is_told(store: Path, tmp_path: Path) -> None:
    result = kg("review", "--kind", "robot", "--decisions", tmp_path, store=store)
    assert result.exit_code == 2
    assert "The kinds are: chip" in result.stderr


def test_the_shipped_decisions_pass_the_check(store: Path) -> None:
    result = kg("check", store=store)
    assert result.exit_code == 0
    assert result.stdout.count("decisions") == len(files(identity_dir()))


def test_an_empty_folder_is_no_error(store: Path, tmp_path: Path) -> None:
    result = kg("check", "--decisions", tmp_path, store=store)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no decisions" in result.stderr
