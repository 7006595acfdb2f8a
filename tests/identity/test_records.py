"""Records: what of the graph counts for identity."""

from pathlib import Path

import pytest

from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.identity.records import Record, read
from kg.names import SOURCE, expand
from kg.rdf import FORMATS, in_graph, parse, statement


def engine_of(trig: str) -> OxigraphEngine:
    """Return an engine that holds the statements of a TriG document, in their graphs and in the default graph."""
    prefixes = "".join(f"@prefix {name}: <{expand(name + ':')}> .\n" for name in ("id", "kg", "rdfs", "skos", "src"))
    quads = list(parse(prefixes + trig, FORMATS["trig"]))
    default = next(iter(parse("<urn:a> <urn:b> <urn:c> .", FORMATS["ntriples"]))).graph_name
    engine = OxigraphEngine.in_memory()
    both = {statement(quad) for quad in quads} | {statement(in_graph(quad.triple, default)) for quad in quads}
    engine.load("".join(f"{text} .\n" for text in sorted(both)).encode())
    return engine


TRIG = """
src:list { src:list a kg:Source ; rdfs:label "A list" . }
<https://w3id.org/atlante/source/list#row1> {
  id:machine a kg:Supercomputer ; rdfs:label "Machine" ; skos:altLabel "The Machine" ; kg:top500Id "1" ;
    kg:locatedIn id:hall ; kg:operatedBy id:somebody ; kg:website <https://www.example.org/x> ; kg:nextWord "y" .
  id:hall a kg:Place ; rdfs:label "Hall" ; kg:locatedIn id:italy .
  id:italy a kg:Place ; rdfs:label "Italy"@en , "Italia"@it ; kg:locatedIn id:hall .
  id:somebody a kg:Organisation ; rdfs:label "Somebody" .
  id:nameless a kg:Organisation .
}
"""


@pytest.fixture
def records() -> dict[str, Record]:
    return {record.iri: record for record in read(engine_of(TRIG))}


def test_a_thing_comes_with_its_evidence(records: dict[str, Record]) -> None:
    machine = records[expand("id:machine")]
    assert (machine.kind, machine.names, machine.aliases) == ("system", ("Machine",), ("The Machine",))
    assert machine.identifiers == {"top500Id": frozenset({"1"})}
    assert machine.hosts == {"example.org"}
    assert machine.related == {"Somebody"}
    assert machine.sources == {SOURCE + "list"}


def test_places_lead_to_their_country_even_in_a_circle(records: dict[str, Record]) -> None:
    assert records[expand("id:machine")].places == {"Italy"}


def test_what_has_no_name_or_no_kind_is_left_out(records: dict[str, Record]) -> None:
    assert expand("id:nameless") not in records
    assert SOURCE + "list" not in records


def test_the_shipped_graph_is_read(engine: Engine) -> None:
    records = {record.iri: record for record in read(engine)}
    voyager = records[expand("id:voyager-eus2")]
    assert voyager.identifiers["top500Id"] == {"180024"}
    assert voyager.places == {"United States"}
    assert records[expand("id:gpt-3")].kind == "model"


def test_no_two_records_of_the_shipped_graph_are_merged(engine: Engine, built_store: Path) -> None:
    from kg.identity.decisions import Decisions
    from kg.identity.merging import merges

    assert merges(read(engine), Decisions()) == {}
