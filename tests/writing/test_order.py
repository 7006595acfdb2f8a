"""Writes of many clients at once, and of processes that die: each is a commit of its own, and none is lost."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from client import Client
from running import Service
from written import PLACE, PREFIXES, noting

from kg.history.verifying import verify
from kg.log import Log
from kg.store import Store

pytestmark = pytest.mark.slow

UPDATE = "application/sparql-update"
KILLS = 100
COUNT = f"""{PREFIXES} WITH {PLACE} DELETE {{ id:noted kg:parameters ?was }} INSERT {{ id:noted kg:parameters ?now }}
WHERE {{ id:noted kg:parameters ?was . BIND(?was + 1 AS ?now) }}"""


@pytest.fixture
def counted(writer: Client) -> Callable[[], int]:
    """Return the function that reads a number, which is 0 to begin with."""
    writer.post("/sparql", data=f"{PREFIXES} DELETE WHERE {{ id:noted kg:parameters ?any }}", content_type=UPDATE)
    model = 'id:noted a kg:Model ; rdfs:label "Noted"@en , "Annotato"@it ; kg:parameters 0 .'
    assert writer.post("/sparql", data=noting(model), content_type=UPDATE).status_code == 201

    def number() -> int:
        query = f"{PREFIXES} SELECT ?number {{ id:noted kg:parameters ?number }}"
        rows = writer.get("/sparql", query_string={"query": query, "format": "json"}).get_json()["results"]["bindings"]
        assert len(rows) == 1
        return int(rows[0]["number"]["value"])

    return number


def test_clients_that_increment_a_number_at_once_lose_nothing(
    with_token: Callable[..., Client], counted: Callable[[], int]
) -> None:
    each, clients = 1000, [with_token("notes") for _ in range(2)]

    def increment(client: Client) -> list[int]:
        return [client.post("/sparql", data=COUNT, content_type=UPDATE).get_json()["commit"] for _ in range(each)]

    with ThreadPoolExecutor(2) as pool:
        numbers = [number for found in pool.map(increment, clients) for number in found]
    assert counted() == len(set(numbers)) == 2 * each


def test_fifty_writers_at_once_all_get_their_turn_and_each_a_commit(
    with_token: Callable[..., Client], store: Path, counted: Callable[[], int]
) -> None:
    clients = [with_token("notes") for _ in range(50)]
    before = Log(store / "log.sqlite").head()

    def write(client: Client) -> list[int]:
        return [client.post("/sparql", data=COUNT, content_type=UPDATE).get_json()["commit"] for _ in range(8)]

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(write, clients))
    assert sorted(number for numbers in found for number in numbers) == list(range(before + 1, before + 401))
    assert counted() == 400
    assert max(numbers[0] for numbers in found) < min(numbers[-1] for numbers in found), "none ends before all began"


def writing_processes(store: Path) -> Iterator[int]:
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = line.read_bytes()
        except OSError:  # it has just ended
            continue
        if b"kg.writing.process" in told and str(store).encode() in told:
            yield int(line.parent.name)


def web_processes(service: Service) -> list[int]:
    master = service.process.pid
    return [int(one) for one in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def test_processes_killed_at_any_moment_lose_nothing_that_was_acknowledged(
    service: Service, with_token: Callable[..., Client], store: Path, counted: Callable[[], int]
) -> None:
    client, chance = with_token("notes"), random.Random(6)
    kills, over = 0, threading.Event()

    def kill() -> None:
        nonlocal kills
        while not over.is_set():
            time.sleep(chance.uniform(0.02, 0.4))
            processes = web_processes(service)[:1] if kills % 10 == 9 else list(writing_processes(store))
            for process in processes:
                os.kill(process, signal.SIGKILL)
                kills += 1

    killer = threading.Thread(target=kill)
    killer.start()
    acknowledged, unknown = set[int](), 0
    try:
        while kills < KILLS:
            assert service.process.poll() is None
            try:
                reply = client.post("/sparql", data=COUNT, content_type=UPDATE)
            except httpx.TransportError:  # the web process has been killed
                unknown += 1
                continue
            if reply.status_code == 201:
                acknowledged.add(reply.get_json()["commit"])
            else:
                assert "has ended" in reply.get_json()["detail"], reply.text
                unknown += 1
    finally:
        over.set()
        killer.join()
    commits = {commit.number for commit in Log(store / "log.sqlite").commits()}
    assert acknowledged <= commits
    assert len(acknowledged) <= counted() <= len(acknowledged) + unknown
    assert client.post("/sparql", data=COUNT, content_type=UPDATE).status_code == 201
    assert verify(Store(store)).views[-1][0] == Store(store).log.head()
    assert service.process.poll() is None
