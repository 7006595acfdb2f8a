"""`/openapi.json`: valid, complete, and what the routes do."""

import re
from pathlib import Path
from typing import Any

import pytest
from client import Client
from openapi_spec_validator import validate

import server
from kg.ask import questions
from server import create_app
from server.front import OWN_ROUTES

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
TIMES = {"as-of", "known-by", "valid-on"}
READ = re.compile(r"request\.(?:args|values|form)(?:\.get(?:list)?\(|\[)\s*\"([\w-]+)\"")


@pytest.fixture
def told(client: Client) -> dict[str, Any]:
    """The description, as a client reads it."""
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return answer.get_json()


def names(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"]}


def test_it_is_valid_openapi(told: dict[str, Any]) -> None:
    validate(told)
    assert told["openapi"].startswith("3.1")


def test_every_route_is_described(told: dict[str, Any], tmp_path: Path) -> None:
    rules = [rule for rule in create_app(tmp_path).url_map.iter_rules() if rule.endpoint != "static"]
    expected = {PLACE.sub(r"{\1}", rule.rule): set(rule.methods or ()) - {"HEAD", "OPTIONS"} for rule in rules}
    expected |= {PLACE.sub(r"{\1}", path): {"GET"} for path in OWN_ROUTES}
    for path in ("/graphs", "/graphs/{path}"):
        expected[path] |= {"PUT", "POST", "DELETE"}
    expected["/commits"] |= {"POST"}
    expected |= {f"/questions/{name}": {"GET"} for name in questions()} | {"/sparql": {"GET", "POST"}}
    del expected["/questions/{name}"]
    described = {path: {method.upper() for method in methods} for path, methods in told["paths"].items()}
    assert described == expected


def test_every_parameter_that_a_view_reads_is_described(told: dict[str, Any]) -> None:
    folder = Path(server.__file__).parent
    read = {name for path in folder.glob("*.py") for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert {"lang", "iri", "q", "page", "property"} <= read
    described = set().union(*(names(operation) for path in told["paths"].values() for operation in path.values()))
    assert read <= described


def test_every_operation_says_what_it_does(told: dict[str, Any]) -> None:
    operations = [operation for path in told["paths"].values() for operation in path.values()]
    assert all(operation["summary"] and operation["responses"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_the_protocol_stands_whole(told: dict[str, Any]) -> None:
    get, post = told["paths"]["/sparql"]["get"], told["paths"]["/sparql"]["post"]
    options = {"default-graph-uri", "named-graph-uri", "timeout", "format", "complete", "evidence", "explain", "lang"}
    assert names(get) == options | TIMES | {"query"}
    assert names(post) == options | TIMES
    bodies = post["requestBody"]["content"]
    assert bodies.keys() == {f"application/{one}" for one in ("x-www-form-urlencoded", "sparql-query", "sparql-update")}
    assert bodies["application/x-www-form-urlencoded"]["schema"]["properties"].keys() == options - {"lang"} | TIMES | {
        "query"
    }
    assert {"200", "304", "400", "406", "413", "415", "429", "503", "504"} <= get["responses"].keys()


def test_a_named_question_has_its_own_parameters(told: dict[str, Any]) -> None:
    for name, question in questions().items():
        operation = told["paths"][f"/questions/{name}"]["get"]
        assert operation["summary"] == question.sentence["en"]
        assert names(operation) == {param.name for param in question.params} | TIMES | {"format", "lang"}


def test_the_routes_do_what_is_said(client: Client, told: dict[str, Any]) -> None:
    for path, methods in told["paths"].items():
        examples = {one["name"]: one["example"] for one in methods["get"]["parameters"] if "example" in one}
        places = set(re.findall(r"{(\w+)}", path))
        given = {name: value for name, value in examples.items() if name not in places}
        answer = client.get(path.format(**examples), query_string=given)
        said = methods["get"]["responses"]
        assert str(answer.status_code) in said, path
        assert answer.status_code < 400, path
        if answer.status_code == 200:
            assert answer.content_type.partition(";")[0] in said["200"]["content"], path


@pytest.mark.parametrize(
    ("path", "status"),
    [("/page/gpt3", 404), ("/entity", 400), ("/sparql?query=SELECT%20%2A%20%7B%0A%20%3Fs%20a%3Ab", 400)],
)
def test_errors_have_the_members_that_are_said(client: Client, told: dict[str, Any], path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    schema = told["components"]["schemas"]["Problem"]
    assert set(schema["required"]) <= answer.get_json().keys() <= schema["properties"].keys()


def test_the_server_is_named_by_the_prefix_that_the_client_came_by(client: Client, told: dict[str, Any]) -> None:
    assert told["servers"] == [{"url": "/"}]
    behind = client.get("/openapi.json", headers={"X-Forwarded-Prefix": "/kg"})
    assert behind.get_json()["servers"] == [{"url": "/kg"}]
