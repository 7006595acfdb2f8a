"""What the tests of a siege share: a witness who asks something small all the while, raw sockets, what /proc tells."""

import http.client
import itertools
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from running import Service

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TINY = "ASK { id:gpt-3 a kg:Model }"
ATTACKER, OTHER, BYSTANDER = "127.0.0.66", "127.0.0.67", "127.0.0.2"
_numbers = itertools.count()


@dataclass(frozen=True)
class Told:
    """An answer that came to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The members of the problem; fails where the answer is none."""
        assert self.headers["content-type"] == "application/problem+json", self
        return json.loads(self.body)


def tiny() -> str:
    """Return a small query that no cache knows."""
    return f"{TINY} # {next(_numbers)}"


def path_of(query: str, **parameters: object) -> str:
    """Return the path and query string that ask a query."""
    return "/sparql?" + urlencode({"query": query, **parameters})


def connected(service: Service, source: str = BYSTANDER, timeout: float = 20) -> http.client.HTTPConnection:
    """Return a connection from one of this machine's addresses."""
    return http.client.HTTPConnection(urlsplit(service.address).netloc, timeout=timeout, source_address=(source, 0))


def ask(service: Service, query: str, source: str = BYSTANDER, method: str = "POST", **parameters: object) -> Told:
    """Ask a query on a connection of its own; raises what http.client raises where the answer breaks off."""
    connection = connected(service, source)
    accept = {"Accept": "application/sparql-results+json, application/n-triples;q=0.5"}
    try:
        if method == "POST":
            form = {"Content-Type": "application/x-www-form-urlencoded", **accept}
            connection.request("POST", "/sparql", urlencode({"query": query, **parameters}), form)
        else:
            connection.request(method, path_of(query, **parameters), headers=accept)
        return told(connection)
    finally:
        connection.close()


def told(connection: http.client.HTTPConnection) -> Told:
    """Return the answer that is under way on a connection."""
    response = connection.getresponse()
    return Told(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def opened(service: Service, sent: bytes = b"", source: str = ATTACKER, receive: int = 0) -> socket.socket:
    """Return a socket on which some bytes have been sent; `receive` is the size of its buffer."""
    place = urlsplit(service.address)
    connection = socket.socket()
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    try:
        connection.bind((source, 0))
        connection.settimeout(20)
        connection.connect((place.hostname, place.port))
        connection.sendall(sent)
    except OSError:
        connection.close()
        raise
    return connection


def got(query: str, *headers: str, **parameters: object) -> bytes:
    """Return the bytes of a GET request for a query."""
    lines = [f"GET {path_of(query, **parameters)} HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode()


def rest_of(connection: socket.socket, seconds: float = 20) -> bytes:
    """Return what comes until the other side closes; raises TimeoutError where it does not close in time."""
    until, data = time.monotonic() + seconds, bytearray()
    with connection, suppress(ConnectionError):
        while True:
            connection.settimeout(max(0.01, until - time.monotonic()))
            block = connection.recv(1 << 16)
            if not block:
                break
            data += block
    return bytes(data)


class Witness:
    """Asks something small on its own connection, again and again, and notes how long each answer took."""

    def __init__(self, service: Service, source: str = BYSTANDER) -> None:
        self._service, self._source = service, source
        self._over = threading.Event()
        self.answers: list[tuple[float, int, bytes]] = []

    def watch(self) -> None:
        """Ask until told to stop."""
        connection = connected(self._service, self._source)
        while not self._over.is_set():
            begun = time.monotonic()
            connection.request("GET", path_of(tiny()), headers={"Accept": "application/sparql-results+json"})
            answer = told(connection)
            self.answers.append((time.monotonic() - begun, answer.status, answer.body))
            self._over.wait(0.02)
        connection.close()

    def stop(self) -> None:
        """Have it stop after the answer that is under way."""
        self._over.set()

    def judge(self, name: str, slowest: float = 2.0) -> None:
        """Assert that every answer was right, and none in a hundred slow; report how slow they were."""
        assert len(self.answers) > 10, "too few answers to judge by"
        wrong = [answer for answer in self.answers if answer[1] != 200 or b"true" not in answer[2]]
        waits = sorted(seconds for seconds, _, _ in self.answers)
        p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        report(name, answers=len(waits), p50=round(p50, 3), p99=round(p99, 3), slowest=round(waits[-1], 3))
        assert not wrong
        assert p99 < slowest


def report(name: str, **measured: object) -> None:
    """Add a line to the file that KG_SIEGE_REPORT names."""
    if file := os.environ.get("KG_SIEGE_REPORT"):
        with Path(file).open("a", encoding="utf-8") as output:
            output.write(json.dumps({"attack": name, **measured}) + "\n")


@contextmanager
def witnessed(service: Service, name: str, source: str = BYSTANDER) -> Iterator[Witness]:
    """Have a witness ask while the block attacks, and judge the answers at its end."""
    witness = Witness(service, source)
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(witness.watch)
        try:
            yield witness
        finally:
            witness.stop()
        watching.result()
    witness.judge(name)


def attack(service: Service, queries: list[str], seconds: float, source: str = ATTACKER, at_once: int = 4) -> set[int]:
    """Ask queries again and again, some at once; return the statuses, 0 for an answer that broke off."""
    until, statuses = time.monotonic() + seconds, set[int]()

    def one(number: int) -> None:
        for query in itertools.cycle(queries[number % len(queries) :] + queries[: number % len(queries)]):
            if time.monotonic() > until:
                return
            try:
                statuses.add(ask(service, f"{query} # {next(_numbers)}", source).status)
            except (OSError, http.client.HTTPException):
                statuses.add(0)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(at_once)))
    return statuses


def web_processes(service: Service) -> list[int]:
    """Return the numbers of the web processes."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text()
    return [int(number) for number in children.split()]


def resident(number: int) -> int:
    """Return the bytes of memory that a process holds."""
    status = Path(f"/proc/{number}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) << 10


def cpu_seconds(number: int) -> float:
    """Return the seconds of CPU that a process has used; 0 for one that is no more."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy(service: Service) -> list[int]:
    """Return the numbers of the query processes that use CPU now."""
    before = {number: cpu_seconds(number) for number in service.children()}
    time.sleep(0.25)
    return [number for number, used in before.items() if cpu_seconds(number) - used > 0.05]


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Tell whether something comes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
