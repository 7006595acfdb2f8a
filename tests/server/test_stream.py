"""The stream of commits: each as it is made, in order, and none lost to a client that comes back."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import FEW, Service, serving
from written import noting

from kg.writing.tokens import Tokens

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def store(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built_store, tmp_path_factory.mktemp("streamed") / "store", symlinks=True))


@pytest.fixture(scope="module")
def service(store: Path) -> Iterator[Service]:
    with serving(store, writes=1, streams=2, **FEW) as service:
        yield service


def write(service: Service, store: Path, name: str) -> int:
    """Make a commit, and return its number."""
    _, secret = Tokens(store).make("Tester", ("notes",))
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/sparql-update"}
    update = noting(f'id:{name} a kg:Model ; rdfs:label "{name}"@en , "{name}"@it .')
    with service.client() as client:
        return client.post("/sparql", content=update, headers=headers).json()["commit"]


def events(answer: httpx.Response, count: int) -> list[dict[str, Any]]:
    """Return the next events of a stream; its lines end a test that waits too long."""
    found: list[dict[str, Any]] = []
    number = ""
    for line in answer.iter_lines():
        if line.startswith("id: "):
            number = line.removeprefix("id: ")
        if line.startswith("data: "):
            found.append(json.loads(line.removeprefix("data: ")))
            assert str(found[-1]["number"]) == number
            if len(found) == count:
                break
    return found


def test_two_clients_are_told_of_each_commit_in_order(service: Service, store: Path) -> None:
    told: dict[int, list[int]] = {}
    ready = threading.Barrier(3, timeout=20)

    def listen(who: int) -> None:
        with service.client() as client, client.stream("GET", "/commits", headers=EVENTS) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            ready.wait()
            told[who] = [one["number"] for one in events(answer, 3)]

    listeners = [threading.Thread(target=listen, args=(who,)) for who in range(2)]
    for one in listeners:
        one.start()
    ready.wait()
    made = [write(service, store, f"streamed-{number}") for number in range(3)]
    for one in listeners:
        one.join(30)
    assert told == {0: made, 1: made}


def test_a_client_that_comes_back_has_lost_nothing(service: Service, store: Path) -> None:
    made = [write(service, store, f"resumed-{number}") for number in range(3)]
    headers = EVENTS | {"Last-Event-ID": str(made[0])}
    with service.client() as client, client.stream("GET", "/commits", headers=headers) as answer:
        found = events(answer, 2)
    assert [one["number"] for one in found] == made[1:]
    with service.client() as client:
        listed = client.get(f"/commits?since={made[0]}&format=json").json()
    assert found == listed[::-1]


def test_one_stream_too_many_is_refused(service: Service) -> None:
    with (
        service.client() as client,
        client.stream("GET", "/commits", headers=EVENTS),
        client.stream("GET", "/commits", headers=EVENTS),
    ):
        answer = client.get("/commits", headers=EVENTS)
    assert answer.status_code == 503
    assert "2 streams of commits are open" in answer.json()["detail"]


def test_a_stream_has_no_other_times(service: Service) -> None:
    with service.client() as client:
        assert client.get("/commits?as-of=1", headers=EVENTS).status_code == 400
        assert client.get("/commits?since=soon", headers=EVENTS).status_code == 400


def test_a_stream_ends_when_the_service_stops(store: Path) -> None:
    with serving(store, **FEW) as service, service.client() as client:
        with client.stream("GET", "/commits?since=0", headers=EVENTS) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 2000"
            service.process.terminate()
            assert any(line.startswith("id: 1") for line in lines)
        assert service.process.wait(timeout=20) == 0
