"""Verdicts on small graphs: one for each outcome, each open end, and what follows from bases, data and cycles."""

import pytest
from licences.worlds import OTHER, PLACE, Said, asked, end, world

from kg.licences import Outcome, Why
from kg.names import ID, NS, SOURCE

MODEL: list[Said] = [("work", "a", "kg:Model")]
FREE: list[Said] = [("free", "permits", "kg:CommercialUse"), ("free", "permits", "kg:Modification")]
BOUND: list[Said] = [("bound", "permits", "kg:CommercialUse"), ("bound", "imposesLimit", "kg:LargeUserThreshold")]
CLOSED: list[Said] = [("closed", "forbids", "kg:CommercialUse"), ("closed", "permits", "kg:ResearchUse")]
LICENCES = FREE + BOUND + CLOSED


def under(licence: str, work: str = "work", part: str = "licensedUnder") -> list[Said]:
    return [(work, "a", "kg:Model"), (work, part, licence)]


def outcome(said: list[Said], more: list[Said] | None = None, action: str = "CommercialUse") -> Outcome:
    return asked(world(LICENCES + said, more or []), action=action).outcome


def test_a_licence_that_permits_without_conditions_says_yes() -> None:
    verdict = asked(world(LICENCES + under("free")))
    assert (verdict.outcome, verdict.conditions, verdict.open_ends) == (Outcome.YES, (), ())


def test_a_limit_that_bears_on_the_action_makes_the_yes_conditional() -> None:
    verdict = asked(world(LICENCES + under("bound")))
    assert (verdict.outcome, verdict.conditions) == (Outcome.CONDITIONAL, (NS + "LargeUserThreshold",))


def test_a_duty_that_does_not_bear_on_the_action_is_no_condition() -> None:
    engine = world([*FREE, ("free", "imposesDuty", "kg:ShareAlike"), *under("free")])
    assert asked(engine).outcome == Outcome.YES
    assert asked(engine, action="Modification").conditions == (NS + "ShareAlike",)


def test_a_licence_that_forbids_says_no() -> None:
    assert outcome(under("closed")) == Outcome.NO


def test_every_step_names_the_places_that_say_it() -> None:
    engine = world(LICENCES + under("free"), [("free", "permits", "kg:CommercialUse")])
    steps = {(one.subject, one.property, one.object): one.evidence for one in asked(engine).steps}
    assert steps == {
        (ID + "work", NS + "licensedUnder", ID + "free"): (SOURCE + PLACE,),
        (ID + "free", NS + "permits", NS + "CommercialUse"): (SOURCE + PLACE, SOURCE + OTHER),
    }


@pytest.mark.parametrize(
    ("said", "why", "part"),
    [
        (MODEL, Why.MISSING, "kg:WholeWork"),
        ([*MODEL, ("work", "licenceUnknownFor", "kg:WholeWork")], Why.UNKNOWN, "kg:WholeWork"),
        ([*MODEL, ("work", "noLicenceFor", "kg:WholeWork")], Why.NONE, "kg:WholeWork"),
    ],
)
def test_not_said_unknown_and_none_are_open_for_reasons_of_their_own(said: list[Said], why: Why, part: str) -> None:
    verdict = asked(world(said))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.OPEN, (end(why, other=part),))


def test_a_work_that_nobody_speaks_of_has_no_licence_stated() -> None:
    verdict = asked(world([]), "nowhere")
    assert verdict.open_ends == (end(Why.MISSING, "nowhere", "kg:WholeWork"),)


def test_a_licence_whose_terms_nobody_recorded_leaves_it_open() -> None:
    verdict = asked(world(under("unread")))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.OPEN, (end(Why.NO_TERMS, "unread"),))


def test_sources_that_disagree_on_a_licence_leave_it_open() -> None:
    verdict = asked(world(LICENCES + under("free"), [("free", "forbids", "kg:CommercialUse")]))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.OPEN, (end(Why.CONTRADICTION, "free"),))


