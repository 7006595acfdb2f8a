"""Exports: what is in them, that they are the same bytes every time, and that other tools read them back."""

import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import networkx
import pytest
from export_cases import LETTERS, PLACE, TRIPLES, asserted, evidence_of, facts_of, holding, read, written
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import BadInput
from kg.export import FORMATS, chosen
from kg.export.sort import difference, sorted_lines
from kg.names import ASSERTED, ID, INFERRED, NS, RDF, RDFS, SHAPES, STANDING, XSD
from kg.rdf import Literal, NamedNode, Quad


@settings(max_examples=150, deadline=None)
@given(TRIPLES)
def test_export_then_import_is_the_identity(triples: list[tuple[NamedNode, NamedNode, rdf.Term]]) -> None:
    engine = asserted(triples)
    facts = facts_of(engine)
    for syntax in ("turtle", "ntriples", "jsonld"):
        assert read(written(engine, "graph", syntax), syntax) == facts
    evidence = evidence_of(engine)
    for syntax in ("trig", "nquads", "jsonld"):
        assert read(written(engine, "evidence", syntax), syntax) == evidence


BOTH = """
import sys
from export_cases import odd_engine, written
from kg.export import FORMATS
for syntax in FORMATS:
    sys.stdout.buffer.write(written(odd_engine(), None, syntax))
"""


def test_two_processes_write_the_same_bytes() -> None:
    root = Path(__file__).resolve().parent.parent
    outputs = [
        subprocess.run(
            [sys.executable, "-c", BOTH],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests")])},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0]
    assert outputs[0] == outputs[1]


def test_turtle_is_grouped_sorted_and_prefixed() -> None:
    label, rank = NamedNode(RDFS + "label"), NamedNode(NS + "rank")
    summit = NamedNode(ID + "summit")
    engine = asserted(
        [
            (summit, label, Literal("Summit", language="en")),
            (summit, rank, Literal("2", datatype=NamedNode(XSD + "integer"))),
            (summit, NamedNode(RDF + "type"), NamedNode(NS + "Supercomputer")),
            (NamedNode(ID + "azure"), label, Literal("Azure")),
            (NamedNode(ID + "azure"), label, Literal("Microsoft Azure")),
        ]
    )
    header, _, body = written(engine, "graph", "turtle").decode().partition("\n\n")
    assert header.splitlines() == sorted(header.splitlines())
    assert body == (
        'id:azure\n    rdfs:label "Azure" ,\n        "Microsoft Azure" .\n\n'
        'id:summit\n    a kg:Supercomputer ;\n    rdfs:label "Summit"@en ;\n    kg:rank 2 .\n'
    )


def test_what_is_inferred_is_left_out_unless_asked_for() -> None:
    engine = asserted([(PLACE, PLACE, PLACE)])
    standing = f"{PLACE} <{STANDING}> <{ASSERTED}>"
    assert standing not in read(written(engine, "graph", "ntriples"), "ntriples")
    assert standing in read(written(engine, "graph", "ntriples", inferred=True), "ntriples")
    assert standing not in written(engine, "evidence", "nquads").decode()
    assert f"{standing} <{INFERRED}>" in read(written(engine, "evidence", "nquads", inferred=True), "nquads")


def test_shapes_stand_apart() -> None:
    triple = (PLACE, PLACE, PLACE)
    engine = holding([Quad(*triple, NamedNode(SHAPES))])
    assert read(written(engine, "shapes", "turtle"), "turtle") == {f"{PLACE} {PLACE} {PLACE}"}
    assert read(written(engine, "evidence", "trig"), "trig") == set()


def test_an_empty_graph_gives_valid_files() -> None:
    engine = OxigraphEngine.in_memory()
    for syntax in FORMATS:
        data = written(engine, None, syntax)
        if syntax == "graphml":
            assert ElementTree.fromstring(data) is not None
        else:
            assert read(data, syntax) == set()
    assert json.loads(written(engine, "evidence", "jsonld")) == []


@pytest.mark.parametrize(
    ("what", "syntax"), [("evidence", "turtle"), ("evidence", "graphml"), ("ontology", "graphml"), ("all", "turtle")]
)
def test_what_a_format_cannot_carry_is_refused(what: str, syntax: str) -> None:
    with pytest.raises(BadInput) as caught:
        chosen(what, syntax)
    assert caught.value.repair


def test_graphml_holds_things_and_the_statements_between_them() -> None:
    label = NamedNode(RDFS + "label")
    openai, gpt3, develops = (NamedNode(iri) for iri in (ID + "openai", ID + "gpt-3", NS + "developedBy"))
    engine = asserted(
        [
            (gpt3, develops, openai),
            (gpt3, label, Literal("GPT-3", language="en")),
            (gpt3, label, Literal("GPT-3 it", language="it")),
            (gpt3, NamedNode(RDF + "type"), NamedNode(NS + "Model")),
            (openai, label, Literal("Open\x01AI & <co>")),
            (develops, label, Literal("developed by", language="en")),
        ]
    )
    graph = networkx.read_graphml(io.BytesIO(written(engine, "graph", "graphml")))
    assert dict(graph.nodes(data=True)) == {
        gpt3.value: {"label": "GPT-3", "type": "kg:Model"},
        openai.value: {"label": "Open\ufffdAI & <co>"},
    }
    assert list(graph.edges(data=True)) == [
        (
            gpt3.value,
            openai.value,
            {"property": "kg:developedBy", "label": "developed by", "evidence": PLACE.value},
        )
    ]


@given(st.lists(st.text(LETTERS).map(lambda text: text.replace("\n", " ")), max_size=200), st.integers(1, 2000))
@settings(max_examples=30, deadline=None)
def test_sorting_through_files_is_sorting(lines: list[str], chunk: int) -> None:
    assert list(sorted_lines(lines, chunk)) == sorted(lines)


def test_more_files_than_can_be_open_are_merged_in_turns() -> None:
    lines = [f"{number * 7919 % 1000:04}" for number in range(1000)]
    assert list(sorted_lines(lines, chunk=1)) == sorted(lines)


@given(st.sets(st.text("abc", max_size=3)), st.sets(st.text("abc", max_size=3)))
def test_difference_of_sorted_streams(lines: set[str], others: set[str]) -> None:
    assert list(difference(sorted(lines), sorted(others))) == sorted(lines - others)
