"""What `kg.engine.Engine.update` promises: all or nothing, the graphs of a request, and that nothing is fetched."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import QueryError

DATA = "INSERT DATA { <urn:d> a 1 GRAPH <urn:g:1> { <urn:a> a 1 } GRAPH <urn:g:2> { <urn:b> a 1 } }"
ONE, TWO = "urn:g:1", "urn:g:2"


@pytest.fixture
def engine() -> Engine:
    engine = OxigraphEngine.in_memory()
    engine.update(DATA)
    return engine


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that waits for whoever fetches something."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def quads(engine: Engine) -> set[str]:
    """Return subject and graph of each quad."""
    return {f"{quad.subject} {quad.graph_name}" for quad in engine.quads()}


BEFORE = {"<urn:d> DEFAULT", "<urn:a> <urn:g:1>", "<urn:b> <urn:g:2>"}


def test_an_update_adds_and_takes_away(engine: Engine) -> None:
    engine.update("DELETE WHERE { ?s a 1 }; INSERT { ?s a kg:Model } WHERE { GRAPH ?g { ?s a 1 } }")
    assert quads(engine) == {"<urn:a> DEFAULT", "<urn:b> DEFAULT", "<urn:a> <urn:g:1>", "<urn:b> <urn:g:2>"}


def test_an_update_that_fails_changes_nothing(engine: Engine) -> None:
    with pytest.raises(QueryError, match="does not exist"):
        engine.update("DELETE WHERE { ?s a 1 }; DROP GRAPH <urn:g:none>")
    assert quads(engine) == BEFORE


def test_an_update_that_does_not_parse_says_where(engine: Engine) -> None:
    with pytest.raises(QueryError, match="1:23"):
        engine.update("INSERT DATA { ?x a 1 }")


def test_a_snapshot_takes_no_update(tmp_path: Path) -> None:
    live = OxigraphEngine.open(tmp_path / "live")
    live.snapshot(tmp_path / "snapshot")
    with pytest.raises(QueryError):
        OxigraphEngine.read_only(tmp_path / "snapshot").update(DATA)


def test_relative_iris_stand_on_the_base(engine: Engine) -> None:
    engine.update("CLEAR ALL; INSERT DATA { <x> a 1 }", base="http://y/z")
    assert quads(engine) == {"<http://y/x> DEFAULT"}


def test_patterns_match_in_the_graphs_of_the_request(engine: Engine) -> None:
    copy = (
        "INSERT { ?s a 2 } WHERE # { WHERE\n { ?s a ?x } ; INSERT { GRAPH ?g { ?s a 3 } } WHERE { GRAPH ?g { ?s a 1 } }"
    )
    engine.update(copy, using=[ONE], using_named=[TWO])
    assert quads(engine) == {*BEFORE, "<urn:a> DEFAULT"}
    assert len(list(engine.quads())) == 5


def test_delete_where_matches_in_the_graphs_of_the_request(engine: Engine) -> None:
    engine.update("DELETE WHERE { GRAPH ?g { ?s a 1 } } ; DELETE WHERE { ?s a 1 }", using_named=[TWO])
    assert quads(engine) == {"<urn:d> DEFAULT", "<urn:a> <urn:g:1>"}


@pytest.mark.parametrize("clause", ["WITH <urn:g:1> DELETE { ?s a 1 }", "DELETE { ?s a 1 } USING <urn:g:1>"])
def test_the_graphs_of_a_request_exclude_those_of_its_update(engine: Engine, clause: str) -> None:
    with pytest.raises(QueryError, match="USING or WITH"):
        engine.update(f"{clause} WHERE {{ ?s a 1 }}", using=[TWO])
    assert quads(engine) == BEFORE


@pytest.mark.parametrize("graph", ["a b", "urn:x> WHERE {} ; CLEAR ALL ; INSERT {} USING <urn:x", ""])
def test_a_graph_that_is_no_iri_is_refused(engine: Engine, graph: str) -> None:
    with pytest.raises(QueryError):
        engine.update("DELETE { ?s a 1 } WHERE { ?s a 1 }", using=[graph])
    assert quads(engine) == BEFORE


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <ADDRESS>",
        "load <ADDRESS> into graph <urn:g:1>",
        "CLEAR ALL ; LOAD # SILENT\n <ADDRESS>",
        "PREFIX x: <ADDRESS> LOAD x:y",
        "PREFIX x: <ADDRESS> LOADx:y",
        "PREFIX x: <ADDRESS> LOAD SILENTx:y",
        "LOADSILENT<ADDRESS>",
        "LOAD <ADDRESS\\u0061>",
        "INSERT {} WHERE { FILTER(?a<'x>') };LOAD<ADDRESS>;INSERT DATA{ <urn:a> a '' }",
        "INSERT {} WHERE { FILTER(?a<?b#>{\n) };LOAD<ADDRESS>",
        "PREFIX x: <urn:> INSERT DATA { x:a\u00b7\\' a 1 } ; LOAD <ADDRESS> ; INSERT DATA { <urn:a> a '}' }",
        "INSERT DATA { <urn:\\u0061'> a 1 } ; LOAD <ADDRESS> ; INSERT DATA { <urn:a> a '}' }",
        "INSERT DATA { <urn:a> a 1 }} ; LOAD <ADDRESS>",
    ],
)
def test_load_is_refused_however_it_is_written(engine: Engine, listener: socket.socket, text: str) -> None:
    with pytest.raises(QueryError):
        engine.update(text.replace("ADDRESS", f"http://127.0.0.1:{listener.getsockname()[1]}/"))
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert quads(engine) == BEFORE


def test_load_silent_does_nothing_and_what_stands_around_it_is_done(engine: Engine, listener: socket.socket) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    engine.update(f"CLEAR ALL ; LOAD SILENT <{address}> INTO GRAPH <urn:g:1> ; INSERT DATA {{ <urn:z> a 1 }}")
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert quads(engine) == {"<urn:z> DEFAULT"}


def test_a_name_that_has_load_in_it_is_no_load(engine: Engine) -> None:
    engine.update("PREFIX load: <urn:load:> CLEAR ALL; INSERT DATA { GRAPH load:a { load:x a 'load }', load:y } }")
    engine.update("PREFIX load: <urn:load:> MOVE load:a TO load:load")
    assert quads(engine) == {"<urn:load:x> <urn:load:load>"}