@pytest.mark.parametrize("second", [("licensedUnder", "closed"), ("noLicenceFor", "kg:WholeWork")])
def test_sources_that_name_different_licences_leave_it_open(second: tuple[str, str]) -> None:
    verdict = asked(world(LICENCES + under("free"), [("work", *second)]))
    assert verdict.outcome == Outcome.OPEN
    assert end(Why.DISAGREEMENT, other="kg:WholeWork") in verdict.open_ends


def test_two_licences_that_come_to_the_same_agree() -> None:
    assert outcome(under("free"), under("bound")) == Outcome.CONDITIONAL


def test_a_source_that_does_not_know_does_not_contradict_one_that_does() -> None:
    verdict = asked(world(LICENCES + under("free"), [("work", "licenceUnknownFor", "kg:WholeWork")]))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.YES, (end(Why.UNKNOWN, other="kg:WholeWork"),))


def test_what_is_only_reported_counts_for_nothing() -> None:
    engine = world(LICENCES + under("free"), [("work", "licensedUnder", "closed")], standing=NS + "Reported")
    assert asked(engine).outcome == Outcome.YES


def test_the_strictest_part_counts_and_parts_that_differ_are_told() -> None:
    parts = under("closed", part="weightsLicensedUnder") + under("free", part="codeLicensedUnder")
    verdict = asked(world(LICENCES + parts))
    assert verdict.outcome == Outcome.NO
    assert verdict.parts == {NS + "ModelWeights": Outcome.NO, NS + "SourceCode": Outcome.YES}
    assert verdict.open_ends == (end(Why.PARTS),)


def test_a_licence_of_the_code_is_none_of_the_weights() -> None:
    verdict = asked(world(LICENCES + under("free", part="codeLicensedUnder")))
    assert verdict.outcome == Outcome.OPEN
    assert end(Why.MISSING, other="kg:ModelWeights") in verdict.open_ends


def test_papers_decide_nothing() -> None:
    assert outcome(under("free") + under("closed", part="documentsLicensedUnder")) == Outcome.YES


def test_what_is_said_of_a_family_holds_where_the_licence_is_silent() -> None:
    family: list[Said] = [("child", "licenceFamily", "closed"), ("child", "permits", "kg:Hosting")]
    assert outcome([*under("child"), *family]) == Outcome.NO
    assert outcome([*under("child"), *family, ("child", "permits", "kg:CommercialUse")]) == Outcome.YES


@pytest.mark.parametrize("link", ["fineTunedFrom", "builtOn"])
@pytest.mark.parametrize(
    ("licence", "expected"), [("free", Outcome.YES), ("bound", Outcome.CONDITIONAL), ("closed", Outcome.NO)]
)
def test_what_the_base_model_forbids_or_limits_holds_for_what_is_made_from_it(
    link: str, licence: str, expected: Outcome
) -> None:
    grandchild: list[Said] = [("work", link, "child"), ("child", link, "base")]
    assert outcome(under("free") + under("free", "child") + under(licence, "base") + grandchild) == expected


def test_a_platform_that_software_is_built_on_lends_it_no_licence() -> None:
    said: list[Said] = [("work", "a", "kg:SoftwareProduct"), ("work", "builtOn", "cloud"), ("cloud", "a", "kg:System")]
    assert outcome([*said, ("work", "licensedUnder", "free")]) == Outcome.YES


def test_a_base_without_a_known_licence_leaves_it_open() -> None:
    engine = world(LICENCES + under("free") + [("base", "a", "kg:Model"), ("work", "fineTunedFrom", "base")])
    verdict = asked(engine)
    assert (verdict.outcome, verdict.parts) == (Outcome.OPEN, {NS + "WholeWork": Outcome.YES})
    assert verdict.open_ends == (end(Why.MISSING, "base", "kg:WholeWork"),)


