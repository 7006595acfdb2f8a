"""What is public of a store: the log and the views without the sources that are embargoed, at every time."""

import shutil
import sqlite3
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from history.worlds import built, everything, kg, model, source
from hypothesis import given, settings
from hypothesis import strategies as some

from kg.assemble import apply
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import NotFound
from kg.infer import infer
from kg.log import Draft, Log
from kg.names import ACCESS, EMBARGOED, ONTOLOGY, SOURCE
from kg.past import Asked, reader
from kg.patch import Patch
from kg.paths import ontology_files
from kg.rdf import NamedNode, statement
from kg.sources import Source, read, read_graph
from kg.store import Store

EMBARGO = f"<{SOURCE}secret> <{ACCESS}> <{EMBARGOED}> ."


def secret(folder: Path, *, embargoed: bool, slug: str = "hush") -> Path:
    """Write the source `secret`, which says something of a model of its own and of one that others know."""
    said = {"": EMBARGO if embargoed else "", "p1": model(slug, more="; kg:developedBy id:openai ; kg:builtOn id:told")}
    return source(folder, "secret", said)


def told(folder: Path, *, more: str = "") -> Path:
    """Write the source `told`, which says what anybody may know."""
    return source(folder, "told", {"p1": model("told") + more})


@pytest.fixture
def store(built_store: Path, tmp_path: Path) -> Store:
    """A store of the shipped data."""
    return Store(Path(shutil.copytree(built_store, tmp_path / "store", symlinks=True)))


def test_where_nothing_is_embargoed_all_is_public(store: Store) -> None:
    assert store.public() is store


def test_an_embargoed_source_is_no_part_of_what_is_public(store: Store, tmp_path: Path) -> None:
    built(store, told(tmp_path))
    before = everything(store)
    built(store, secret(tmp_path, embargoed=True))
    assert everything(store) > before
    assert everything(store.public()) == before
    assert store.public().version() == store.version() - 1


def test_what_follows_in_public_follows_there_too(store: Store, tmp_path: Path) -> None:
    built(store, secret(tmp_path, embargoed=True))
    before = everything(store.public())
    last = built(store, told(tmp_path, more=" id:told kg:developedBy id:microsoft ."))
    new = everything(store.public()) - before
    assert any("told" in statement and "microsoft" in statement for statement in new)
    assert not any("hush" in statement or "secret" in statement for statement in everything(store.public()))
    assert store.public().version() == last.number


def test_the_end_of_an_embargo_brings_all_that_the_source_says(store: Store, tmp_path: Path) -> None:
    built(store, secret(tmp_path, embargoed=True))
    silent = built(store, secret(tmp_path, embargoed=True, slug="hush-hush"))
    lifted = built(store, secret(tmp_path, embargoed=False, slug="hush-hush"))
    public = store.public()
    assert everything(public) == everything(store)
    assert silent.number not in {commit.number for commit in public.log.commits()}
    rows = list(public.log.rows(lifted.number))
    assert any("hush-hush" in row for row in rows)
    assert not any(row.startswith("D ") for row in rows)
    with reader(public, Asked(as_of=str(silent.number - 2))) as (engine, _):
        assert not any(engine.quads(graph=NamedNode(f"{SOURCE}secret#p1")))


def test_an_embargo_that_comes_late_holds_for_other_times_too(store: Store, tmp_path: Path) -> None:
    shown = built(store, secret(tmp_path, embargoed=False))
    later = built(store, told(tmp_path))
    with reader(store.public(), Asked(as_of=str(shown.number))) as (engine, _):
        assert any(engine.quads(graph=NamedNode(f"{SOURCE}secret#p1")))
    built(store, secret(tmp_path, embargoed=True))
    with reader(store.public(), Asked(as_of=str(later.number))) as (engine, _):
        assert not any("secret" in str(quad) for quad in engine.quads())
    with pytest.raises(NotFound):
        list(store.public().log.rows(shown.number))
    folders = [path for path in store.directory.joinpath("public").iterdir() if path.is_dir()]
    assert [path.name for path in folders] == [store.public().directory.name], "what was public before is not kept"


