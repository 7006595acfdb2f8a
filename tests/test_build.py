"""`build`: one commit per source, nothing when nothing changed, nothing at all when a shape is broken."""

from pathlib import Path

import pytest

from kg.build import build
from kg.errors import BadInput, CheckFailed
from kg.names import ID, NS, SOURCE
from kg.paths import data_files
from kg.rdf import DefaultGraph, NamedNode
from kg.store import Store

PREFIXES = "@prefix kg: <https://w3id.org/atlante/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"


def source(folder: Path, name: str, statements: str) -> Path:
    """Write a small source that describes itself and says the statements at its place p1."""
    iri = f"{SOURCE}{name}"
    path = folder / f"{name}.trig"
    path.write_text(
        f'{PREFIXES}<{iri}> {{ <{iri}> a kg:Source ; rdfs:label "{name}"@en , "{name}"@it ; kg:publisher "tests" }}\n'
        f"<{iri}#p1> {{ {statements} }}\n",
        encoding="utf-8",
    )
    return path


def model(slug: str) -> str:
    return f'<{ID}{slug}> a kg:Model ; rdfs:label "{slug}"@en , "{slug}"@it .'


def holds(store: Store, slug: str) -> bool:
    with store.reader() as (engine, _):
        return any(engine.quads(NamedNode(ID + slug), None, None, DefaultGraph()))


@pytest.fixture
def store(tmp_path: Path, built_store: Path) -> Store:
    """A store of one's own that starts from the shipped data's log."""
    directory = tmp_path / "store"
    directory.mkdir()
    (directory / "log.sqlite").write_bytes((built_store / "log.sqlite").read_bytes())
    return Store(directory)


def test_the_shipped_data_come_as_one_commit_per_source(built_store: Path) -> None:
    commits = Store(built_store).log.commits()
    assert len(commits) == len(data_files()) + 2
    assert len({commit.source for commit in commits}) == len(commits)


def test_a_build_does_nothing_when_nothing_changed(store: Store) -> None:
    head = store.log.head()
    assert build(store).commits == []
    assert store.log.head() == head


def test_a_file_brings_its_difference_as_one_commit(store: Store, tmp_path: Path) -> None:
    build(store, [source(tmp_path, "mine", model("one"))])
    (commit,) = build(store, [source(tmp_path, "mine", model("one") + model("two"))], author="me").commits
    assert (commit.author, commit.source, commit.added, commit.removed) == ("me", SOURCE + "mine", 3, 0)
    assert holds(store, "two")


def test_a_source_that_takes_a_fact_back_takes_it_out_of_the_graph(store: Store, tmp_path: Path) -> None:
    build(store, [source(tmp_path, "mine", model("one") + model("two"))])
    build(store, [source(tmp_path, "mine", model("one"))])
    assert holds(store, "one")
    assert not holds(store, "two")


def test_a_change_that_breaks_a_shape_is_refused_and_told_with_its_place(store: Store, tmp_path: Path) -> None:
    head = store.log.head()
    bad = source(tmp_path, "bad", f'\n<{ID}deal> a kg:LicenceAgreement ; rdfs:label "deal"@en , "affare"@it .')
    with pytest.raises(CheckFailed) as caught:
        build(store, [source(tmp_path, "good", model("one")), bad])
    assert f"{bad}:4" in caught.value.report
    assert store.log.head() == head
    assert not holds(store, "one")


def test_a_source_that_is_no_longer_shipped_is_retracted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = [*data_files(), source(tmp_path, "passing", model("passing"))]
    monkeypatch.setattr("kg.build.data_files", lambda: shipped)
    build(store)
    assert holds(store, "passing")
    monkeypatch.setattr("kg.build.data_files", lambda: shipped[:-1])
    (commit,) = build(store).commits
    assert (commit.source, commit.added) == (SOURCE + "passing", 0)
    assert not holds(store, "passing")
    assert build(store).commits == []


def test_a_second_file_of_the_same_name_does_not_replace_the_first(store: Store, tmp_path: Path) -> None:
    build(store, [source(tmp_path, "mine", model("one"))])
    (tmp_path / "other").mkdir()
    with pytest.raises(BadInput, match="already another file's source"):
        build(store, [source(tmp_path / "other", "mine", model("two"))])
    assert holds(store, "one")


def test_a_foreign_turtle_file_needs_none_of_our_terms(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "people.ttl"
    path.write_text("@prefix f: <http://xmlns.com/foaf/0.1/> . <urn:x:1> a f:Person ; f:knows [ f:name 'N' ] .")
    (commit,) = build(store, [path]).commits
    assert commit.source == SOURCE + "people"
    with store.reader() as (engine, _):
        assert any(engine.quads(NamedNode("urn:x:1"), None, None, NamedNode(SOURCE + "people#data")))
        assert any(engine.quads(None, NamedNode(NS + "evidenceIn"), NamedNode(SOURCE + "people")))
