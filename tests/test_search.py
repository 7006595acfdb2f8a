"""Search: what is found, in which order; an index that follows the log is the one that would be made anew."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.build import build
from kg.cli import cli
from kg.engine.oxigraph import OxigraphEngine
from kg.names import ID, NS, RDF, RDFS
from kg.patch import Patch
from kg.rdf import FORMATS, parse
from kg.search import Hit, IndexAt, NoIndex, Searcher, index_of, refresh
from kg.store import Store

PLACE = "<https://w3id.org/atlante/source/s#p1>"


@pytest.fixture
def searcher(built_store: Path) -> Searcher:
    snapshot = Store(built_store).snapshot()
    assert snapshot
    return Searcher(index_of(snapshot))


def slugs(hits: list[Hit]) -> list[str]:
    return [hit.iri.rpartition("/")[2] for hit in hits]


@pytest.mark.parametrize("text", ["GPT-3", "gpt3", "gpt 3", "gpt-3", "ＧＰＴ-3", " GPT 3 ? "])
def test_spellings_of_a_name_find_one_thing_first(searcher: Searcher, text: str) -> None:
    assert slugs(searcher.search(text).hits)[0] == "gpt-3"


def test_the_very_name_comes_before_names_that_begin_so(searcher: Searcher) -> None:
    found = slugs(searcher.search("azure").hits)
    assert found[0] == "azure"
    assert {"azure-openai-service", "azure-east-us"} & set(found[1:])


def test_a_name_is_found_by_the_beginnings_of_its_words(searcher: Searcher) -> None:
    assert "satya-nadella" in slugs(searcher.search("sat nad").hits)
    assert "satya-nadella" in slugs(searcher.search("s").hits) + slugs(searcher.search("sa").hits)


def test_another_name_and_another_language_find_a_thing(searcher: Searcher) -> None:
    assert "meta" in slugs(searcher.search("facebook").hits)
    assert "united-states" in slugs(searcher.search("stati uniti").hits)


def test_a_kind_leaves_the_things_of_it(searcher: Searcher) -> None:
    everything = searcher.search("microsoft", count=1000)
    companies = searcher.search("microsoft", kind=f"{NS}Company", count=1000)
    organisations = searcher.search("microsoft", within=f"{NS}Organisation", count=1000)
    assert {hit.kind for hit in companies.hits} == {f"{NS}Company"}
    assert {facet.kind: facet.count for facet in everything.facets}[f"{NS}Company"] == companies.total
    assert set(slugs(companies.hits)) <= set(slugs(organisations.hits)) < set(slugs(everything.hits))


def test_pages_of_what_was_found_are_the_whole(searcher: Searcher) -> None:
    whole = searcher.search("a", count=1000)
    pages = [hit.iri for start in range(0, whole.total, 7) for hit in searcher.search("a", start=start, count=7).hits]
    assert pages == [hit.iri for hit in whole.hits]


@pytest.mark.parametrize(
    "text", ["", "  ", "?!", '"', "*", "a" * 5000, "AND OR NOT", "x) OR (y", "\0", "\ud800", "labels : x"]
)
def test_no_text_is_an_error(searcher: Searcher, text: str) -> None:
    assert searcher.search(text).total >= 0
    searcher.near(text)


def test_a_name_spelled_wrongly_has_near_ones(searcher: Searcher) -> None:
    assert not searcher.search("mircosoft").hits
    assert slugs(searcher.near("mircosoft"))[0] == "microsoft"


def test_what_is_only_reported_is_found_and_marked(tmp_path: Path) -> None:
    engine, snapshot = world(tmp_path, {f'<{ID}rumour> <{RDFS}label> "Rumour" {PLACE}'})
    refresh(engine, snapshot)
    (hit,) = Searcher(index_of(snapshot)).search("rumour").hits
    assert not hit.asserted


def test_a_snapshot_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="no index of names"):
        Searcher(index_of(tmp_path / "snapshots" / "000001")).search("x")


def world(folder: Path, statements: set[str], number: int = 1) -> tuple[OxigraphEngine, Path]:
    """Return an engine over statements, and where its snapshot would stand."""
    snapshot = folder / "snapshots" / f"{number:06}"
    snapshot.mkdir(parents=True, exist_ok=True)
    engine = OxigraphEngine.in_memory()
    engine.insert(parse("".join(f"{one} .\n" for one in statements), FORMATS["nquads"]))
    return engine, snapshot


_THINGS = st.sampled_from([f"<{ID}{name}>" for name in "abcd"])
_PLACES = st.sampled_from([f" {PLACE}", ""])


def said(property: str, *values: str) -> st.SearchStrategy[str]:
    """Statements of one property, in a graph of evidence or in the default graph."""
    return st.builds("{} <{}> {}{}".format, _THINGS, st.just(property), st.sampled_from(values), _PLACES)


_STATEMENTS = st.one_of(
    said(f"{RDFS}label", '"Ab"', '"bc"@it', '"Ça"'),
    said(f"{RDF}type", f"<{NS}Model>", f"<{NS}Company>"),
    said(f"{NS}dependsOn", f"<{ID}a>", f"<{ID}b>"),
    said(f"{RDFS}comment", '"una cosa"@it', '"another"@en'),
)
_STATES = st.sets(_STATEMENTS, max_size=14)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_STATES, after=_STATES)
def test_an_index_brought_up_to_date_is_the_one_made_anew(before: set[str], after: set[str], tmp_path: Path) -> None:
    engine, snapshot = world(tmp_path, before)
    refresh(engine, snapshot)
    first, made = index_of(snapshot), sorted(content(index_of(snapshot)))
    engine, snapshot = world(tmp_path, after, 2)
    refresh(engine, snapshot, Patch.between(before, after).rows())
    assert index_of(snapshot).file == first.file
    assert sorted(content(first)) == made, "a reader of the snapshot before finds what it found"
    followed = sorted(content(index_of(snapshot)))
    refresh(engine, snapshot, [], oldest=2)
    assert sorted(content(index_of(snapshot))) == followed
    assert count(index_of(snapshot)) == len(followed), "what no snapshot holds is forgotten"
    refresh(engine, snapshot)
    assert index_of(snapshot).file != first.file
    assert followed == sorted(content(index_of(snapshot)))
    shutil.rmtree(first.file.parent)


def content(index: IndexAt) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(index.file)) as connection:
        yield from connection.execute(
            "SELECT iri, kind, kinds, weight, asserted, keys, names, labels, aliases, descriptions, "
            "(SELECT group_concat(key, ' ') FROM (SELECT key FROM name WHERE name.thing = thing.id ORDER BY key)) "
            "FROM thing JOIN words ON words.rowid = thing.id WHERE since <= :at AND until > :at",
            {"at": index.number},
        )


def count(index: IndexAt) -> int:
    with closing(sqlite3.connect(index.file)) as connection:
        every = ("SELECT count(*) FROM thing", "SELECT count(*) FROM words", "SELECT count(DISTINCT thing) FROM name")
        (number,) = {connection.execute(one).fetchone()[0] for one in every}
        return number


def test_a_broken_index_is_made_anew(tmp_path: Path) -> None:
    engine, snapshot = world(tmp_path, {f'<{ID}a> <{RDFS}label> "Able" {PLACE}'})
    refresh(engine, snapshot)
    index_of(snapshot).file.write_bytes(b"this is no database" * 100)
    refresh(engine, snapshot, [])
    assert slugs(Searcher(index_of(snapshot)).search("able").hits) == ["a"]


def kg(*arguments: str, store: Path) -> Result:
    return CliRunner().invoke(cli, arguments, env={"KG_STORE": str(store)})


def test_the_terminal_finds_things_too(built_store: Path) -> None:
    result = kg("search", "gpt3", store=built_store)
    assert result.stdout.splitlines()[2].split("  ")[0] == "GPT-3"
    found = json.loads(kg("search", "microsoft", "--kind", "kg:Company", "--format", "json", store=built_store).stdout)
    assert found[0]["iri"] == f"{ID}microsoft"
    assert "Did you mean: Microsoft" in kg("search", "mircosoft", store=built_store).stderr


@pytest.mark.parametrize("how", ["it is gone", "it is of another layout"])
def test_an_index_that_cannot_be_read_is_made_by_the_next_build(tmp_path: Path, how: str) -> None:
    store = Store(tmp_path / "store")
    build(store)
    snapshot = store.snapshot()
    assert snapshot
    if how == "it is gone":
        index_of(snapshot).file.unlink()
    else:
        with closing(sqlite3.connect(index_of(snapshot).file)) as connection:
            connection.execute("PRAGMA user_version = 999")
    with pytest.raises(NoIndex):
        Searcher(index_of(snapshot)).search("microsoft")
    build(store)
    assert slugs(Searcher(index_of(snapshot)).search("microsoft").hits)[0] == "microsoft"
