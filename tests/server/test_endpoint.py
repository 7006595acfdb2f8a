"""The SPARQL endpoint: the protocol's three ways, what is refused, and how it is said."""

import pytest
from client import Client, Reply

JSON = {"Accept": "application/sparql-results+json"}
TWO_LINES = "SELECT ?grants ?holds\n{ ?grants kg:grantsLicenceOn id:gpt-3 . ?holds kg:holdsLicenceOn id:gpt-3 }"


def problem(answer: Reply) -> dict[str, object]:
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.get_json()


def test_three_ways_give_one_answer(client: Client) -> None:
    answers = [
        client.get("/sparql", query_string={"query": TWO_LINES}),
        client.post("/sparql", data={"query": TWO_LINES}),
        client.post("/sparql", data=TWO_LINES, content_type="application/sparql-query"),
    ]
    (row,) = answers[0].get_json()["results"]["bindings"]
    assert row["grants"]["value"] == "https://w3id.org/atlante/id/openai"
    assert row["holds"]["value"] == "https://w3id.org/atlante/id/microsoft"
    assert len({answer.data for answer in answers}) == 1


def test_a_prefix_of_the_client_wins(client: Client) -> None:
    query = "PREFIX id: <http://example.org/> SELECT (STR(id:a) AS ?x) {}"
    answer = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert answer.text == "x\r\nhttp://example.org/a\r\n"


def test_from_names_a_graph_of_the_store_and_nothing_else(client: Client) -> None:
    graph = "https://w3id.org/atlante/source/ihal-microsoft-supercomputers#p8"
    counts = [
        client.get(
            "/sparql",
            query_string={"query": f"SELECT (COUNT(*) AS ?n) FROM <{iri}> {{ ?s ?p ?o }}", "format": "csv"},
        )
        for iri in (graph, "file:///etc/passwd", "http://127.0.0.1/x.ttl")
    ]
    numbers = [int(answer.text.split()[1]) for answer in counts]
    assert numbers[0] > 3
    assert numbers[1:] == [0, 0]


def test_updates_are_refused_with_the_reason(client: Client) -> None:
    update = "INSERT DATA { id:a kg:b id:c }"
    as_query = client.get("/sparql", query_string={"query": update})
    assert (as_query.status_code, "read-only" in str(problem(as_query)["detail"])) == (400, True)
    as_form = client.post("/sparql", data={"update": update})
    direct = client.post("/sparql", data=update, content_type="application/sparql-update")
    for answer in (as_form, direct):
        assert (answer.status_code, "takes no writes" in str(problem(answer)["detail"])) == (403, True)


@pytest.mark.parametrize("query", ["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"])
def test_service_is_refused(client: Client, query: str) -> None:
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 400
    assert "SERVICE" in str(problem(answer)["detail"])


def test_an_error_says_what_where_and_what_to_do(client: Client) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT * {\n ?s nope:x ?o }"})
    told = problem(answer)
    assert answer.status_code == 400
    assert {"type", "title", "status", "detail", "hint"} <= told.keys()
    assert told["line"] == 2
    assert "nope:" in str(told["hint"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"query": ""}, 400),
        ({"query": ["ASK {}", "ASK {}"]}, 400),
        ({"query": "ASK {}", "timeout": "soon"}, 400),
        ({"query": "ASK {}", "complete": "maybe"}, 400),
        ({"other": "x"}, 400),
    ],
)
def test_malformed_requests(client: Client, sent: dict[str, object], status: int) -> None:
    for answer in (
        client.get("/sparql", query_string=sent, headers=JSON),
        client.post("/sparql", data=sent, headers=JSON),
    ):
        assert answer.status_code == status
        assert problem(answer)["detail"]


def test_bodies_that_are_no_query(client: Client) -> None:
    assert client.post("/sparql", data=b"ASK {}", content_type="text/plain").status_code == 415
    assert client.post("/sparql", data=b"\xff", content_type="application/sparql-query").status_code == 400
    assert client.post("/sparql", data=b"x" * (3 << 20), content_type="application/sparql-query").status_code == 413
    assert client.put("/sparql", data=b"").status_code == 405


def test_the_page_shows_labels_and_links(browser: Client) -> None:
    page = browser.get("/sparql", query_string={"query": TWO_LINES}).text
    assert '<a class="term" href="/page/openai"' in page
    assert "Microsoft" in page
    assert "?grants kg:grantsLicenceOn" in page


def test_an_error_on_the_page_keeps_the_query(browser: Client) -> None:
    answer = browser.get("/sparql", query_string={"query": "SELECT * { ?broken </textarea><b> "})
    assert answer.status_code == 400
    assert "?broken &lt;/textarea&gt;&lt;b&gt;" in answer.text


def test_every_example_has_an_answer(browser: Client) -> None:
    from server.sparql import examples

    assert len(examples()) >= 6
    for example in examples():
        answer = browser.get("/sparql", query_string={"query": example.text})
        assert answer.status_code == 200, example.title
        assert "No rows." not in answer.text, example.title


def test_an_answer_is_not_sent_twice(client: Client) -> None:
    answer = client.get("/sparql", query_string={"query": TWO_LINES})
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Atlante-Commit"] == str(client.get("/health/ready").get_json()["commit"])
    again = client.get("/sparql", query_string={"query": TWO_LINES}, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