COMMANDS = [
    ("export",),
    ("export", "--what", "evidence"),
    ("query", "SELECT * { GRAPH ?g { ?s ?p ?o } }", "--format", "csv"),
    ("show", "told"),
    ("show", "told", "--history"),
    ("ask", "which sources are embargoed"),
]


def test_the_terminal_tells_what_is_public_when_asked_to(store: Store, tmp_path: Path) -> None:
    built(store, told(tmp_path))
    built(store, secret(tmp_path, embargoed=True))
    for command in COMMANDS:
        everybodys, own = kg(store, *command, "--public"), kg(store, *command)
        assert (everybodys.exit_code, own.exit_code) == (0, 0), everybodys.stderr + own.stderr
        assert "secret" in own.stdout or "hush" in own.stdout, command
        assert "secret" not in everybodys.stdout, command
        assert "hush" not in everybodys.stdout, command


def test_a_view_of_what_is_public_that_is_lost_is_made_anew(store: Store, tmp_path: Path) -> None:
    built(store, secret(tmp_path, embargoed=True))
    built(store, told(tmp_path))
    before = everything(store.public())
    shutil.rmtree(store.directory / "public")
    assert everything(store.public()) == before


def test_what_says_when_embargoes_begin_is_verified(store: Store, tmp_path: Path) -> None:
    built(store, secret(tmp_path, embargoed=True))
    assert kg(store, "verify").exit_code == 0
    with sqlite3.connect(store.log.path) as log:
        log.execute("DELETE FROM embargoes")
    assert kg(store, "verify").exit_code == 3


EDITS = some.tuples(some.sampled_from("abc"), some.booleans(), some.integers(0, 2))


@given(some.lists(EDITS, min_size=2, max_size=5))
@settings(max_examples=6, deadline=None)
def test_what_is_public_is_what_is_left_without_the_embargoed(edits: list[tuple[str, bool, int]]) -> None:
    with TemporaryDirectory() as name:
        folder, store = Path(name), Store(Path(name) / "store")
        store.log.append(0, [Draft("tests", "terms", ONTOLOGY, "", "", Patch(added=sorted(_terms().statements)))])
        embargoed = set[str]()
        for slug, hidden, number in edits:
            (embargoed.add if hidden else embargoed.discard)(f"{SOURCE}{slug}")
            _rewrite(store, folder, slug, hidden, number)
            public = store.public()
            assert everything(public) == _left(store.log, embargoed)
            assert everything(public) == _left(public.log, set())


def _rewrite(store: Store, folder: Path, slug: str, hidden: bool, number: int) -> None:
    """Have a source say something else, as an editor of its file does."""
    said = {"": f"<{SOURCE}{slug}> <{ACCESS}> <{EMBARGOED}> ." if hidden else "", "p1": model(f"m{number}")}
    said["p2"] = f"id:m{number} kg:builtOn id:m{(number + 1) % 3} . id:shared kg:developedBy id:m{number} ."
    after = read(source(folder, slug, said)).statements
    with store.writer() as writer:
        quads = writer.engine.quads()
        before = {statement(quad) for quad in quads if f"<{SOURCE}{slug}" in str(quad.graph_name)}
        patch = Patch.between(before, after)
        if patch:
            store.log.append(writer.number, [Draft("tests", "edit", f"{SOURCE}{slug}", "", "", patch)])
            writer.catch_up()


@cache
def _terms() -> Source:
    return read_graph(ontology_files(), ONTOLOGY)


def _left(log: Log, embargoed: set[str]) -> set[str]:
    """Return all that commits make, without some sources, with what follows from the rest."""
    made = OxigraphEngine.in_memory()
    for commit in log.commits():
        if commit.source not in embargoed:
            apply(made, lambda number=commit.number: log.rows(number))
    infer(made, afresh=True)
    return {str(quad) for quad in made.quads()}
