"""Reading files of facts: what graph a statement lands in, what form a term takes, what is refused and where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadInput
from kg.locate import line_of
from kg.names import GENID, ID, NS, SOURCE
from kg.rdf import Literal, NamedNode, canonical
from kg.sources import read

PREFIXES = """@prefix kg: <https://w3id.org/atlante/ns#> .
@prefix id: <https://w3id.org/atlante/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(PREFIXES + text if path.suffix in (".ttl", ".trig") else text, encoding="utf-8")
    return path


def test_a_file_of_atlante_keeps_its_graphs(tmp_path: Path) -> None:
    text = f"<{SOURCE}list#row1> {{ id:eagle kg:rmax 561.2 }} <{SOURCE}list> {{ <{SOURCE}list> a kg:Source }}"
    source = read(written(tmp_path, "whatever.trig", text))
    assert source.iri == SOURCE + "list"
    assert any(statement.endswith(f"<{SOURCE}list#row1>") for statement in source.statements)


def test_a_plain_turtle_file_is_one_source_named_after_the_file(tmp_path: Path) -> None:
    source = read(written(tmp_path, "My Notes.ttl", "<urn:a> <urn:b> <urn:c> ."))
    assert source.iri == SOURCE + "my-notes"
    assert f"<urn:a> <urn:b> <urn:c> <{SOURCE}my-notes#data>" in source.statements
    assert any(NS + "Source>" in statement for statement in source.statements)


def test_named_graphs_of_others_become_places_that_remember_their_name(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> <urn:c> <http://example.org/g1> .\n<urn:a> <urn:b> <urn:d> <http://example.com/g1> .\n"
    statements = read(written(tmp_path, "x.nq", text)).statements
    assert f"<urn:a> <urn:b> <urn:c> <{SOURCE}x#g1>" in statements
    assert f"<urn:a> <urn:b> <urn:d> <{SOURCE}x#g1-2>" in statements
    assert any("dc/terms/source> <http://example.org/g1>" in statement for statement in statements)


def test_a_graph_that_is_a_blank_node_becomes_a_place_of_the_file(tmp_path: Path) -> None:
    text = "<urn:a> <urn:b> <urn:c> _:g .\n<urn:a> <urn:b> <urn:d> _:h .\n"
    statements = read(written(tmp_path, "x.nq", text)).statements
    assert f"<urn:a> <urn:b> <urn:c> <{SOURCE}x#graph>" in statements
    assert f"<urn:a> <urn:b> <urn:d> <{SOURCE}x#graph-2>" in statements


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_bytes(b"\xef\xbb\xbf<urn:a> <urn:b> <urn:c> .")
    assert f"<urn:a> <urn:b> <urn:c> <{SOURCE}x#data>" in read(tmp_path / "x.ttl").statements


def test_blank_nodes_become_iris_that_stay_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "b.ttl", "<urn:a> <urn:b> [ <urn:c> [] ] .")
    statements = read(path).statements
    assert not any("_:" in statement for statement in statements)
    assert any(GENID + "b-1" in statement for statement in statements)
    assert read(path).statements == statements


@pytest.mark.parametrize(
    ("given_form", "stored"),
    [
        ("1.10", '"1.1"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("+05", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ('"1"^^xsd:boolean', '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ('"2021-11"^^xsd:gYearMonth', '"2021-11"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ('"x"@EN-GB', '"x"@en-gb'),
    ],
)
def test_literals_take_their_canonical_form(tmp_path: Path, given_form: str, stored: str) -> None:
    statements = read(written(tmp_path, "n.ttl", f"<urn:a> <urn:b> {given_form} .")).statements
    assert f"<urn:a> <urn:b> {stored} <{SOURCE}n#data>" in statements


@pytest.mark.parametrize("kind", ["positiveInteger", "int", "long", "unsignedByte"])
def test_a_datatype_that_the_store_would_change_is_refused_with_its_line(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, "n.ttl", f'id:a kg:count 1 .\nid:b kg:count "5"^^xsd:{kind} .')
    with pytest.raises(BadInput, match=f"n.ttl:5: .*xsd:{kind}, which the store keeps as xsd:integer"):
        read(path)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_decimal_keeps_its_value_and_its_canonical_form_is_final(value: object) -> None:
    decimal = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    once = canonical(Literal(f"{value:f}", datatype=decimal))
    assert float(once.value) == float(str(value))
    assert canonical(once) == once


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"bad\.ttl:5"):
        read(written(tmp_path, "bad.ttl", "id:a kg:count 1 .\nid:a kg:count ; ."))


def test_a_statement_outside_the_graphs_of_the_source_is_refused_with_its_line(tmp_path: Path) -> None:
    text = f"<{SOURCE}x#p1> {{ id:a kg:count 1 }}\nid:b kg:count 2 ."
    with pytest.raises(BadInput, match=r"two\.trig:5: a statement of id:b stands outside any graph"):
        read(written(tmp_path, "two.trig", text))


def test_two_sources_in_one_file_are_refused(tmp_path: Path) -> None:
    text = f"<{SOURCE}x#p1> {{ id:a kg:count 1 }}\n<{SOURCE}y#p1> {{ id:b kg:count 2 }}"
    with pytest.raises(BadInput, match="One file is one source"):
        read(written(tmp_path, "two.trig", text))


@pytest.mark.parametrize("name", ["x.docx", "x"])
def test_an_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(BadInput, match=r"Known endings: .*\.ttl"):
        read(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.ttl: cannot be read: No such file"):
        read(tmp_path / "gone.ttl")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_bytes(b'<urn:a> <urn:b> "\xff\xfe" .')
    with pytest.raises(BadInput, match=r"x\.ttl"):
        read(tmp_path / "x.ttl")


def test_a_line_is_found_by_subject_and_predicate(tmp_path: Path) -> None:
    text = '''id:a a kg:Model ; # id:b kg:count 7
  kg:count 1 , 2 ;
  rdfs:comment """id:b kg:count
  9""" .
<https://w3id.org/atlante/id/b> kg:count [ kg:count 3 ] .
'''
    path = written(tmp_path, "l.ttl", text)
    assert line_of(path, ID + "a") == 4
    assert line_of(path, ID + "a", NS + "count") == 5
    assert line_of(path, ID + "b", NS + "count") == 8
    assert line_of(path, ID + "b", NS + "rank") == 8
    assert line_of(path, ID + "c") is None
