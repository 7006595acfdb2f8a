"""A status is told once it is true; what goes wrong later breaks the answer off, or is told where that is required."""

import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from running import Service, serving
from siege.besieging import ENDLESS, ask, got, opened, report, rest_of

pytestmark = pytest.mark.slow

ROWS = 20_000
MANY = "SELECT * { ?a a ?b . ?d a ?e }"


@pytest.fixture(scope="module")
def short(built_store: Path) -> Iterator[Service]:
    with serving(built_store, query_rows=ROWS, query_timeout=3) as service:
        yield service


def parts(data: bytes) -> tuple[bytes, bytes, bool]:
    """Return head and body of an answer in chunks, and whether the chunk that ends it came."""
    head, _, rest = data.partition(b"\r\n\r\n")
    body = b""
    if b"transfer-encoding: chunked" not in head:
        return head, rest, len(rest) == int(head.partition(b"content-length: ")[2].split()[0])
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        if int(size, 16) == 0:
            return head, body, True
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
    return head, body, False


def answered(service: Service, query: str, *headers: str, **parameters: object) -> tuple[bytes, bytes, bool]:
    """Return what came, in the format CSV."""
    request = got(query, "Connection: close", *headers, format="csv", **parameters)
    return parts(rest_of(opened(service, request)))


CODINGS = {
    "identity": lambda data: data,
    "gzip": lambda data: zlib.decompressobj(31).decompress(data),
    "br": lambda data: brotli.Decompressor().process(data),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_a_whole_stream_ends_as_it_should(short: Service, coding: str) -> None:
    head, body, ended = answered(short, f"{MANY} LIMIT 19000", f"Accept-Encoding: {coding}")
    assert head.startswith(b"HTTP/1.1 200")
    assert (b"content-encoding: " + coding.encode() in head) == (coding != "identity")
    assert ended
    assert CODINGS[coding](body).count(b"\r\n") == 19_001


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("query", [MANY, ENDLESS + " # %"], ids=["too many rows", "too many rows, fast"])
def test_a_stream_that_goes_wrong_never_looks_whole(short: Service, query: str, coding: str) -> None:
    head, body, ended = answered(short, query, f"Accept-Encoding: {coding}")
    assert head.startswith(b"HTTP/1.1 200")
    assert not ended
    assert CODINGS[coding](body).count(b"\r\n") <= ROWS + 1
    if coding == "gzip":
        with_end = zlib.decompressobj(31)
        with_end.decompress(body)
        assert not with_end.eof


def test_a_stream_that_takes_too_long_never_looks_whole(built_store: Path) -> None:
    # Rows without end, so that it is time alone that ends them.
    with serving(built_store, query_rows=10**9, query_megabytes=10**6, query_timeout=1) as service:
        begun = time.monotonic()
        head, body, ended = answered(service, ENDLESS)
        taken = time.monotonic() - begun
    assert head.startswith(b"HTTP/1.1 200")
    assert body.count(b"\r\n") > 1000
    assert not ended
    assert taken < 8


@pytest.mark.parametrize("coding", CODINGS)
def test_the_status_waits_for_the_end_where_that_is_required(short: Service, coding: str) -> None:
    answer = ask(short, MANY, method="GET", complete="required", format="csv")
    assert (answer.status, answer.problem["limit"]) == (400, "query_rows")
    head, _, ended = answered(short, MANY, f"Accept-Encoding: {coding}", complete="required")
    assert (head[:12], ended) == (b"HTTP/1.1 400", True)
    whole = ask(short, f"{MANY} LIMIT 19000", method="GET", complete="required", format="csv")
    assert whole.status == 200
    assert len(whole.body) == int(whole.headers["content-length"])


def test_what_goes_wrong_in_the_first_rows_is_told_by_the_status(short: Service) -> None:
    for query in ("SELECT * { ?a ?b", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"):
        answer = ask(short, query, method="GET")
        assert answer.status in (400, 504)
        assert answer.problem["title"]


def test_the_status_is_there_long_before_the_end(short: Service) -> None:
    connection = opened(short, got(ENDLESS + " # early", format="csv"))
    begun = time.monotonic()
    assert connection.recv(12) == b"HTTP/1.1 200"
    report("first byte of a stream", seconds=round(time.monotonic() - begun, 3))
    connection.close()


@pytest.mark.parametrize("query", [f"{MANY} LIMIT 19000", ENDLESS, "ASK {}"])
@pytest.mark.parametrize("coding", CODINGS)
def test_head_has_no_body_and_the_connection_goes_on(short: Service, query: str, coding: str) -> None:
    asked = got(f"{query} # {coding}", f"Accept-Encoding: {coding}", format="csv" if "SELECT" in query else "json")
    with opened(short, asked.replace(b"GET", b"HEAD", 1)) as connection:
        for _ in range(2):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(1)
            assert head.startswith(b"HTTP/1.1 200")
            connection.sendall(b"HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
