"""One contract for every engine: what `kg.engine.Engine` promises, in memory, on disk, on a snapshot, over HTTP."""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from engines import SERVERS, emptied
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine import Engine, Solutions, Triples
from kg.engine.http import HttpEngine
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError, QueryError
from kg.names import ID, NS
from kg.rdf import FORMATS, RESULTS_FORMATS, DefaultGraph, Literal, NamedNode, Quad

GPT3 = NamedNode(ID + "gpt-3")
OPENAI = NamedNode(ID + "openai")
DEVELOPED_BY = NamedNode(NS + "developedBy")
PLACE = NamedNode("https://w3id.org/atlante/source/x#p1")
FACT = Quad(GPT3, DEVELOPED_BY, OPENAI, DefaultGraph())
EVIDENCE = Quad(GPT3, DEVELOPED_BY, OPENAI, PLACE)


REMOTE = [pytest.param(name, marks=pytest.mark.slow) for name in SERVERS]

OWN_GRAPHS = "GRAPH sees Virtuoso's own graphs, and the one that is kept as its default graph"
DATASETS = "Virtuoso does not keep a query to the dataset that the request gives"
TRUTH = "Virtuoso computes with 1 and 0 in place of booleans"
DIFFERENCES = {
    ("virtuoso", "test_the_default_graph_counts_a_triple_once_and_graphs_tell_who_says_so"): OWN_GRAPHS,
    ("virtuoso", "test_the_graphs_of_a_request_come_before_those_that_a_query_names"): DATASETS,
    ("virtuoso", "test_booleans_may_be_written_large_and_what_only_looks_like_one_stays"): TRUTH,
}
"""What a server does otherwise, by server and test: docs/engines.md tells of each. The test must fail there."""


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[str], HttpEngine]]:
    with ExitStack() as running:
        yield cache(lambda name: running.enter_context(SERVERS[name]()))


