"""Processes that end, disks that are full, snapshots that vanish: an answer is right, or is none."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from running import Service, serving
from siege.besieging import (
    CROSS,
    ENDLESS,
    ask,
    busy,
    eventually,
    got,
    opened,
    tiny,
    web_processes,
    witnessed,
)

from kg.build import build
from kg.store import Store

pytestmark = pytest.mark.slow

PROCESSES = 6
"""What the roomy service keeps: four query processes and two for exports."""

SAYS = "SELECT ?says { <http://e/a> <http://e/says> ?says }"


@pytest.mark.parametrize("query", [CROSS, ENDLESS], ids=["before its answer", "in the midst of it"])
def test_who_leaves_has_no_query_any_more(roomy: Service, query: str) -> None:
    assert eventually(lambda: len(roomy.children()) == PROCESSES and not busy(roomy))
    before = set(roomy.children())
    with opened(roomy, got(f"{query} # {random.random()}")) as connection:
        if query is ENDLESS:
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        else:
            assert eventually(lambda: bool(busy(roomy)))
        assert before <= set(roomy.children())
    left = time.monotonic()
    assert eventually(lambda: not before <= set(roomy.children()))
    assert time.monotonic() - left < 2
    assert eventually(lambda: len(roomy.children()) == PROCESSES)


def test_query_processes_killed_at_random(roomy: Service) -> None:
    count = "SELECT * { ?a a ?b . ?d a ?e } LIMIT 20000"
    whole = ask(roomy, count, format="csv").body
    until = time.monotonic() + 3

    def client(number: int) -> set[int]:
        statuses = set[int]()
        while time.monotonic() < until:
            try:
                answer = ask(roomy, f"{count} # {random.random()}", format="csv")
            except (HTTPException, ConnectionError):  # broken off, as it should be
                statuses.add(0)
                continue
            statuses.add(answer.status)
            assert answer.status in (200, 500, 503)
            assert answer.problem["title"] if answer.status != 200 else answer.body == whole
        return statuses

    with ThreadPoolExecutor(3) as pool:
        clients = [pool.submit(client, number) for number in range(3)]
        while time.monotonic() < until:
            for process in random.sample(roomy.children(), 1):
                os.kill(process, signal.SIGKILL)
            time.sleep(0.2)
        assert 200 in set().union(*(client.result() for client in clients))
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status for answer in pool.map(lambda _: ask(roomy, tiny()), range(40))} == {200}
    assert eventually(lambda: len(roomy.children()) == PROCESSES)


def test_a_web_process_that_is_killed_is_replaced(built_store: Path) -> None:
    with serving(built_store, query_timeout=2) as service:
        with opened(service, got(CROSS)):
            assert eventually(lambda: bool(busy(service)))
            (web,) = web_processes(service)
            orphans = service.children()
            os.kill(web, signal.SIGKILL)
        assert eventually(lambda: web_processes(service) not in ([], [web]))
        assert eventually(lambda: not any(Path(f"/proc/{number}").exists() for number in orphans), 5)
        assert eventually(lambda: answers(service), 10)


def test_processes_that_are_replaced_leave_nothing_open(roomy: Service) -> None:
    (web,) = web_processes(roomy)
    descriptors = Path(f"/proc/{web}/fd")
    assert eventually(lambda: len(roomy.children()) == PROCESSES)
    before = len(list(descriptors.iterdir()))
    for number in range(8):
        with opened(roomy, got(f"{ENDLESS} # {number} {random.random()}")) as connection:
            connection.recv(1000)
    assert eventually(lambda: len(roomy.children()) == PROCESSES and len(list(descriptors.iterdir())) <= before + 2)


def answers(service: Service) -> bool:
    try:
        return ask(service, tiny()).status == 200
    except (OSError, HTTPException):
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no disk of its own for the test: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(file: Path) -> None:
    """Write until the disk has no more room."""
    with file.open("wb", buffering=0) as output, suppress(OSError):
        while True:
            output.write(b"x" * 4096)


def test_a_full_disk_stops_no_reading(small_disk: Path) -> None:
    build(Store(small_disk / "store"), author="tests")
    with serving(small_disk / "store", access_log=small_disk / "access") as service:
        assert answers(service)
        fill(small_disk / "rest")
        with witnessed(service, "a full disk"):
            for _ in range(20):
                whole = ask(service, f"SELECT * {{ ?a ?b ?c }} LIMIT 4000 # {random.random()}", complete="required")
                assert whole.status == 200
                time.sleep(0.05)
        (small_disk / "rest").unlink()
        marked = tiny()
        ask(service, marked)
        time.sleep(0.5)
        assert json.loads((small_disk / "access").read_text().splitlines()[-1])["status"] == 200


def said(service: Service) -> tuple[int, str]:
    answer = ask(service, f"{SAYS} # {random.random()}", format="csv")
    return answer.status, answer.body.decode().partition("\r\n")[2].strip() if answer.status == 200 else ""


@pytest.mark.parametrize("number", [2, 1], ids=["a later commit", "the same commit, made anew"])
def test_a_snapshot_that_vanishes_under_its_readers(
    tmp_path: Path, publish: Callable[[Path, int, str], None], number: int
) -> None:
    store = tmp_path / "store"
    publish(store, 1, "old")
    with serving(store) as service:
        assert said(service) == (200, "old")
        shutil.rmtree(store / "snapshots")
        seen = {said(service) for _ in range(20)}
        assert {status for status, _ in seen} <= {200, 503}
        assert {says for status, says in seen if status == 200} <= {"old"}
        publish(store, number, "new")
        assert eventually(lambda: said(service) == (200, "new"))
        time.sleep(0.1)
        assert {said(service) for _ in range(10)} == {(200, "new")}
        assert ask(service, SAYS, method="GET", format="csv").body.decode().split() == ["says", "new"]


def test_what_is_published_is_seen_at_once_and_what_was_kept_is_forgotten(
    tmp_path: Path, publish: Callable[[Path, int, str], None]
) -> None:
    store = tmp_path / "store"
    publish(store, 1, "version-1")
    with serving(store) as service:
        tags = set[str]()
        for number in range(1, 6):
            if number > 1:
                publish(store, number, f"version-{number}")
            new = f"says\r\nversion-{number}\r\n".encode()
            assert eventually(lambda new=new: ask(service, SAYS, method="GET", format="csv").body == new)
            for method in ("GET", "POST", "GET"):
                answer = ask(service, SAYS, method=method, format="csv")
                assert (answer.body, answer.headers["atlante-commit"]) == (new, str(number))
            tags.add(answer.headers["etag"])
        assert len(tags) == 5


def test_answers_under_way_end_before_the_service_does(built_store: Path) -> None:
    with serving(built_store, query_timeout=8) as service:
        request = got("SELECT * { ?a a ?b . ?d a ?e } LIMIT 150000", "Connection: close", format="csv")
        with opened(service, request) as slow, ThreadPoolExecutor(2) as pool:
            query = pool.submit(ask, service, CROSS, timeout=2)
            head = slow.recv(1000)
            assert eventually(lambda: bool(busy(service)))
            processes = service.children()
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises((ConnectionError, HTTPException)):
                ask(service, tiny())
            data = bytearray(head)
            while block := slow.recv(1 << 16):
                data += block
            assert data.endswith(b"0\r\n\r\n")
            assert query.result().status == 504
        assert service.process.wait(timeout=15) == 0
        assert not any(Path(f"/proc/{number}").exists() for number in processes)
