"""The evidence of rows, for each form of query."""

import pytest
from evidence.worlds import HEARSAY, answered, engine_of, quads_of, told

from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.names import ID, NS, SOURCE

FACTS = """
p1: id:alpha kg:uses id:beta
p2: id:beta kg:uses id:gamma
p3: id:alpha kg:uses id:beta
p4: id:alpha rdfs:label "Alpha"
p5: id:delta kg:uses id:gamma
p6: id:alpha kg:maker id:one
p7: id:beta kg:maker id:one
p8: id:delta kg:maker id:two
p9: id:gamma kg:weight 5
p10: id:delta kg:weight 7
p11: id:one kg:town "Rome"@it
p12: id:one kg:town "Roma"@it
hearsay: id:gamma kg:uses id:alpha
"""

CASES = {
    "a triple has the places that hold it": ("SELECT ?x { ?x kg:uses id:beta }", {"alpha": "p1 p3"}),
    "joined triples have the places of both": (
        "SELECT ?x ?y { ?x kg:uses ?m . ?m kg:uses ?y }",
        {"alpha gamma": "p1 p2 p3"},
    ),
    "hidden variables count with all their values": (
        "SELECT DISTINCT ?y { ?x kg:uses ?y ; kg:maker ?m }",
        {"beta": "p1 p3 p6", "gamma": "p2 p5 p7 p8"},
    ),
    "a variable may stand for the property": (
        "SELECT ?p { id:gamma ?p ?v }",
        {NS + "weight": "p9"},
    ),
    "OPTIONAL counts where it is matched": (
        "SELECT ?x ?l { ?x kg:maker ?m OPTIONAL { ?x rdfs:label ?l } }",
        {"alpha Alpha": "p4 p6", "beta -": "p7", "delta -": "p8"},
    ),
    "OPTIONAL whose condition fails does not": (
        "SELECT ?x { ?x kg:uses ?y OPTIONAL { ?x kg:maker ?m FILTER(?y = id:gamma) } }",
        {"alpha": "p1 p3", "beta": "p2 p7", "delta": "p5 p8"},
    ),
    "branches of UNION each count for their rows": (
        "SELECT ?x { { ?x kg:uses id:beta } UNION { ?x kg:weight 5 } }",
        {"alpha": "p1 p3", "gamma": "p9"},
    ),
    "a row of both branches has the places of both": (
        "SELECT DISTINCT ?x { { ?x kg:uses ?y } UNION { ?x kg:weight ?w } }",
        {"alpha": "p1 p3", "beta": "p2", "delta": "p5 p10", "gamma": "p9"},
    ),
    "FILTER, BIND and VALUES choose and compute": (
        "SELECT ?x ?two { VALUES ?x { id:delta id:gamma id:no } ?x kg:weight ?w BIND(?w * 2 AS ?two) FILTER(?w < 6) }",
        {"gamma 10": "p9"},
    ),
    "a computed column is no obstacle": (
        "SELECT (CONCAT(?l, '!') AS ?loud) { ?x rdfs:label ?l }",
        {"Alpha!": "p4"},
    ),
    "only computed columns tell the rows apart": (
        "SELECT (STRLEN(STR(?w)) + ?w AS ?n) { ?x kg:weight ?w }",
        {"6": "p9", "8": "p10"},
    ),
    "GRAPH names its graph, reported ones too": (
        "SELECT ?x ?g { GRAPH ?g { ?x kg:uses id:alpha } }",
        {f"gamma {HEARSAY}": "hearsay"},
    ),
    "GRAPH of one place says that one alone": (
        f"SELECT ?x {{ GRAPH <{SOURCE}made-up#p3> {{ ?x kg:uses ?y }} }}",
        {"alpha": "p3"},
    ),
    "a graph that is only there counts itself": (
        "SELECT ?g { GRAPH ?g {} FILTER(STRENDS(STR(?g), 'p4')) }",
        {f"{SOURCE}made-up#p4": "p4"},
    ),
    "a subquery hides variables of its own": (
        "SELECT ?x ?y { ?x kg:weight ?w { SELECT ?x { ?x kg:uses ?y ; kg:maker ?w } } OPTIONAL { ?x rdfs:label ?y } }",
        {"delta -": "p5 p8 p10"},
    ),
    "a subquery with LIMIT has the places of the rows that it leaves": (
        "SELECT ?x ?m { { SELECT ?x { ?x kg:weight ?w } ORDER BY DESC(?w) LIMIT 1 } ?x kg:maker ?m }",
        {"delta two": "p8 p10"},
    ),
    "a subquery with aggregates has those of its members": (
        "SELECT ?m ?n { ?m kg:town 'Rome'@it { SELECT ?m (COUNT(?x) AS ?n) { ?x kg:maker ?m } GROUP BY ?m } }",
        {"one 2": "p6 p7 p11"},
    ),
    "subqueries within subqueries": (
        "SELECT ?x { " + "{ SELECT ?x { " * 20 + "?x kg:weight 5" + " } LIMIT 5 }" * 20 + " }",
        {"gamma": "p9"},
    ),
    "a subquery that hides its groups is told": (
        "SELECT ?n { id:gamma kg:weight ?w { SELECT (COUNT(?x) AS ?n) { ?x kg:maker ?m } GROUP BY ?m } }",
        {"2": "p9 (subquery)", "1": "p9 (subquery)"},
    ),
    "members of a group": (
        "SELECT ?m (COUNT(*) AS ?n) { ?x kg:maker ?m } GROUP BY ?m",
        {"one 2": "p6 p7", "two 1": "p8"},
    ),
    "members of everything": ("SELECT (SUM(?w) AS ?all) { ?x kg:weight ?w }", {"12": "p9 p10"}),
    "a group without members": ("SELECT (COUNT(*) AS ?n) { ?x kg:nothing ?w }", {"0": "(no-triple)"}),
    "a subquery that may count nothing": (
        "SELECT ?n ?m { id:alpha kg:maker ?m { SELECT (COUNT(*) AS ?n) { ?x kg:nothing ?w } } }",
        {"0 one": "p6"},
    ),
    "groups that the row does not show": (
        "SELECT (COUNT(*) AS ?n) { ?x kg:maker ?m } GROUP BY ?m HAVING(COUNT(*) > 1)",
        {"2": "p6 p7"},
    ),
    "groups by what is computed": (
        "SELECT ?even (COUNT(*) AS ?n) { ?x kg:weight ?w } GROUP BY (?w / 2 = FLOOR(?w / 2) AS ?even)",
        {"false 2": "p9 p10"},
    ),
    "groups by an expression without a name are not followed": (
        "SELECT (COUNT(*) AS ?n) { ?x kg:weight ?w } GROUP BY STR(?w)",
        {"1": "(form)"},
    ),
    "EXISTS rests on what it finds": (
        "SELECT ?x { ?x kg:weight ?w FILTER EXISTS { ?x kg:uses ?y . ?y kg:weight ?other FILTER(?other != ?w) } }",
        {"delta": "p5 p9 p10"},
    ),
    "EXISTS within a condition is told": (
        "SELECT ?x { ?x kg:weight ?w FILTER(?w > 6 && EXISTS { ?x kg:maker ?y }) }",
        {"delta": "p10 (condition)"},
    ),
    "absence has no place": (
        "SELECT ?x { ?x kg:maker id:one FILTER NOT EXISTS { ?x rdfs:label ?l } }",
        {"beta": "p7 (absent)"},
    ),
    "MINUS leaves what has no place": (
        "SELECT ?x { ?x kg:weight ?w MINUS { ?x kg:uses ?y } }",
        {"gamma": "p9 (absent)"},
    ),
    "a sequence passes hidden things": (
        "SELECT ?x { ?x kg:uses/kg:uses/kg:weight 5 }",
        {"alpha": "p1 p2 p3 p9"},
    ),
    "inverses and alternatives": (
        "SELECT ?x { id:gamma ^kg:uses/(kg:maker|kg:weight) ?x }",
        {"one": "p2 p7", "two": "p5 p8", "7": "p5 p10"},
    ),
    "the inverse of a sequence": (
        "SELECT ?x { 'Rome'@it ^(kg:maker/kg:town) ?x }",
        {"alpha": "p6 p11", "beta": "p7 p11"},
    ),
    "any property but some": ("SELECT ?v { id:delta !(kg:uses|kg:maker) ?v }", {"7": "p10"}),
    "properties that lead here, but some": ("SELECT ?v { id:one !^kg:uses ?v }", {"alpha": "p6", "beta": "p7"}),
    "one way along a path of any length": (
        "SELECT ?y { id:alpha kg:uses+ ?y }",
        {"beta": "p1 p3", "gamma": "p1 p2 p3"},
    ),
    "no step is no triple": (
        "SELECT ?y { id:delta kg:uses* ?y }",
        {"delta": "(no-step)", "gamma": "p5"},
    ),
    "a step that may be left out": (
        "SELECT ?y { id:beta kg:uses?/kg:maker|kg:uses?/kg:weight ?y }",
        {"one": "p7", "5": "p2 p9"},
    ),
    "annotated triples are not followed": ("SELECT ?x { ?x kg:uses id:beta {| kg:since ?when |} }", {}),
    "blank nodes of the query are variables": (
        "SELECT ?m { [ kg:weight 7 ; kg:maker ?m ] . _:x kg:maker ?m }",
        {"two": "p8 p10"},
    ),
    "a collection is its cells": ("SELECT ?x { ?x kg:uses/kg:uses ?y . ?y kg:list () }", {}),
    "VALUES at the end joins": (
        "SELECT ?x ?w { ?x kg:weight ?w } VALUES (?x ?w) { (id:delta UNDEF) }",
        {"delta 7": "p10"},
    ),
    "ORDER BY, LIMIT and OFFSET only choose": (
        "SELECT ?x { ?x kg:weight ?w } ORDER BY ?w LIMIT 1 OFFSET 1",
        {"delta": "p10"},
    ),
    "prefixes and bases are the query's own": (
        f"BASE <{ID}> PREFIX k: <{NS}> SELECT * {{ <alpha> k:uses ?x . ?x k:maker <one> }}",
        {"beta": "p1 p3 p7"},
    ),
    "FROM makes the default graph": (
        f"SELECT ?x FROM <{SOURCE}made-up#p3> FROM <{HEARSAY}> {{ ?x kg:uses/kg:uses ?y }}",
        {"gamma": "hearsay p3"},
    ),
    "no triple": ("SELECT ?x { VALUES ?x { 1 } }", {"1": "(no-triple)"}),
}


