"""Writing beside what is embargoed: nobody learns by a write what they may not read."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from access.conftest import MARK, embargoed
from history.worlds import built, everything
from running import serving
from written import PREFIXES

from kg.history.verifying import verify
from kg.store import Store
from kg.writing.tokens import Tokens

PLACE = "<https://w3id.org/atlante/source/notes#p1>"
SECRET = f"<https://w3id.org/atlante/source/{MARK}#p1>"
NOTES = f"""
INSERT DATA {{
  GRAPH <https://w3id.org/atlante/source/notes> {{
    <https://w3id.org/atlante/source/notes> a kg:Source ; rdfs:label "Notes"@en , "Note"@it ; kg:publisher "tests"
  }}
  GRAPH {PLACE} {{ id:noted a kg:Model ; rdfs:label "Noted"@en , "Annotato"@it }}
}}"""
Send = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def store(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The shipped data with the embargoed source, which gives GPT-3 an identifier of its own."""
    folder = tmp_path_factory.mktemp("writing")
    store = Store(Path(shutil.copytree(built_store, folder / "store", symlinks=True)))
    built(store, embargoed(folder))
    return store


@pytest.fixture(scope="module")
def as_token(store: Store) -> Iterator[Callable[..., Send]]:
    """Return a function that makes a token, and gives what sends updates with it."""
    with serving(store.directory, writes=1) as service, service.client() as client:

        def make(*sources: str, reads: bool = False) -> Send:
            _, secret = Tokens(store.directory).make("Tester", sources, reads=reads)

            def send(update: str, **headers: str) -> httpx.Response:
                given = {"Authorization": f"Bearer {secret}", "Content-Type": "application/sparql-update", **headers}
                return client.post("/sparql", content=PREFIXES + update, headers=given)

            return send

        yield make


@pytest.fixture(scope="module")
def writes(as_token: Callable[..., Send]) -> Send:
    """Send updates as who writes any source and reads what is public."""
    send = as_token("*")
    assert send(NOTES).status_code == 201
    return send


def test_an_update_matches_what_its_author_reads(writes: Send, store: Store) -> None:
    copied = f"INSERT {{ GRAPH {PLACE} {{ id:noted rdfs:seeAlso ?s }} }} WHERE {{ ?s kg:developedBy id:{MARK}-labs }}"
    assert writes(copied).json()["changed"] is False
    graphs = f"INSERT {{ GRAPH {PLACE} {{ id:noted rdfs:seeAlso ?s }} }} WHERE {{ GRAPH {SECRET} {{ ?s ?p ?o }} }}"
    assert writes(graphs).json()["changed"] is False
    steps = f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:builtOn id:gpt-3 }} }} ; " + copied
    assert writes(steps).json()["added"] == 1
    assert MARK not in "".join(one for one in everything(store) if PLACE in one)


def test_an_update_deletes_what_its_author_reads(writes: Send) -> None:
    assert writes("DELETE { ?s ?p 'Hushed GPT'@en } WHERE { ?s ?p 'Hushed GPT'@en }").json()["changed"] is False
    assert writes(f"DELETE WHERE {{ id:{MARK}-9 ?property ?value }}").json()["changed"] is False


def test_what_is_embargoed_is_written_by_who_reads_it(
    writes: Send, as_token: Callable[..., Send], store: Store
) -> None:
    before, update = (
        everything(store.public()),
        f"INSERT DATA {{ GRAPH {SECRET} {{ id:{MARK}-9 kg:builtOn id:gpt-2 }} }}",
    )
    refused = writes(update)
    assert (refused.status_code, "--embargoed" in refused.text) == (403, True)
    assert as_token(MARK, reads=True)(update).status_code == 201
    assert everything(store.public()) == before


def test_an_embargo_is_begun_by_who_reads_what_is_embargoed(writes: Send, as_token: Callable[..., Send]) -> None:
    update = NOTES.replace("notes", "late").replace("a kg:Source", "kg:access kg:Embargoed ; a kg:Source")
    assert writes(update).status_code == 403
    assert as_token("late", reads=True)(update).status_code == 201


def test_a_write_relies_on_the_last_commit_that_its_author_sees(writes: Send, store: Store) -> None:
    public = store.public().version()
    assert public < store.version()
    update = f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:developedBy id:openai }} }}"
    assert writes(update, **{"If-Match": f'"{public}"'}).status_code == 201
    assert store.public().version() == store.version()
    outdated = writes(update, **{"If-Match": '"30"'})
    assert (outdated.status_code, MARK in outdated.text) == (412, False)


def test_a_rule_that_breaks_together_with_what_is_embargoed_is_named_without_it(
    writes: Send, as_token: Callable[..., Send]
) -> None:
    update = f"INSERT DATA {{ GRAPH {PLACE} {{ id:{MARK}-9 kg:wikidata wd:Q1 }} }}"
    secret = f"INSERT DATA {{ GRAPH {SECRET} {{ id:{MARK}-9 kg:wikidata wd:Q2 }} }}"
    assert as_token(MARK, reads=True)(secret).status_code == 201
    refused = writes(update)
    told = refused.json()["results"]
    assert (refused.status_code, [one["rule"] for one in told]) == (422, ["one-wikidata-id"])
    assert "Q2" not in refused.text
    assert told[0]["fix"] == ""


def test_the_log_and_both_views_hold_in_the_end(writes: Send, store: Store) -> None:
    assert verify(store).views[-1][0] == store.version()
    assert MARK not in "".join(
        everything(store.public()) - {one for one in everything(store.public()) if "noted" in one}
    )