def test_share_alike_is_open_for_those_who_pass_on_under_another_licence() -> None:
    copyleft: list[Said] = [(one, two, three) for one, two, three in FREE]
    copyleft = [("left", property, value) for _, property, value in copyleft]
    base = [
        *copyleft,
        ("left", "imposesDuty", "kg:ShareAlike"),
        *under("left", "base"),
        ("work", "fineTunedFrom", "base"),
    ]
    changed = asked(world([*FREE, *base, *under("free")]), action="Modification")
    assert changed.outcome == Outcome.OPEN
    assert end(Why.SHARE_ALIKE, other="left") in changed.open_ends
    used = asked(world([*FREE, *base, *under("free")]))
    assert (used.outcome, used.open_ends) == (Outcome.YES, (end(Why.SHARE_ALIKE, other="left"),))
    same = asked(world([*base, *under("left")]), action="Modification")
    assert (same.outcome, same.open_ends) == (Outcome.CONDITIONAL, ())


def test_a_base_that_nothing_may_be_made_from_leaves_it_open() -> None:
    fixed: list[Said] = [("fixed", "permits", "kg:CommercialUse"), ("fixed", "forbids", "kg:Modification")]
    engine = world([*FREE, *fixed, *under("free"), *under("fixed", "base"), ("work", "fineTunedFrom", "base")])
    assert asked(engine).open_ends == (end(Why.DERIVATION, other="fixed"),)
    assert asked(engine).outcome == Outcome.OPEN
    assert asked(engine, action="Modification").outcome == Outcome.NO


def test_training_data_is_noted_and_decides_nothing() -> None:
    data: list[Said] = [
        ("work", "trainedOn", "data"),
        ("data", "a", "kg:TrainingData"),
        ("data", "dataLicensedUnder", "closed"),
    ]
    verdict = asked(world(LICENCES + under("free") + data))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.YES, (end(Why.DATA, other="data"),))
    assert ID + "closed" in {one.object for one in verdict.steps}
    assert asked(world(LICENCES + data), "data").outcome == Outcome.NO


def test_a_dependency_of_no_stated_kind_can_leave_open_and_not_forbid() -> None:
    vague: list[Said] = [("work", "dependsOn", "other")]
    verdict = asked(world(LICENCES + under("free") + under("closed", "other") + vague))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.OPEN, (end(Why.DEPENDENCY, other="other"),))
    assert outcome(under("free") + under("bound", "other") + vague) == Outcome.YES


def test_an_agreement_with_one_party_is_told() -> None:
    verdict = asked(world(LICENCES + under("free") + [("deal", "licensedWork", "work")]))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.YES, (end(Why.AGREEMENT, other="deal"),))


def test_a_cycle_comes_to_an_end_and_is_told() -> None:
    round_about: list[Said] = [("work", "fineTunedFrom", "b"), ("b", "builtOn", "c"), ("c", "fineTunedFrom", "work")]
    works = under("free") + under("free", "b") + under("bound", "c")
    verdict = asked(world(LICENCES + works + round_about))
    assert verdict.outcome == Outcome.CONDITIONAL
    assert [one.why for one in verdict.open_ends] == [Why.CYCLE]


def test_two_ways_to_one_base_are_no_cycle() -> None:
    links: list[Said] = [
        ("work", "builtOn", "b"),
        ("work", "builtOn", "c"),
        ("b", "builtOn", "d"),
        ("c", "builtOn", "d"),
    ]
    works = [one for name in ("work", "b", "c", "d") for one in under("free", name)]
    assert asked(world(LICENCES + works + links)).open_ends == ()


def test_a_model_that_is_made_from_itself_is_told() -> None:
    verdict = asked(world(LICENCES + under("free") + [("work", "fineTunedFrom", "work")]))
    assert (verdict.outcome, verdict.open_ends) == (Outcome.YES, (end(Why.CYCLE),))