@pytest.fixture(scope="module")
def small() -> OxigraphEngine:
    return engine_of(quads_of(FACTS))


@pytest.mark.parametrize("case", CASES)
def test_evidence_of_the_rows(small: OxigraphEngine, case: str) -> None:
    query, expected = CASES[case]
    assert told(small, query) == expected


def test_the_dataset_of_the_client_is_kept_to(small: OxigraphEngine) -> None:
    places = [f"{SOURCE}made-up#{place}" for place in ("p3", "p7")]
    assert told(small, "SELECT ?x { ?x kg:uses/kg:maker ?m }", (places, [])) == {"alpha": "p3 p7"}
    assert told(small, "SELECT ?x { GRAPH ?g { ?x kg:uses|kg:maker ?m } }", ([], places)) == {
        "alpha": "p3",
        "beta": "p7",
    }


def test_a_row_that_is_another_each_time_has_no_evidence(small: OxigraphEngine) -> None:
    (_, evidence), *_ = answered(small, "SELECT (STRUUID() AS ?new) { id:gamma kg:weight ?w }")
    assert [reason.code for reason in evidence.reasons] == ["not-again"]
    assert not evidence.places


def test_what_stands_in_no_graph_is_told() -> None:
    engine = engine_of(quads_of("p1: id:alpha kg:uses id:beta"))
    engine.update("INSERT DATA { id:beta kg:uses id:gamma }")
    assert told(engine, "SELECT ?y { id:alpha kg:uses/kg:uses ?y }") == {"gamma": "p1 (no-graph)"}


