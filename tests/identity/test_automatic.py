"""What the matcher is sure of becomes lines of a file; what people decided stands."""

from pathlib import Path

from kg.identity.automatic import FILE, match
from kg.identity.decisions import read
from kg.identity.records import Record
from kg.names import ID

COLUMNS = "subject_id subject_label predicate_id predicate_modifier object_id object_label mapping_justification"
HEAD = "#subject_type: owl named individual\n" + "\t".join(
    [*COLUMNS.split(), "author_label", "mapping_date", "comment"]
)
APART = ["id:ror-1", "Example", "skos:exactMatch", "Not", "id:example-university", "Example"]
DECIDED = ["semapv:ManualMappingCuration", "me", "2026-01-01", "another one"]


def university(name: str, source: str, kind: str = "organisation") -> Record:
    return Record(ID + name, kind, ("Example University",), places=frozenset({"Italy"}), sources=frozenset({source}))


RECORDS = [university("ror-1", "src:register"), university("example-university", "src:table")]


def test_a_sure_pair_becomes_a_line_that_keeps_the_name_made_of_words(tmp_path: Path) -> None:
    added = match(tmp_path, RECORDS)
    assert [(entry.subject, entry.object) for entry in added] == [(f"{ID}ror-1", f"{ID}example-university")]
    assert read(tmp_path).canonical(f"{ID}ror-1") == f"{ID}example-university"
    line = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()[-1]
    assert "semapv:LexicalMatching" in line
    assert "the same name" in line


def test_matching_again_adds_nothing(tmp_path: Path) -> None:
    match(tmp_path, RECORDS)
    assert match(tmp_path, RECORDS) == []


def test_a_line_taken_out_is_a_merge_undone(tmp_path: Path) -> None:
    match(tmp_path, RECORDS)
    path = tmp_path / FILE
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    assert read(tmp_path).canonical(f"{ID}ror-1") == f"{ID}ror-1"


def test_what_a_person_keeps_apart_stays_apart(tmp_path: Path) -> None:
    (tmp_path / "organisations.tsv").write_text("\n".join([HEAD, "\t".join(APART + DECIDED), ""]), encoding="utf-8")
    assert match(tmp_path, RECORDS) == []


def test_one_list_does_not_name_a_model_twice(tmp_path: Path) -> None:
    twins = [university("gpt-1-may", "src:list", "model"), university("gpt-1-august", "src:list", "model")]
    other = university("gpt-1", "src:other", "model")
    assert len(match(tmp_path, [*twins, other])) < 2
