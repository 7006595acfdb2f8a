"""The graph at other times over HTTP: as of a commit, as known by a day, as in force on a day."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from client import BROWSER, Client
from running import FEW, serving
from written import PLACE, PREFIXES, noting

from kg.writing.tokens import Tokens

UPDATE = "application/sparql-update"
LICENSEES = "SELECT ?who { ?agreement kg:licensedWork id:gpt-3 ; kg:licensee ?who }"


@pytest.fixture(scope="module")
def client(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client that may write, of a service over the shipped data."""
    store = Path(shutil.copytree(built_store, tmp_path_factory.mktemp("times") / "store", symlinks=True))
    _, secret = Tokens(store).make("Tester", ("notes",))
    with serving(store, writes=1, **FEW) as service:
        client = Client(service.address, Authorization=f"Bearer {secret}")
        yield client
        client.close()


def write(client: Client, text: str) -> int:
    return client.post("/sparql", data=PREFIXES + text, content_type=UPDATE).get_json()["head"]


def makers(client: Client, **times: object) -> list[str]:
    query = "SELECT ?maker { id:noted kg:developedBy ?maker }"
    answer = client.get("/sparql", query_string={"query": query, "format": "csv", **times})
    assert answer.status_code == 200, answer.text
    return [line.rpartition("/")[2] for line in answer.text.splitlines()[1:]]


@pytest.fixture(scope="module")
def commits(client: Client) -> list[int]:
    """Three commits: a model is there, one made it, another did."""
    first = client.post(
        "/sparql",
        data=noting('id:noted a kg:Model ; rdfs:label "Noted"@en , "Annotato"@it ; kg:developedBy id:openai'),
        content_type=UPDATE,
    ).get_json()["head"]
    second = write(client, f"WITH {PLACE} DELETE {{ ?s kg:developedBy ?o }} WHERE {{ ?s kg:developedBy ?o }}")
    return [first, second, write(client, f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:developedBy id:meta }} }}")]


def test_a_query_sees_the_graph_as_of_a_commit_or_a_time(client: Client, commits: list[int]) -> None:
    assert [makers(client, **{"as-of": number}) for number in commits] == [["openai"], [], ["meta"]]
    assert makers(client) == makers(client, **{"as-of": "2999-01-01"}) == ["meta"]
    assert makers(client, **{"as-of": commits[0] - 1}) == []


@pytest.mark.parametrize(
    "path",
    [
        "/page/noted?as-of={}",
        "/id/noted?format=ttl&as-of={}",
        "/sparql?query=SELECT%20*%20%7B%20id%3Anoted%20%3Fp%20%3Fo%20%7D&format=json&as-of={}",
        "/questions/who-licenses?work=gpt-3&format=json&as-of={}",
        "/export/graph.ttl?as-of={}",
        "/search?q=noted&as-of={}",
    ],
)
def test_what_is_pinned_to_a_commit_is_the_same_bytes_for_ever(client: Client, commits: list[int], path: str) -> None:
    address = path.format(commits[-1])
    for language in ("en", "it"):
        before = client.get(address, headers={"Accept-Language": language}, follow_redirects=True)
        assert before.status_code == 200
        write(client, f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted rdfs:comment "{path} {language}" }} }}')
        after = client.get(address, headers={"Accept-Language": language}, follow_redirects=True)
        assert after.data == before.data
        assert after.headers["ETag"] == before.headers["ETag"]
        if not after.mimetype.startswith("text/html"):
            assert "immutable" in after.headers["Cache-Control"]


def test_a_page_of_the_past_says_so_and_its_links_stay_there(client: Client, commits: list[int]) -> None:
    page = client.get(f"/page/noted?as-of={commits[0]}", headers={"Accept": BROWSER, "Accept-Language": "en"}).text
    assert f"You see the graph as of commit {commits[0]}." in page
    assert f'href="/page/openai?as-of={commits[0]}"' in page
    assert 'href="/page/noted">To the present</a>' in page
    now = client.get("/page/noted", headers={"Accept": BROWSER}).text
    assert "You see the graph" not in now


def test_only_what_was_published_by_a_day_and_in_force_on_a_day_is_seen(client: Client) -> None:
    def licensees(**times: str) -> int:
        answer = client.get("/sparql", query_string={"query": LICENSEES, "format": "csv", **times})
        return len(answer.text.splitlines()) - 1

    assert licensees(**{"known-by": "2020-09-22"}) > 0
    assert licensees(**{"known-by": "2020-01-01"}) == 0
    both = {"known-by": "2020-09-22", "valid-on": "2020-10-01"}
    assert licensees(**both) > 0
    assert licensees(**both, **{"as-of": "1"}) == 0


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"as-of": "9999"}, "there is no commit 9999"),
        ({"as-of": "yesterday"}, "neither a commit nor a time"),
        ({"as-of": "1999-01-01"}, "before the first commit"),
        ({"known-by": "2020"}, "no date"),
        ({"valid-on": "2020-13-01"}, "no date"),
    ],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/page/gpt-3?x", "/export/graph.ttl?x"])
def test_times_that_cannot_be_had_are_refused(client: Client, path: str, times: dict[str, str], words: str) -> None:
    name, value = next(iter(times.items()))
    answer = client.get(f"{path}&{name}={value}", headers={"Accept": "application/json"})
    assert (answer.status_code, words in answer.text.lower() or words in answer.text) == (400, True), answer.text