def test_more_ways_than_are_read_are_told() -> None:
    facts = "".join(f"p{number}: id:thing{number} kg:uses id:it\n" for number in range(150))
    engine = engine_of(quads_of(facts))
    ((_, evidence),) = answered(engine, "SELECT (COUNT(*) AS ?n) { ?x kg:uses ?y . ?z kg:uses ?y }")
    assert evidence.reasons[0].text == (
        "there are more than 20,000 ways in which these rows came about; places of the rest are not named"
    )
    assert evidence.places


def test_of_many_places_of_a_row_some_are_named() -> None:
    engine = engine_of(quads_of("".join(f"p{number}: id:alpha kg:uses id:beta\n" for number in range(250))))
    ((_, evidence),) = answered(engine, "SELECT ?x { ?x kg:uses id:beta }")
    assert len(evidence.places) == 200
    assert [reason.text for reason in evidence.reasons] == ["50 more places are not named"]


def test_what_follows_by_rule_has_the_places_of_its_premises() -> None:
    facts = """
    p1: id:deal kg:licensor id:one ; kg:licensedWork id:work
    p2: id:deal kg:status kg:InForce
    p3: id:work a kg:Model
    p4: kg:Model rdfs:subClassOf kg:Work
    p5: kg:Work rdfs:subClassOf kg:Thing
    """
    engine = engine_of(quads_of(facts))
    infer(engine, afresh=True)
    (_, evidence), *_ = answered(engine, "SELECT ?who { ?who kg:grantsLicenceOn ?work . ?work a kg:Thing }")
    roles = {place.graph.rpartition("/")[2]: (place.role, place.standing, place.rules) for place in evidence.places}
    assert roles == {
        "inferred": ("statement", "inferred", ("grants-licence-on", "subclass")),
        **{f"made-up#p{number}": ("premise", "asserted", ()) for number in range(1, 6)},
    }


def test_what_follows_from_what_follows_leads_to_the_sources() -> None:
    facts = """
    p1: id:one kg:near id:two
    p2: kg:near rdfs:subPropertyOf kg:knows
    p3: kg:knows owl:inverseOf kg:knownBy
    """
    engine = engine_of(quads_of(facts))
    infer(engine, afresh=True)
    assert told(engine, "SELECT ?x { ?x kg:knownBy id:one }") == {"two": "https://w3id.org/atlante/inferred p1 p2 p3"}


def test_a_row_over_the_shipped_data_names_the_paragraph(engine: Engine) -> None:
    ((_, evidence),) = answered(engine, "SELECT ?who { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }")
    assert f"{SOURCE}ihal-microsoft-supercomputers#p8" in {place.graph for place in evidence.places}
    assert {place.role for place in evidence.places} == {"statement"}
