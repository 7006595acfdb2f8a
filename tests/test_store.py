"""The view follows the log: whatever the changes, whatever is lost, it is the same view."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.assemble import is_asserted, stated_standings
from kg.engine import Engine
from kg.errors import NotFound, StoreBusy
from kg.log import Draft
from kg.names import ASSERTED, ID, NS, RDF, SOURCE, STANDING
from kg.past import Asked, reader
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode
from kg.store import Store

State = dict[str, set[str]]
"""What each source says: its statements by its IRI."""


def commit(store: Store, before: State, after: State) -> None:
    """Append a commit per source that changed, and let the view catch up."""
    drafts = [
        Draft(
            "tests",
            "a change",
            source,
            "",
            "",
            Patch.between(before.get(source, set()), after.get(source, set())),
        )
        for source in sorted(before.keys() | after.keys())
        if before.get(source, set()) != after.get(source, set())
    ]
    store.log.append(store.log.head(), drafts)
    with store.writer():
        pass


def everything(store: Store) -> set[str]:
    with store.reader() as (engine, _):
        return {str(quad) for quad in engine.quads()}


def default_graph(engine: Engine) -> set[str]:
    return {str(quad.triple) for quad in engine.quads(graph=DefaultGraph())}


def union_of_asserted(engine: Engine) -> set[str]:
    standings = stated_standings(engine)
    return {
        str(quad.triple)
        for quad in engine.quads()
        if isinstance(quad.graph_name, NamedNode) and is_asserted(quad.graph_name.value, standings)
    }


@st.composite
def states(draw: st.DrawFn) -> State:
    """Two sources that say things of few entities at few places, some of them not asserted."""
    state: State = {}
    for source in (SOURCE + "a", SOURCE + "b"):
        state[source] = set()
        for place in ("p1", "p2"):
            graph = f"<{source}#{place}>"
            standing = draw(st.sampled_from(["", ASSERTED, NS + "Reported", NS + "Superseded"]))
            if standing:
                state[source].add(f"{graph} <{STANDING}> <{standing}> <{source}>")
            for number, other in draw(st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4)):
                link = draw(st.sampled_from(["runsOn", "licensor", "partnerOf"]))
                state[source].add(f"<{ID}t{number}> <{NS}{link}> <{ID}t{other}> {graph}")
    return state


SCHEMA: State = {
    NS.rstrip("#"): {
        f"<{NS}runsOn> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <{NS}dependsOn> <{NS.rstrip('#')}>",
        f"<{NS}partnerOf> <{RDF}type> <http://www.w3.org/2002/07/owl#SymmetricProperty> <{NS.rstrip('#')}>",
    }
}


@settings(max_examples=15, deadline=None)
@given(st.lists(states(), min_size=1, max_size=4))
def test_the_default_graph_is_the_union_of_the_asserted_graphs_after_any_changes(
    history: Sequence[State],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        before: State = {}
        for state in history:
            after = SCHEMA | state
            commit(store, before, after)
            before = after
            with store.reader() as (engine, _):
                assert default_graph(engine) == union_of_asserted(engine)


@settings(max_examples=10, deadline=None)
@given(st.lists(states(), min_size=1, max_size=4))
def test_a_replay_from_zero_gives_the_same_store(history: Sequence[State]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        before: State = {}
        for state in history:
            commit(store, before, SCHEMA | state)
            before = SCHEMA | state
        followed = everything(store)
        shutil.rmtree(store.directory / "live")
        shutil.rmtree(store.directory / "snapshots")
        assert everything(store) == followed
        assert store.log.verify() == store.log.head()


def small(text: str = f"<{ID}a> <{NS}runsOn> <{ID}b>") -> State:
    return {SOURCE + "x": {f"{text} <{SOURCE}x#p1>"}}


def test_two_sources_that_say_the_same_are_two_graphs_and_one_triple(tmp_path: Path) -> None:
    store, fact = Store(tmp_path), f"<{ID}a> <{NS}runsOn> <{ID}b>"
    both = {SOURCE + name: {f"{fact} <{SOURCE}{name}#p1>"} for name in ("x", "y")}
    commit(store, {}, both)
    with store.reader() as (engine, _):
        assert fact in default_graph(engine)
    commit(store, both, {SOURCE + "x": both[SOURCE + "x"]})
    with store.reader() as (engine, _):
        assert fact in default_graph(engine)
    commit(store, {SOURCE + "x": both[SOURCE + "x"]}, {})
    with store.reader() as (engine, _):
        assert fact not in default_graph(engine)


def interrupted_change(store: Store) -> None:
    with store.writer() as writer:
        writer.change()
        writer.engine.load(f"<{ID}half> <{NS}runsOn> <{ID}b> .\n".encode())
        raise KeyboardInterrupt


def test_a_view_left_between_two_commits_is_made_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    commit(store, {}, small())
    sound = everything(store)
    with pytest.raises(KeyboardInterrupt):
        interrupted_change(store)
    commit(store, small(), small(f"<{ID}c> <{NS}runsOn> <{ID}b>"))
    assert not any("half" in quad for quad in everything(store))
    commit(store, small(f"<{ID}c> <{NS}runsOn> <{ID}b>"), small())
    assert everything(store) == sound


@pytest.mark.parametrize("lost", [["live"], ["snapshots"], ["current"], ["live", "snapshots", "current"]])
def test_whatever_is_deleted_behind_the_log_comes_back(tmp_path: Path, lost: list[str]) -> None:
    store = Store(tmp_path)
    commit(store, {}, small())
    sound = everything(store)
    for name in lost:
        path = tmp_path / name
        path.unlink() if path.is_symlink() else shutil.rmtree(path)
    assert everything(store) == sound


def test_readers_keep_their_version_while_the_writer_goes_on(tmp_path: Path) -> None:
    store = Store(tmp_path)
    commit(store, {}, small())
    with store.reader() as (engine, number):
        commit(store, small(), {})
        assert number == 1
        assert f"<{ID}a> <{NS}runsOn> <{ID}b>" in default_graph(engine)
    assert store.version() == 2


def test_old_snapshots_are_let_go(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(3):
        commit(store, {}, small())
        commit(store, small(), {})
    assert len(list((tmp_path / "snapshots").iterdir())) == 3


def test_what_is_left_of_a_snapshot_whose_making_was_broken_off_is_in_nobodys_way(tmp_path: Path) -> None:
    store = Store(tmp_path)
    commit(store, {}, small())
    for name in ("000099.tmp", "000098"):
        (tmp_path / "snapshots" / name).mkdir()
    (tmp_path / "snapshots" / "000099.tmp" / "CURRENT").touch()
    with reader(store, Asked(as_of="1")) as (engine, _):
        assert any(engine.quads())
    commit(store, small(), {})
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == ["000001", "000002"]


@contextmanager
def another_writer(directory: Path) -> Iterator[int]:
    """A process that holds the store's lock; gives its process id."""
    script = (
        "import sys; from pathlib import Path; from kg.store import Store\n"
        "with Store(Path(sys.argv[1])).writer(): print('writing', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process.pid
        process.communicate()


def test_a_second_writer_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    with (
        another_writer(tmp_path) as holder,
        pytest.raises(StoreBusy, match=f"process {holder} is writing"),
        Store(tmp_path).writer(),
    ):
        pass
    with Store(tmp_path).writer():
        pass


def test_readers_read_the_last_published_view_while_another_process_writes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    commit(store, {}, small())
    with another_writer(tmp_path):
        store.log.append(1, [Draft("tests", "a change", SOURCE + "x", "", "", Patch.between(set(), {a_fact()}))])
        with store.reader() as (_, number):
            assert number == 1
    with store.reader() as (_, number):
        assert number == 2


def a_fact() -> str:
    return f"<{ID}c> <{NS}runsOn> <{ID}d> <{SOURCE}x#p1>"


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="kg build"), Store(tmp_path / "none").reader():
        pass
    assert not (tmp_path / "none").exists()
