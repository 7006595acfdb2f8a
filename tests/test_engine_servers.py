"""What only an engine over HTTP promises, on servers of others: patches with a version, and no literal changed.

docs/engines.md tells of each difference between the servers that a test here shows.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from engines import DEFAULT_GRAPH, ROWS, SERVERS, emptied

from kg.engine import select
from kg.engine.http import VERSION, HttpEngine
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import BadInput, Conflict, Damaged, QueryError, RemoteError
from kg.names import ID, NS, SOURCE, XSD
from kg.patch import Patch
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad, statement
from kg.store import Store

pytestmark = pytest.mark.slow

GPT3 = NamedNode(ID + "gpt-3")
NOTE = NamedNode(NS + "note")
PLACE = NamedNode(SOURCE + "x#p1")
OTHER = NamedNode(SOURCE + "x#p2")
FACT = Quad(GPT3, NamedNode(NS + "developedBy"), NamedNode(ID + "openai"), PLACE)
ELSEWHERE = Quad(GPT3, NamedNode(NS + "developedBy"), NamedNode(ID + "openai"), OTHER)


@pytest.fixture(scope="module", params=SERVERS)
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, HttpEngine]]:
    with SERVERS[request.param]() as engine:
        yield request.param, engine


@pytest.fixture
def engine(running: tuple[str, HttpEngine]) -> HttpEngine:
    return emptied(running[1])


@pytest.fixture
def server(running: tuple[str, HttpEngine]) -> str:
    return running[0]


def saying(value: Literal, number: int = 1) -> Quad:
    return Quad(NamedNode(f"{ID}thing-{number}"), NOTE, value, PLACE)


def typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + name))


def held(engine: HttpEngine) -> set[Quad]:
    """Return what the server holds besides its version."""
    return {quad for quad in engine.quads() if quad.graph_name != VERSION}


def test_a_patch_and_its_version_arrive_together(engine: HttpEngine) -> None:
    assert engine.version() == 0
    engine.change([statement(FACT), statement(saying(Literal("a")))], [], 1)
    assert (engine.version(), held(engine)) == (1, {FACT, saying(Literal("a"))})
    patch = Patch.between({statement(FACT), statement(saying(Literal("a")))}, {statement(FACT), statement(ELSEWHERE)})
    engine.change(patch.added, patch.removed, 7)
    assert (engine.version(), held(engine)) == (7, {FACT, ELSEWHERE})
    assert len(list(engine.quads(graph=VERSION))) == 1


def test_a_version_that_is_there_already_is_a_conflict(engine: HttpEngine) -> None:
    engine.change([statement(FACT)], [], 3)
    with pytest.raises(Conflict, match="stands at version 3"):
        engine.change([statement(ELSEWHERE)], [], 3)
    assert held(engine) == {FACT}


def test_two_writers_at_once_are_found_out(engine: HttpEngine) -> None:
    engine.change([statement(FACT)], [], 1)
    # What another process would write that had read version 0 before.
    engine.insert([Quad(VERSION, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#value"), Literal(2), VERSION)])
    with pytest.raises(Damaged, match="two processes"):
        engine.version()


def test_a_patch_of_thousands_of_statements_is_one_request(engine: HttpEngine) -> None:
    many = [statement(saying(Literal(f'line {n}\n"quoted" \\ é 漢 🚀'), n)) for n in range(5_000)]
    engine.change(many, [], 1)
    count = next(iter(select(engine, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{PLACE.value}> {{ ?s ?p ?o }} }}")))
    assert count == (Literal(5_000),)
    engine.change([], many, 2)
    assert list(engine.quads(graph=PLACE)) == []


KEPT = [
    Literal("plain"),
    Literal(""),
    Literal("a\tb\nc\r\"d\" 'e' \\ é 漢 🚀"),
    Literal("ciao", language="it"),
    Literal(5),
    typed("2.25", "decimal"),
    typed("2021-11-02", "date"),
    typed("2021-11", "gYearMonth"),
    typed("2021", "gYear"),
    typed("2021-11-02T10:00:00Z", "dateTime"),
    typed("https://example.org/", "anyURI"),
]


@pytest.mark.parametrize("literal", KEPT, ids=str)
def test_what_the_graph_is_made_of_comes_back_as_it_was(engine: HttpEngine, literal: Literal) -> None:
    engine.change([statement(saying(literal))], [], 1)
    assert held(engine) == {saying(literal)}
    assert list(engine.quads(graph=PLACE)) == [saying(literal)]


BOTH = ("oxigraph serve", "virtuoso")
CHANGED = [
    (typed("1.10", "decimal"), BOTH),
    (typed("1.0", "decimal"), BOTH),
    (typed("05", "integer"), BOTH),
    (typed("1.5E0", "double"), BOTH),
    (typed("1", "positiveInteger"), ("oxigraph serve",)),
    (typed("1", "int"), ("oxigraph serve",)),
    (Literal(True), ("virtuoso",)),
    (typed("12345678901234567890", "integer"), ("virtuoso",)),
]


@pytest.mark.parametrize(("literal", "where"), CHANGED, ids=str)
def test_a_literal_that_the_server_would_change_is_refused_before_anything_is_written(
    engine: HttpEngine, server: str, literal: Literal, where: tuple[str, ...]
) -> None:
    engine.change([statement(FACT)], [], 1)
    added, removed = [statement(saying(literal)), statement(ELSEWHERE)], [statement(FACT)]
    if server not in where:
        engine.change(added, removed, 2)
        assert held(engine) == {saying(literal), ELSEWHERE}
        return
    with pytest.raises(BadInput, match=r"the server (would change|does not take)"):
        engine.change(added, removed, 2)
    with pytest.raises(BadInput, match=r"the server (would change|does not take)"):
        engine.insert([saying(literal)])
    with pytest.raises(BadInput, match=r"the server (would change|does not take)"):
        engine.load(f"{saying(literal)} .\n".encode())
    assert (engine.version(), held(engine)) == (1, {FACT})


def test_no_trial_leaves_a_trace(engine: HttpEngine) -> None:
    engine.insert([saying(Literal("a"))])
    assert held(engine) == {saying(Literal("a"))}


def test_a_named_graph_that_is_emptied_is_forgotten(engine: HttpEngine) -> None:
    engine.insert([FACT, ELSEWHERE])
    engine.delete([FACT])
    named = {row[0] for row in select(engine, "SELECT ?g { GRAPH ?g { ?s kg:developedBy ?o } }")}
    assert named == {OTHER}


def test_a_graph_that_is_not_there_is_empty(engine: HttpEngine) -> None:
    assert list(engine.quads(graph=PLACE)) == []
    assert list(engine.quads(graph=DefaultGraph())) == []


def test_a_wrong_address_of_graphs_is_not_taken_for_empty_graphs(engine: HttpEngine, server: str) -> None:
    engine.insert([FACT])
    if server == "oxigraph serve":
        at = replace(engine.endpoints, graphs=engine.endpoints.graphs + "/nowhere")
        with closing(HttpEngine(at)) as wrong, pytest.raises(RemoteError, match="there is no"):
            list(wrong.quads(graph=PLACE))


def test_ask_tells_the_truth_of_graphs_too(engine: HttpEngine) -> None:
    engine.insert([FACT])
    assert engine.query(f"ASK {{ GRAPH <{PLACE.value}> {{ id:gpt-3 ?p ?o }} }}")
    assert not engine.query(f"ASK {{ GRAPH <{PLACE.value}> {{ id:gpt-4 ?p ?o }} }}")


def test_what_virtuoso_would_answer_wrongly_is_refused(engine: HttpEngine, server: str) -> None:
    engine.insert([FACT])
    asked = f"SELECT ?s FROM NAMED <{PLACE.value}> {{ GRAPH <{PLACE.value}> {{ ?s ?p ?o }} }}"
    copying = f"INSERT {{ GRAPH <{OTHER.value}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{PLACE.value}> {{ ?s ?p ?o }} }}"
    if server != "virtuoso":
        engine.update(copying)
        assert (list(select(engine, asked)), held(engine)) == ([(GPT3,)], {FACT, ELSEWHERE})
        return
    with pytest.raises(QueryError, match="does not keep to a dataset"):
        engine.query(asked)
    with pytest.raises(QueryError, match="cannot be trusted"):
        engine.update(copying)


def test_a_language_tag_has_no_case(engine: HttpEngine) -> None:
    engine.insert([saying(Literal("colour", language="en-GB"))])
    assert [str(quad.object) for quad in engine.quads(graph=PLACE)] == ['"colour"@en-gb']


def test_an_update_that_fails_is_undone_as_a_whole_by_oxigraph_alone(engine: HttpEngine, server: str) -> None:
    engine.update("DROP SILENT GRAPH <urn:made>")
    engine.update("CREATE GRAPH <urn:made>")
    with pytest.raises(RemoteError):
        engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } } ; CREATE GRAPH <urn:made>")
    assert bool(held(engine)) == (server == "virtuoso")


def test_a_path_between_any_two_things_is_answered_or_an_error(engine: HttpEngine, server: str) -> None:
    engine.update("INSERT DATA { id:a kg:dependsOn id:b . id:b kg:dependsOn id:c }")
    text = "SELECT ?s ?o { ?s kg:dependsOn+ ?o }"
    if server != "virtuoso":
        assert len(list(select(engine, text))) == 3
        return
    with pytest.raises(RemoteError, match="transitive start not given"):
        engine.query(text)


def test_load_fetches_nothing(engine: HttpEngine) -> None:
    with pytest.raises(QueryError, match="LOAD is refused"):
        engine.update("LOAD <http://127.0.0.1:1/>")
    engine.update("LOAD SILENT <http://127.0.0.1:1/>")
    assert held(engine) == set()


def test_a_snapshot_is_a_store_of_its_own(engine: HttpEngine, tmp_path: Path) -> None:
    engine.change([statement(FACT)], [], 4)
    engine.snapshot(tmp_path / "copy")
    copy = OxigraphEngine.read_only(tmp_path / "copy")
    assert FACT in set(copy.quads())
    assert set(copy.quads()) == set(engine.quads())


def test_a_request_that_does_not_parse_changes_nothing(engine: HttpEngine) -> None:
    with pytest.raises(QueryError):
        engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } } ; INSERT DATA { nonsense }")
    assert held(engine) == set()


def test_oxigraph_holds_what_atlante_ships_and_virtuoso_refuses_it(
    engine: HttpEngine, server: str, built_store: Path
) -> None:
    with Store(built_store).reader() as (embedded, version):
        shipped = set(embedded.quads())
        statements = [statement(quad) for quad in shipped]
        if server == "virtuoso":
            with pytest.raises(BadInput, match="boolean"):
                engine.change(statements, [], version)
            assert held(engine) == set()
            return
        engine.change(statements, [], version)
        assert (engine.version(), held(engine)) == (version, shipped)
        text = "SELECT ?l ?who ?g { GRAPH ?g { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who } } ORDER BY ?l ?who ?g"
        assert list(select(engine, text)) == list(select(embedded, text))


def test_virtuoso_does_not_let_a_stranger_in(engine: HttpEngine, server: str) -> None:
    if server != "virtuoso":
        return  # oxigraph serve knows no names
    stranger = HttpEngine(engine.endpoints, auth=httpx.DigestAuth("dba", "wrong"), default_graph=DEFAULT_GRAPH)
    with pytest.raises(RemoteError, match="does not let us in"):
        stranger.query("ASK { ?s ?p ?o }")
    with pytest.raises(RemoteError, match="does not let us in"):
        HttpEngine(engine.endpoints, default_graph=DEFAULT_GRAPH).insert([FACT])
    assert held(engine) == set()


def test_an_answer_that_virtuoso_cuts_is_no_answer(engine: HttpEngine, server: str) -> None:
    engine.load("".join(f"{saying(Literal(n), n)} .\n" for n in range(ROWS + 1)).encode())
    text = "SELECT ?s { GRAPH ?g { ?s kg:note ?o } }"
    if server != "virtuoso":
        assert len(list(select(engine, text))) == ROWS + 1
        return
    with pytest.raises(RemoteError, match="only a part of the answer"):
        engine.query(text)
    with pytest.raises(RemoteError, match="only a part of the answer"):
        list(engine.quads())
