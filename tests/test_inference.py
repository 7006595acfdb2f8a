"""Inference after a change: the same as inferring all afresh."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.assemble import apply
from kg.engine.oxigraph import OxigraphEngine
from kg.infer import infer
from kg.infer_change import Inference, infer_change
from kg.names import BASE, ONTOLOGY, expand
from kg.patch import Patch
from kg.paths import ontology_files
from kg.sources import read_graph

THINGS = [f"<{BASE}id/{name}>" for name in ("a", "b", "c", "d")]
GRAPHS = [f"<{BASE}source/{name}>" for name in ("one", "one#p1", "one#p2", "two#p1")]
LINKS = ["kg:licensor", "kg:licensee", "kg:licensedWork", "kg:usedIn", "kg:component", "kg:partnerOf", "kg:runsOn"]
LINKS += ["kg:hasComponent", "kg:subsidiaryOf", "kg:builtOn", "kg:dependsOn", "kg:locator"]
CLASSES = ["kg:Model", "kg:Supercomputer", "kg:System", "kg:LicenceAgreement", "kg:Evidence"]
STATUSES = ["kg:InForce", "kg:Announced", "kg:Ended"]
DATE, YEAR = expand("xsd:date"), expand("xsd:gYear")


def term(name: str) -> str:
    return f"<{expand(name)}>"


link = st.builds("{} {} {}".format, st.sampled_from(THINGS), st.sampled_from(LINKS).map(term), st.sampled_from(THINGS))
kind = st.builds(f"{{}} {term('rdf:type')} {{}}".format, st.sampled_from(THINGS), st.sampled_from(CLASSES).map(term))
state = st.sampled_from(STATUSES).map(term)
status = st.builds(f"{{}} {term('kg:status')} {{}}".format, st.sampled_from(THINGS), state)
day = st.builds(
    "{} {} {}".format,
    st.sampled_from(THINGS),
    st.sampled_from(["kg:start", "kg:end", "kg:date", "kg:from"]).map(term),
    st.sampled_from([f'"2020"^^<{YEAR}>', f'"2020-02-01"^^<{DATE}>']),
)
standing = st.builds(
    "{} {} {}".format, st.sampled_from(GRAPHS[1:]), st.just(term("kg:standing")), st.just(term("kg:Reported"))
)
statement = st.builds("{} {}".format, st.one_of(link, link, kind, status, day), st.sampled_from(GRAPHS))
stating = st.builds("{} {}".format, standing, st.just(GRAPHS[0]))
statements = st.sets(st.one_of(*[statement] * 9, stating), max_size=12)


@pytest.fixture(scope="module")
def ontology() -> Patch:
    return Patch(added=sorted(read_graph(ontology_files(), ONTOLOGY).statements))


@settings(max_examples=40, deadline=None)
@given(states=st.lists(statements, min_size=2, max_size=5))
def test_what_is_inferred_after_each_change_is_what_is_inferred_afresh(ontology: Patch, states: list[set[str]]) -> None:
    engine = OxigraphEngine.in_memory()
    apply(engine, ontology.rows)
    infer(engine, afresh=True)
    before: set[str] = set()
    for after in states:
        infer_change(engine, Patch.between(before, after))
        told = {str(quad) for quad in engine.quads()}
        infer(engine, afresh=True)
        assert told == {str(quad) for quad in engine.quads()}
        before = after


@settings(max_examples=60, deadline=None)
@given(states=st.lists(statements, min_size=2, max_size=6))
def test_what_is_inferred_once_for_many_changes_is_what_is_inferred_afresh(
    ontology: Patch, states: list[set[str]]
) -> None:
    engine = OxigraphEngine.in_memory()
    apply(engine, ontology.rows)
    apply(engine, Patch(added=sorted(states[0])).rows)
    infer(engine, afresh=True)
    began = set(engine.quads())
    inference = Inference(engine)
    for before, after in pairwise(states):
        inference.apply(Patch.between(before, after))
    touched = inference.complete()
    told = set(engine.quads())
    infer(engine, afresh=True)
    assert told == set(engine.quads())
    assert touched is None or {quad.triple for quad in began ^ told} <= touched
