"""Whatever the graph, more doubt never makes a verdict surer."""

from hypothesis import given, settings
from hypothesis import strategies as st
from licences.worlds import Said, asked, world

from kg.licences import Outcome, Why

WORKS = ("work", "b", "c")
LICENCES = ("l", "m", "n")
PARTS = ("licensedUnder", "weightsLicensedUnder", "codeLicensedUnder")
CONDITIONS = ("kg:NonCommercialOnly", "kg:FieldOfUseRestriction", "kg:LargeUserThreshold")

terms = st.tuples(st.sampled_from(LICENCES), st.sampled_from(("permits", "forbids")), st.just("kg:Modification"))
limits = st.tuples(st.sampled_from(LICENCES), st.just("imposesLimit"), st.sampled_from(CONDITIONS))
duties = st.tuples(st.sampled_from(LICENCES), st.just("imposesDuty"), st.just("kg:ShareAlike"))
licensed = st.tuples(st.sampled_from(WORKS), st.sampled_from(PARTS), st.sampled_from(LICENCES))
linked = st.tuples(
    st.sampled_from(WORKS), st.sampled_from(("fineTunedFrom", "builtOn", "dependsOn")), st.sampled_from(WORKS)
)
graphs = st.lists(st.one_of(terms, limits, duties, licensed, linked), max_size=14, unique=True)
MODELS: list[Said] = [(work, "a", "kg:Model") for work in WORKS]
few = settings(max_examples=60, deadline=None)


def outcome(said: list[Said]) -> Outcome:
    return asked(world(MODELS + said), action="Modification").outcome


@few
@given(graphs)
def test_taking_a_permission_away_never_permits(said: list[Said]) -> None:
    before = outcome(said)
    for one in said:
        if one[1] == "permits":
            after = outcome([other for other in said if other != one])
            assert not (before == Outcome.NO and after < Outcome.OPEN)
            assert not (before == Outcome.OPEN and after < Outcome.OPEN)
            assert after >= Outcome.OPEN or before < Outcome.OPEN


@few
@given(graphs, st.sampled_from(WORKS), st.sampled_from(("kg:WholeWork", "kg:ModelWeights")))
def test_an_unknown_licence_never_closes_what_is_open(said: list[Said], work: str, part: str) -> None:
    before = asked(world(MODELS + said), action="Modification")
    after = asked(world([*MODELS, *said, (work, "licenceUnknownFor", part)]), action="Modification")
    assert before.outcome < Outcome.OPEN or after.outcome >= Outcome.OPEN
    # That nothing is said gives way to that it is unknown; all else that was open stays so.
    missing = {one for one in before.open_ends if one.why == Why.MISSING}
    assert {one.about for one in missing} <= {one.about for one in after.open_ends}
    kept = {one for one in before.open_ends if one.why not in (Why.MISSING, Why.PARTS)}
    assert kept <= set(after.open_ends)


@few
@given(graphs, st.sampled_from(LICENCES))
def test_another_prohibition_never_permits(said: list[Said], licence: str) -> None:
    assert outcome(said) < Outcome.OPEN or outcome([*said, (licence, "forbids", "kg:Modification")]) >= Outcome.OPEN


@few
@given(graphs, st.sampled_from(WORKS))
def test_another_base_never_makes_a_no_better(said: list[Said], base: str) -> None:
    assert outcome(said) <= outcome([*said, ("work", "fineTunedFrom", base)])


@few
@given(graphs)
def test_a_yes_has_evidence_for_each_of_its_licences(said: list[Said]) -> None:
    verdict = asked(world(MODELS + said), action="Modification")
    if verdict.outcome < Outcome.OPEN:
        properties = {step.property.rpartition("#")[2] for step in verdict.steps}
        assert "permits" in properties
        assert properties & set(PARTS)
    assert all(step.evidence for step in verdict.steps)
