"""Writes over HTTP: who may, what becomes of them, and what a refusal tells."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from client import Client, Reply
from running import Service
from written import PLACE, PREFIXES, noting

from kg.log import Log
from kg.store import Store
from kg.writing.tokens import Tokens

UPDATE = "application/sparql-update"
PATCH = "application/rdf-patch"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
GRAPH = {"graph": PLACE[1:-1]}


def update(client: Client, text: str, headers: dict[str, str] | None = None, **parameters: str) -> Reply:
    return client.post("/sparql", data=PREFIXES + text, content_type=UPDATE, query_string=parameters, headers=headers)


def ask(client: Client, pattern: str) -> bool:
    query = f"{PREFIXES} ASK {{ {pattern} }}"
    return client.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["boolean"]


@pytest.fixture(autouse=True, scope="module")
def described(writer: Client) -> None:
    """The source notes is there, with a model of its own."""
    model = 'id:noted a kg:Model ; rdfs:label "Noted"@en , "Annotato"@it .'
    assert writer.post("/sparql", data=noting(model), content_type=UPDATE).status_code == 201


def test_an_update_becomes_a_commit_that_readers_see_at_once(writer: Client, store: Path) -> None:
    reply = update(
        writer, f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:developedBy id:openai }} }}", message="Why not"
    )
    told = reply.get_json()
    assert (reply.status_code, told["added"], told["removed"], told["results"]) == (201, 1, 0, [])
    assert reply.location == f"/commits/{told['commit']}"
    assert ask(writer, "id:noted kg:developedBy id:openai")
    commit = Log(store / "log.sqlite").commits()[-1]
    assert (commit.number, commit.author, commit.message) == (told["commit"], "Tester", "Why not")
    assert "Why not" in writer.get(reply.location, headers={"Accept": "text/html"}).text


def test_whoever_asks_after_a_commit_is_acknowledged_sees_it(writer: Client, service: Service) -> None:
    def seen() -> int:
        return int(httpx.get(f"{service.address}/health/ready").json()["commit"])

    for number in range(20):
        before = {seen() for _ in range(4)}  # each web process has looked just now
        label = f'id:seen-{number} a kg:Model ; rdfs:label "Seen {number}"@en , "Visto {number}"@it .'
        done = writer.post("/sparql", data=noting(label), content_type=UPDATE).get_json()
        assert {seen() for _ in range(4)} == {done["commit"]}
        assert done["commit"] not in before


def test_what_an_update_inserts_is_inferred_from_and_what_it_deletes_no_longer(writer: Client) -> None:
    update(writer, f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:builtOn id:gpt-3 }} }}")
    assert ask(writer, "id:noted kg:dependsOn id:gpt-3")
    assert update(writer, "DELETE WHERE { id:noted kg:builtOn ?model }").get_json()["removed"] == 1
    assert not ask(writer, "id:noted kg:dependsOn id:gpt-3")


def test_what_a_rule_says_of_a_thing_goes_with_what_sources_say_of_it(writer: Client) -> None:
    update(writer, f'INSERT DATA {{ GRAPH {PLACE} {{ id:brief a kg:Model ; rdfs:label "Brief"@en , "Breve"@it }} }}')
    assert ask(writer, "id:brief a kg:System")
    assert update(writer, "DELETE WHERE { id:brief ?any ?thing }").get_json()["removed"] == 3
    assert not ask(writer, "id:brief ?any ?thing")


def test_operations_of_one_update_see_what_those_before_did_and_are_one_commit(writer: Client) -> None:
    head = update(writer, "DELETE WHERE { id:noted rdfs:comment ?any }").get_json()["head"]
    reply = update(
        writer,
        f"""INSERT DATA {{ GRAPH {PLACE} {{ id:noted rdfs:comment "one" }} }} ;
        WITH {PLACE} DELETE {{ ?s rdfs:comment ?was }} INSERT {{ ?s rdfs:comment ?now }}
        WHERE {{ ?s rdfs:comment ?was . BIND(CONCAT(?was, " and two") AS ?now) }}""",
    )
    assert (reply.get_json()["commit"], reply.get_json()["added"]) == (head + 1, 1)
    assert ask(writer, 'id:noted rdfs:comment "one and two"')


def test_an_update_that_changes_nothing_is_no_commit(writer: Client) -> None:
    told = update(writer, f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted a kg:Model }} }}").get_json()
    assert (told["commit"], told["changed"]) == (None, False)


def test_a_dry_run_tells_the_effect_and_keeps_nothing(writer: Client) -> None:
    text = f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:developedBy id:meta }} }}"
    reply = update(writer, text, **{"dry-run": "1"})
    assert (reply.status_code, reply.get_json()["commit"], reply.get_json()["dryRun"]) == (200, None, True)
    assert "A <https://w3id.org/atlante/id/noted>" in reply.get_json()["patch"]
    assert not ask(writer, "id:noted kg:developedBy id:meta")


@pytest.mark.parametrize(("language", "words"), [("en", "which is no date"), ("it", "che non è una data")])
def test_what_breaks_a_rule_is_refused_with_the_statement_and_a_patch_that_mends_it(
    writer: Client, language: str, words: str
) -> None:
    text = f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:announcedOn "2021-11" }} }}'
    reply = update(writer, text, {"Accept-Language": language})
    result = reply.get_json()["results"][0]
    assert (reply.status_code, reply.mimetype, result["rule"]) == (422, "application/problem+json", "valid-date")
    assert words in result["message"]
    assert result["statements"] == [
        f'<https://w3id.org/atlante/id/noted> <https://w3id.org/atlante/ns#announcedOn> "2021-11" {PLACE}'
    ]
    assert not ask(writer, "id:noted kg:announcedOn ?any")
    assert writer.post("/commits", data=result["fix"], content_type=PATCH).status_code == 201
    assert ask(writer, 'id:noted kg:announcedOn "2021-11"^^xsd:gYearMonth')
    update(writer, "DELETE WHERE { id:noted kg:announcedOn ?any }")


def test_a_term_that_is_misspelt_is_mended_by_the_nearest_and_a_second_value_by_taking_the_first_out(
    writer: Client,
) -> None:
    misspelt = update(writer, f"INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:developdBy id:openai }} }}")
    assert "ns#developedBy>" in misspelt.get_json()["results"][0]["fix"]
    update(writer, f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:wikidata "Q1" }} }}')
    second = update(writer, f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted kg:wikidata "Q2" }} }}')
    assert (second.status_code, second.get_json()["results"][0]["rule"]) == (422, "one-wikidata-id")
    assert writer.post("/commits", data=second.get_json()["results"][0]["fix"], content_type=PATCH).status_code == 201
    assert ask(writer, 'id:noted kg:wikidata "Q2" FILTER NOT EXISTS { id:noted kg:wikidata "Q1" }')


def test_a_write_that_relies_on_an_older_commit_is_refused_with_what_came_since(writer: Client) -> None:
    text = f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted rdfs:comment "%s" }} }}'
    first = update(writer, text % "first").get_json()["commit"]
    before = {"If-Match": f'"{first - 1}"'}
    late = update(writer, text % "late", before)
    assert (late.status_code, [one["number"] for one in late.get_json()["commits"]]) == (412, [first])
    assert update(writer, text % "in time", {"If-Match": f'"{first}"'}).status_code == 201
    assert update(writer, text % "never", {"If-Match": "yesterday"}).status_code == 400


def test_a_graph_is_put_added_to_and_deleted_by_the_graph_store_protocol(writer: Client) -> None:
    place = {"graph": "https://w3id.org/atlante/source/notes#p2"}
    turtle = f'<https://w3id.org/atlante/id/noted> <{RDFS}comment> "%s" .'
    put = writer.put("/graphs", data=turtle % "put", content_type="text/turtle", query_string=place)
    assert (put.status_code, put.get_json()["added"]) == (201, 1)
    writer.post("/graphs", data=turtle % "posted", content_type="text/turtle", query_string=place)
    put = writer.put("/graphs", data=turtle % "posted", content_type="text/turtle", query_string=place)
    assert (put.get_json()["added"], put.get_json()["removed"]) == (0, 1)
    assert writer.send("DELETE", "/graphs", query_string=place).get_json()["removed"] == 1
    assert writer.get("/graphs", query_string=place).status_code == 404


def test_trig_is_added_and_blank_nodes_become_iris(writer: Client) -> None:
    trig = f"""{PREFIXES} GRAPH {PLACE} {{ id:noted kg:hasComponent [ a kg:ComponentUse ; rdfs:label "part" ] }}"""
    reply = writer.post("/commits", data=trig, content_type="application/trig", query_string={"dry-run": "1"})
    told = reply.get_json().get("patch") or str(reply.get_json()["results"])
    assert "/.well-known/genid/notes-" in told
    assert "_:" not in told


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("INSERT DATA { id:noted a kg:Model }", 400, "names no graph"),
        ("INSERT DATA { GRAPH src:secret { id:noted a kg:Model } }", 403, "may not write src:secret"),
        ("INSERT DATA { GRAPH kg: { id:noted a kg:Model } }", 403, "no graph of a source"),
        ("DELETE WHERE { id:gpt-3 ?any ?thing }", 403, "may"),
        ("CLEAR ALL", 403, "refused"),
        ("CLEAR GRAPH src:gpt-3", 200, ""),
        ("LOAD <http://127.0.0.1/>", 400, "LOAD is refused"),
        ("INSERT DATA { GRAPH src:notes { id:noted", 400, "not closed"),
        (
            "INSERT DATA { GRAPH src:notes { id:x a kg:Model } GRAPH src:other-notes { id:x a kg:Model } }",
            400,
            "one source",
        ),
        ('INSERT DATA { GRAPH src:notes { id:x kg:parameters "1"^^xsd:int } }', 400, "xsd:integer"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(writer: Client, text: str, status: int, words: str) -> None:
    reply = update(writer, text)
    assert (reply.status_code, words in reply.text) == (status, True), reply.text


def test_only_a_token_that_holds_may_write(service: Service, store: Path) -> None:
    text = f"{PREFIXES} INSERT DATA {{ GRAPH {PLACE} {{ id:noted a kg:Model }} }}"

    def statuses(**bearing: str) -> list[int]:
        client = Client(service.address, "application/json", **bearing)
        replies = [
            client.post("/sparql", data=text, content_type=UPDATE),
            client.put("/graphs", data="", content_type="text/turtle", query_string={**GRAPH, "dry-run": "1"}),
            client.post("/commits", data="TX .\nTC .\n", content_type=PATCH),
        ]
        client.close()
        told = [reply.headers.get("WWW-Authenticate", "Bearer") for reply in replies if reply.status_code == 401]
        assert all(challenge.startswith("Bearer") for challenge in told)
        return [reply.status_code for reply in replies]

    assert statuses() == statuses(Authorization="Bearer wrong") == statuses(Authorization="Basic d3Jvbmc6") == [401] * 3
    token, secret = Tokens(store).make("Tester", ("notes",))
    assert statuses(Authorization=f"Bearer {secret}") == [200] * 3
    assert secret.encode() not in (store / "tokens.sqlite").read_bytes()
    Tokens(store).revoke(token.number)
    assert statuses(Authorization=f"Bearer {secret}") == [401] * 3


def test_a_patch_that_removes_what_is_not_there_is_refused(writer: Client) -> None:
    patch = f'TX .\nD <https://w3id.org/atlante/id/noted> <{RDFS}comment> "nowhere" {PLACE} .\nTC .\n'
    reply = writer.post("/commits", data=patch, content_type=PATCH)
    assert (reply.status_code, "not there" in reply.text) == (400, True)


def test_the_store_verifies_after_all_of_it(with_token: Callable[..., Client], store: Path) -> None:
    from kg.history.verifying import verify

    update(with_token("notes"), f'INSERT DATA {{ GRAPH {PLACE} {{ id:noted rdfs:comment "last" }} }}')
    assert verify(Store(store)).views[-1][0] == Store(store).log.head()
