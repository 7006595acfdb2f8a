"""`/commits`: the list, its feed, what replicas read, and one commit in words."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from client import BROWSER, Client
from running import FEW, serving

from kg.build import build
from kg.store import Store

NOTES = """
@prefix kg: <https://w3id.org/atlante/ns#> .
@prefix id: <https://w3id.org/atlante/id/> .
@prefix src: <https://w3id.org/atlante/source/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

src:mine { src:mine a kg:Source ; rdfs:label "My notes"@en , "I miei appunti"@it ; kg:publisher "me" }

<https://w3id.org/atlante/source/mine#p1> {
  id:my-model a kg:Model ; rdfs:label "My model"@en , "Il mio modello"@it ; kg:developedBy id:openai .
}
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service over the shipped data, a source of our own, and a change of it."""
    folder = tmp_path_factory.mktemp("past")
    store, notes = Store(folder / "store"), folder / "mine.trig"
    build(store, author="tests")
    for maker in ("openai", "microsoft"):
        notes.write_text(NOTES.replace("id:openai", f"id:{maker}"), encoding="utf-8")
        build(store, [notes], author="tests")
    with serving(folder / "store", **FEW) as service:
        client = Client(service.address)
        yield client
        client.close()


def last(client: Client) -> int:
    return client.get("/commits?format=json").get_json()[0]["number"]


def test_the_commits_are_listed_newest_first(past: Client) -> None:
    told = past.get("/commits?format=json").get_json()
    assert [one["number"] for one in told] == list(range(len(told), 0, -1))
    assert (told[0]["author"], told[0]["added"], told[0]["removed"]) == ("tests", 1, 1)
    page = past.get("/commits", headers={"Accept": BROWSER}).text
    assert f'<a href="/commits/{told[0]["number"]}">' in page
    assert "My notes" in page


def test_a_commit_is_told_in_words_in_both_languages(past: Client) -> None:
    path = f"/commits/{last(past)}"
    assert (
        "My model: developed by OpenAI -&gt; Microsoft (says mine#p1)"
        in past.get(path, headers={"Accept": BROWSER}).text
    )
    in_italian = past.get(f"{path}?lang=it", headers={"Accept": BROWSER}).text
    assert "Il mio modello: sviluppato da OpenAI -&gt; Microsoft (lo dice mine#p1)" in in_italian
    assert 'href="/evidence/mine/p1?lang=it"' in in_italian


def test_a_replica_reads_what_came_after_a_commit(past: Client) -> None:
    number = last(past)
    patch = past.get(f"/commits?since={number - 1}", headers={"Accept": "application/rdf-patch"})
    assert patch.mimetype == "application/rdf-patch"
    assert re.findall(r"^([AD]) <\S+my-model> \S+developedBy> \S+/(\w+)>", patch.text, re.MULTILINE) == [
        ("D", "openai"),
        ("A", "microsoft"),
    ]
    assert patch.text.startswith(f'H id "{number}" .\n')
    everything = past.get("/commits?format=patch").text
    assert everything.count("TX .") == everything.count("TC .") == number
    assert past.get(f"/commits?since={number}&format=patch").text == ""
    assert past.get(f"/commits/{number}?format=patch").text == patch.text


def test_a_feed_tells_the_latest_commits(past: Client) -> None:
    answer = past.get("/commits", headers={"Accept": "application/atom+xml"})
    feed = ElementTree.fromstring(answer.data)
    names = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", names)
    assert len({entry.findtext("a:id", None, names) for entry in entries}) == len(entries) == 20
    assert entries[0].find("a:link", names).get("href").endswith(f"/commits/{last(past)}")  # type: ignore[union-attr]
    assert feed.findtext("a:updated", None, names) == entries[0].findtext("a:updated", None, names)


def test_the_history_of_a_thing_is_told_newest_first(past: Client) -> None:
    number = last(past)
    told = past.get("/history?thing=my-model&format=json").get_json()
    assert [step["commit"]["number"] for step in told] == [number, number - 1]
    assert told[0]["changes"][0]["sentences"] == ["My model: developed by OpenAI -> Microsoft (says mine#p1)"]
    page = past.get("/history?thing=my-model&lang=it", headers={"Accept": BROWSER}).text
    assert page.index("sviluppato da OpenAI -&gt; Microsoft") < page.index("ora sviluppato da OpenAI")
    assert f"as-of={number}" in page


def test_a_history_as_of_a_commit_ends_there(past: Client) -> None:
    number = last(past)
    told = past.get(f"/history?thing=my-model&format=json&as-of={number - 1}").get_json()
    assert [step["commit"]["number"] for step in told] == [number - 1]


def test_two_versions_are_compared_in_either_direction(past: Client) -> None:
    number = last(past)
    told = past.get(f"/compare?from={number - 1}&to={number}&format=json").get_json()
    assert (told["from"]["number"], told["to"]["number"]) == (number - 1, number)
    assert [change["sentences"] for change in told["changes"]] == [
        ["My model: developed by OpenAI -> Microsoft (says mine#p1)"]
    ]
    back = past.get(f"/compare?from={number}&to={number - 1}", headers={"Accept": BROWSER}).text
    assert "developed by Microsoft -&gt; OpenAI" in back
    patch = past.get(f"/compare?from={number - 1}&to={number}&format=patch").text
    assert patch == past.get(f"/commits/{number}?format=patch").text.partition("\n")[2].partition("\n")[2]


def test_versions_are_compared_for_one_thing_alone(past: Client) -> None:
    number = last(past)
    told = past.get(f"/compare?from={number - 2}&thing=my-model&format=json").get_json()
    assert {change["subject"] for change in told["changes"]} == {"https://w3id.org/atlante/id/my-model"}
    assert past.get(f"/compare?from={number - 2}&thing=gpt-3&format=json").get_json()["changes"] == []


def test_what_differs_too_much_is_left_to_the_patch(past: Client) -> None:
    page = past.get("/compare?from=1", headers={"Accept": BROWSER}).text
    assert "Too much differs to tell it here" in page
    assert past.get("/compare?from=1&format=json").get_json()["changes"] is None


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/commits?since=x", 400, "is not the number of a commit"),
        ("/commits?since=" + "9" * 5_000, 400, "is not the number of a commit"),
        ("/commits/99999999999999999999", 404, "there is no commit"),
        ("/commits/0", 404, "there is no commit 0"),
        ("/commits/999", 404, "there is no commit 999"),
        ("/commits/1?format=turtle", 400, "turtle"),
        ("/history", 400, "thing= is missing"),
        ("/history?thing=nobody-said", 404, "nobody-said"),
        ("/history?thing=gpt-3&known-by=2020-01-01", 400, "what changed is told of the whole graph"),
        ("/compare?from=999", 400, "there is no commit 999"),
        ("/compare?from=soon", 400, "neither a commit nor a time"),
        ("/compare?from=1&thing=nobody-said", 404, "nobody-said"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_there_is_not_is_told(past: Client, path: str, status: int, said: str) -> None:
    answer = past.get(path)
    assert answer.status_code == status
    assert said in answer.get_json()["detail"].casefold()