@contextmanager
def engine_of(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    test = request.node.originalname
    if (kind, test) in DIFFERENCES:
        request.applymarker(pytest.mark.xfail(reason=DIFFERENCES[kind, test], strict=True))
    if kind in SERVERS:
        yield emptied(request.getfixturevalue("servers")(kind))
        return
    engine = OxigraphEngine.in_memory() if kind == "memory" else OxigraphEngine.open(tmp_path / "live")
    yield engine
    engine.close()


@pytest.fixture(params=["memory", "disk", *REMOTE])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine_of(request.param, request, tmp_path) as engine:
        yield engine


@pytest.fixture(params=["memory", "disk", "snapshot", *REMOTE])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine_of(request.param, request, tmp_path) as engine:
        engine.insert([FACT, EVIDENCE])
        if request.param != "snapshot":
            yield engine
            return
        engine.snapshot(tmp_path / "snapshot")
    engine = OxigraphEngine.read_only(tmp_path / "snapshot")
    yield engine
    engine.close()


def solutions(engine: Engine, text: str, **bindings: NamedNode | Literal) -> Solutions:
    return engine.query(text, bindings)  # type: ignore[return-value]


def test_a_select_gives_terms_in_the_order_of_its_variables(filled: Engine) -> None:
    answer = solutions(filled, "SELECT ?who ?nothing { id:gpt-3 kg:developedBy ?who }")
    assert answer.variables == ["who", "nothing"]
    assert list(answer) == [(OPENAI, None)]


def test_a_binding_gives_a_variable_its_term(filled: Engine) -> None:
    text = "SELECT ?work ?who { ?work kg:developedBy ?who }"
    assert list(solutions(filled, text, work=GPT3)) == [(GPT3, OPENAI)]
    assert list(solutions(filled, text, work=OPENAI)) == []


def test_the_default_graph_counts_a_triple_once_and_graphs_tell_who_says_so(filled: Engine) -> None:
    assert len(list(solutions(filled, "SELECT * { ?s ?p ?o }"))) == 1
    assert list(solutions(filled, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }")) == [(PLACE,)]


def test_a_construct_gives_triples_and_an_ask_gives_a_truth_value(filled: Engine) -> None:
    triples: Triples = filled.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")  # type: ignore[assignment]
    assert list(triples) == [FACT.triple]
    assert filled.query("ASK { id:gpt-3 ?p ?o }")
    assert not filled.query("ASK { id:gpt-4 ?p ?o }")


@pytest.mark.parametrize("name", RESULTS_FORMATS)
def test_solutions_are_written_in_every_results_format(filled: Engine, name: str) -> None:
    output = io.BytesIO()
    filled.query("SELECT ?o { id:gpt-3 ?p ?o }").serialize(output, RESULTS_FORMATS[name])  # type: ignore[arg-type]
    assert b"https://w3id.org/atlante/id/openai" in output.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_triples_are_written_in_every_rdf_syntax(filled: Engine, name: str) -> None:
    output = io.BytesIO()
    filled.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").serialize(output, FORMATS[name])  # type: ignore[arg-type]
    assert b"openai" in output.getvalue()


def test_a_query_that_does_not_parse_says_where(filled: Engine) -> None:
    with pytest.raises(QueryError, match="1:18"):
        filled.query("SELECT ?x  { ?x }")


def test_an_unknown_prefix_is_named_as_the_error(filled: Engine) -> None:
    with pytest.raises(QueryError, match="Prefix not found"):
        filled.query("SELECT ?x { ?x nope:p ?y }")


def everything(engine: Engine, **given: object) -> list[tuple[str | None, str]]:
    """Return graph and subject of each triple that a query sees, the default graph's without a graph."""
    text = "SELECT ?g ?s FROM <urn:g:other> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s"
    return [(g and g.value, s.value) for g, s in engine.query(text, **given)]  # type: ignore[misc, arg-type]


def three_graphs(engine: Engine) -> None:
    engine.update("INSERT DATA { <urn:d> a 1 GRAPH <urn:g:1> { <urn:a> a 1 } GRAPH <urn:g:2> { <urn:b> a 1 } }")


def test_the_graphs_of_a_request_come_before_those_that_a_query_names(empty: Engine) -> None:
    three_graphs(empty)
    one, two = "urn:g:1", "urn:g:2"
    assert everything(empty) == []
    assert everything(empty, default_graphs=[one]) == [(None, "urn:a")]
    assert everything(empty, default_graphs=[one, two]) == [(None, "urn:a"), (None, "urn:b")]
    assert everything(empty, named_graphs=[two]) == [(two, "urn:b")]
    assert everything(empty, default_graphs=[one], named_graphs=[two]) == [(None, "urn:a"), (two, "urn:b")]
    assert everything(empty, default_graphs=[]) == []


def test_relative_iris_stand_on_the_base(filled: Engine) -> None:
    answer = filled.query("SELECT ?o { <gpt-3> kg:developedBy ?o }", base=ID + "anything")
    assert list(answer) == [(OPENAI,)]  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [{"default_graphs": ["a b"]}, {"named_graphs": ["x> {"]}, {"base": "no scheme"}])
def test_what_is_no_iri_is_refused(filled: Engine, given: dict[str, list[str]]) -> None:
    with pytest.raises(QueryError):
        filled.query("ASK { ?s ?p ?o }", **given)  # type: ignore[arg-type]


def test_booleans_may_be_written_large_and_what_only_looks_like_one_stays(filled: Engine) -> None:
    text = """PREFIX TRUE: <urn:TRUE:> SELECT ('TRUE' AS ?TRUE) (TRUE:FALSE AS ?b) (<urn:TRUE> AS ?c) (TRUE AS ?d)
              { FILTER(True && !FALSE) } # TRUE"""
    terms = (Literal("TRUE"), NamedNode("urn:TRUE:FALSE"), NamedNode("urn:TRUE"), Literal(True))
    answer = solutions(filled, text)
    assert answer.variables == ["TRUE", "b", "c", "d"]
    assert list(answer) == [terms]


def test_quads_match_by_any_part(filled: Engine) -> None:
    assert set(filled.quads()) == {FACT, EVIDENCE}
    assert list(filled.quads(graph=PLACE)) == [EVIDENCE]
    assert list(filled.quads(GPT3, DEVELOPED_BY, OPENAI, DefaultGraph())) == [FACT]
    assert list(filled.quads(subject=OPENAI)) == []


@pytest.mark.parametrize("fill", [Engine.insert, Engine.load], ids=["insert", "load"])
def test_what_is_added_is_there_once_and_can_be_deleted(empty: Engine, fill: Callable[[Engine, object], None]) -> None:
    for _ in range(2):
        if fill is Engine.insert:
            empty.insert([EVIDENCE])
        else:
            empty.load(f"{EVIDENCE} .\n".encode())
    assert list(empty.quads()) == [EVIDENCE]
    empty.delete([EVIDENCE, FACT])
    assert list(empty.quads()) == []


def test_a_number_is_found_by_itself_alone(empty: Engine) -> None:
    numbers = [Literal(number) for number in (*range(250, 260), 511, 512, 65535)]
    empty.insert(Quad(GPT3, DEVELOPED_BY, number, graph) for number in numbers for graph in (PLACE, DefaultGraph()))
    for number in numbers:
        found = {str(quad.object) for quad in empty.quads(GPT3, DEVELOPED_BY, number)}
        assert (found, len(list(empty.quads(object=number, graph=PLACE)))) == ({str(number)}, 1)


def test_a_snapshot_does_not_follow_later_changes(tmp_path: Path) -> None:
    live = OxigraphEngine.open(tmp_path / "live")
    live.insert([FACT])
    live.snapshot(tmp_path / "snapshot")
    live.delete([FACT])
    assert list(OxigraphEngine.read_only(tmp_path / "snapshot").quads()) == [FACT]


def numbered(number: int) -> Quad:
    return Quad(GPT3, DEVELOPED_BY, Literal(f"{number} {'x' * 100}"), PLACE)


STEPS = st.lists(st.tuples(st.sampled_from(["insert", "load", "delete", "much"]), st.integers(0, 9)), max_size=8)


@settings(deadline=None, max_examples=20)
@given(STEPS)
def test_each_of_many_snapshots_holds_what_was_there_when_it_was_made(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        live, held, made = OxigraphEngine.open(Path(name) / "live"), set[Quad](), list[tuple[Path, set[Quad]]]()
        for place, (step, number) in enumerate(steps):
            if step == "delete":
                live.delete([numbered(number)])
                held.discard(numbered(number))
            elif step == "load":
                live.load(f"{numbered(number)} .\n".encode())
                held.add(numbered(number))
            else:
                some = {numbered(one) for one in (range(10, 1_000) if step == "much" else [number])}
                live.insert(some)
                held |= some
            made.append((Path(name) / f"{place}", set(held)))
            live.snapshot(made[-1][0])
        live.close()
        for folder, expected in made:
            assert set(OxigraphEngine.read_only(folder).quads()) == expected


def test_a_copy_of_a_snapshot_is_a_store_of_its_own(tmp_path: Path) -> None:
    live = OxigraphEngine.open(tmp_path / "live")
    for number in range(3):
        live.insert([numbered(number)])
        live.snapshot(tmp_path / f"{number}")
    OxigraphEngine.read_only(tmp_path / "2").snapshot(tmp_path / "copy")
    copy = OxigraphEngine.open(tmp_path / "copy")
    copy.delete([numbered(0)])
    copy.snapshot(tmp_path / "copied")
    copy.close()
    for folder, expected in (("2", {0, 1, 2}), ("1", {0, 1}), ("copied", {1, 2})):
        assert set(OxigraphEngine.read_only(tmp_path / folder).quads()) == set(map(numbered, expected))


def test_a_snapshot_can_be_made_where_the_one_before_is_gone(tmp_path: Path) -> None:
    live = OxigraphEngine.open(tmp_path / "live")
    for number in range(3):
        live.insert([numbered(number)])
        live.snapshot(tmp_path / f"{number}")
        if number:
            shutil.rmtree(tmp_path / f"{number - 1}")
    shutil.rmtree(tmp_path / "2")
    live.snapshot(tmp_path / "3")
    assert set(OxigraphEngine.read_only(tmp_path / "3").quads()) == set(map(numbered, range(3)))


def test_a_folder_that_is_no_store_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nonsense")
    with pytest.raises(AtlanteError, match=str(tmp_path)):
        OxigraphEngine.read_only(tmp_path)
