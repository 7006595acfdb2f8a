"""Refused writes that come with a patch to send instead: for each rule, whether it knows one, and that it lands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from written import PREFIXES, noting

from kg.store import Store
from kg.writing import Write, Written
from kg.writing.committing import Group
from kg.writing.mending import mended_by

BAD = {path.stem: path for path in (Path(__file__).parents[1] / "bad").glob("*.trig")}
"""For each rule, a file that breaks it; tests/test_check.py holds that there is one."""

UNMENDED = {
    "access-stated-outside": "who may read a source is not for a rule to guess",
    "acquired-before-founded": "which of the two days is wrong is not known",
    "date-order": "which of the two days is wrong is not known: they need not have changed places",
    "event-undated": "the day is not known",
    "exclusive-once": "they may be one agreement, or one of them may not be exclusive",
    "italian-label": "the name is not known",
    "licence-not-access": "which of the two was meant is not known",
    "licence-undated": "the day is not known",
    "money-one-source": "a second source cannot be made up",
    "one-access": "who may read a source is not for a rule to guess",
    "one-kind": "one name may stand for two things, which then need two names",
    "permitted-or-forbidden": "the licence has to be read again",
    "rank-once": "which of the two ranks is wrong is not known",
    "superseded-why": "the better evidence and the reason are not known",
}
"""The rules that leave more than one way to mend what they find, or one that only the writer knows."""

MODEL = 'id:mended a kg:Model ; rdfs:label "Mended"@en , "Corretto"@it'
DEAL = """id:deal a kg:LicenceAgreement ; rdfs:label "Deal"@en , "Accordo"@it ; kg:announcedOn "2021"^^xsd:gYear ;
  kg:licensedWork id:gpt-3 ; kg:licensee id:meta"""
ACCESS = 'id:door a kg:AccessTerms ; rdfs:label "Door"@en , "Porta"@it ; kg:accessTo id:gpt-3'
ROUND = """id:round a kg:Investment ; rdfs:label "Round"@en , "Giro"@it ; kg:announcedOn "2021"^^xsd:gYear ;
  kg:investee id:openai"""
STAFF = 'id:staff a kg:Figure ; rdfs:label "Staff"@en , "Personale"@it ; kg:figureOf id:openai ; kg:figureValue 80.0'


@dataclass(frozen=True)
class Mended:
    """A write that a rule refuses: what it says, where; and what the patch that mends it makes of that."""

    rule: str
    says: str
    instead: str
    where: str = "src:notes#p1"


MENDED = [
    Mended("access-roles", f'{ACCESS} ; kg:accessProvider "OpenAI"', "id:door kg:accessProvider id:openai"),
    Mended(
        "amount-currency",
        f'{ROUND} ; kg:investor id:microsoft ; kg:amount 80.0 ; kg:currency "usd"',
        'id:round kg:currency "USD"',
    ),
    Mended("closed-list", f'{DEAL} ; kg:licensor id:openai ; kg:status "in force"', "id:deal kg:status kg:InForce"),
    Mended("closed-list", f"{DEAL} ; kg:licensor id:openai ; kg:status id:ended", "id:deal kg:status kg:Ended"),
    Mended(
        "closed-list",
        f"{DEAL} ; kg:licensor id:openai ; kg:exclusivity kg:NonExclusve",
        "id:deal kg:exclusivity kg:NonExclusive",
    ),
    Mended("defined-term", f"{MODEL} ; kg:developdBy id:openai", "id:mended kg:developedBy id:openai"),
    Mended("defined-term", MODEL.replace("kg:Model", "kg:model"), "id:mended a kg:Model"),
    Mended("event-roles", f'{ROUND} ; kg:investor "microsoft"', "id:round kg:investor id:microsoft"),
    Mended("figure-whole", f'{STAFF} ; kg:figureKind "StaffCount"', "id:staff kg:figureKind kg:StaffCount"),
    Mended("licence-roles", f'{DEAL} ; kg:licensor "OpenAI"@en', "id:deal kg:licensor id:openai"),
    Mended(
        "one-standing",
        "<https://w3id.org/atlante/source/notes#p3> kg:standing kg:Asserted",
        "<https://w3id.org/atlante/source/notes#p3> kg:standing kg:Asserted",
        "src:notes",
    ),
    Mended(
        "one-standing",
        "<https://w3id.org/atlante/source/notes#p2> kg:standing kg:Reported",
        "<https://w3id.org/atlante/source/notes#p2> kg:standing kg:Reported",
    ),
    Mended("one-wikidata-id", 'id:noted kg:wikidata "Q2"', 'id:noted kg:wikidata "Q2"'),
    Mended("quantity-datatype", f'{MODEL} ; kg:parameters "175000000000"', "id:mended kg:parameters 175000000000"),
    Mended("quantity-datatype", f"{MODEL} ; kg:parameters 3.0e3", "id:mended kg:parameters 3000"),
    Mended("quantity-datatype", f"{MODEL} ; kg:trainingCompute 314", "id:mended kg:trainingCompute 314e0"),
    Mended("quantity-datatype", f"{MODEL} ; kg:trainingTime 34", "id:mended kg:trainingTime 34.0"),
    Mended("unsourced", MODEL, "id:mended a kg:Model", "src:note#p1"),
    Mended("valid-date", f'{MODEL} ; kg:announcedOn "2021-11"', 'id:mended kg:announcedOn "2021-11"^^xsd:gYearMonth'),
    Mended("valid-date", f"{MODEL} ; kg:announcedOn 2021", 'id:mended kg:announcedOn "2021"^^xsd:gYear'),
    Mended(
        "valid-date",
        f'{MODEL} ; kg:announcedOn "2021-11-02T10:00:00Z"^^xsd:dateTime',
        'id:mended kg:announcedOn "2021-11-02"^^xsd:date',
    ),
    Mended("valid-date", 'src:notes kg:retrieved "2021-11-02"', 'src:notes kg:retrieved "2021-11-02"^^xsd:date'),
]

NOT_GUESSED = [
    f"{DEAL} ; kg:licensor id:openai ; kg:exclusivity kg:Inclusive",  # near to the opposite of what it says
    f"{MODEL} ; kg:peak4Bit 1e15",
    f"{MODEL} ; kg:licenser id:openai",  # licensor, or licensee
    f'{MODEL} ; kg:parameters "2.5"',
    f'{MODEL} ; kg:parameters "285,000"',
    f'{MODEL} ; kg:announcedOn "2021-13"',
    f'{MODEL} ; kg:announcedOn "02/11/2021"',
    'src:notes kg:retrieved "2021-11"',  # a day, and no month
    f'{DEAL} ; kg:licensor "GPT-3"',  # a thing that can grant nothing
    f"{ROUND} ; kg:investor id:microsoft ; kg:amount 80.0",
]


@pytest.fixture(scope="module")
def group(store: Path) -> Iterator[Group]:
    """Writes on a store in which a source of our own has a model, and two more places of which one is only reported."""
    with Store(store).writer() as writer:
        group = Group(writer)
        place = "https://w3id.org/atlante/source/notes#p"
        begun = [
            noting('id:noted a kg:Model ; rdfs:label "Noted"@en , "Annotato"@it ; kg:wikidata "Q1"'),
            f'{PREFIXES} INSERT DATA {{ GRAPH <{place}2> {{ id:noted rdfs:comment "two" }} }}',
            f'{PREFIXES} INSERT DATA {{ GRAPH <{place}3> {{ id:noted rdfs:comment "three" }} }}',
            f"{PREFIXES} INSERT DATA {{ GRAPH src:notes {{ <{place}3> kg:standing kg:Reported }} }}",
        ]
        for text in begun:
            assert not told(group, Write("update", text, "Tester", ("*",))).refused
        yield group


def told(group: Group, write: Write) -> Written:
    """Return what becomes of a write."""
    outcome = group.attempt([write])[0]
    assert isinstance(outcome, Written), outcome
    return outcome


def inserting(says: str, where: str = "src:notes#p1") -> Write:
    """Return a write that tries to say something."""
    graph = f"<https://w3id.org/atlante/source/{where.removeprefix('src:')}>"
    text = f"{PREFIXES} INSERT DATA {{ GRAPH {graph} {{ {says} }} }}"
    return Write("update", text, "Tester", ("notes", "note"), dry_run=True)


@pytest.mark.parametrize("one", MENDED, ids=lambda one: f"{one.rule}: {one.instead}")
def test_what_a_rule_refuses_lands_as_the_rule_mends_it(group: Group, one: Mended) -> None:
    write = inserting(one.says, one.where)
    refused = told(group, write)
    fixes = [finding.fix for finding in refused.findings if finding.rule == one.rule]
    assert refused.refused
    assert fixes
    landed = told(group, replace(write, kind="patch", text=fixes[0]))
    assert not landed.refused, landed.findings
    assert one.rule not in {finding.rule for finding in landed.findings}
    wanted = told(group, inserting(one.instead)).added
    assert {line.rpartition(" ")[0] for line in wanted} <= {line.rpartition(" ")[0] for line in landed.added}


@pytest.mark.parametrize("says", NOT_GUESSED)
def test_what_could_be_meant_in_two_ways_is_not_guessed(group: Group, says: str) -> None:
    refused = told(group, inserting(says))
    assert refused.refused
    assert [finding.fix for finding in refused.findings if finding.severity == "Violation"] == [""]


@pytest.mark.parametrize("rule", sorted(UNMENDED))
def test_a_rule_that_leaves_no_one_way_offers_none(group: Group, rule: str) -> None:
    text = BAD[rule].read_text(encoding="utf-8")
    write = Write("add", text, "Tester", ("*",), reads=True, syntax="trig", dry_run=True)
    fixes = [finding.fix for finding in told(group, write).findings if finding.rule == rule]
    assert fixes
    assert not any(fixes)


def test_of_many_results_at_once_the_first_are_mended(group: Group) -> None:
    models = [
        f'id:mended-{n} a kg:Model ; rdfs:label "{n}"@en , "{n}"@it ; kg:announcedOn "2021-0{n % 9 + 1}"'
        for n in range(150)
    ]
    fixes = [finding.fix for finding in told(group, inserting(" . ".join(models))).findings]
    assert len(fixes) == 150
    assert fixes[0]
    assert not fixes[-1]
    assert sum(map(len, fixes)) < 2_000_000


def test_every_rule_has_decided() -> None:
    assert {one.rule for one in MENDED} | set(UNMENDED) == set(BAD)
    assert {rule for rule in BAD if mended_by(rule)} == {one.rule for one in MENDED}
