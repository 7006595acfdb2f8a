"""Whatever bytes come, the service has an answer that blames itself for nothing, and goes on."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from running import Service, serving
from siege.besieging import ask, connected, opened, tiny, told

pytestmark = pytest.mark.slow

_few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
_HEADERS = """Host Content-Length Transfer-Encoding Accept Accept-Encoding Accept-Language Expect Upgrade Connection
Content-Type If-None-Match X-Forwarded-For X-Forwarded-Prefix X-Forwarded-Host X-Forwarded-Proto Cookie Range"""
_token = st.text('GETPOSHADLUN abc/?%=&#:*\\"<>{}\x00\x7f\xff', max_size=30)
_line = st.one_of(
    _token,
    st.tuples(
        st.sampled_from(_HEADERS.split()),
        st.one_of(
            _token, st.sampled_from(["-1", "chunked", "100-continue", "[", "a;q=", "*;q=x", 'W/"', "http", "h2c"])
        ),
    ).map(": ".join),
)
_target = st.one_of(
    st.sampled_from(["/sparql?query=ASK%7B%7D", "/", "*", "http://x/", "//", "/%00", "/sparql?query=%ff", "/page/%"]),
    _token.map(lambda text: "/" + text),
)
_method = st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "BREW", "CONNECT", "get"])
_request = st.tuples(_method, _target, st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "", "\x00"])).map(" ".join)
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@pytest.fixture(scope="module")
def sound(built_store: Path) -> Iterator[Service]:
    """A service with two witnesses of what it says: its messages, and its answers."""
    with serving(built_store, idle_timeout=2) as service:
        yield service
        assert "Traceback" not in service.messages.read_text(encoding="utf-8", errors="replace")


def statuses(service: Service, sent: bytes) -> list[int]:
    """Return the statuses of the answers to some bytes, after which nothing more is sent."""
    data = bytearray()
    with opened(service) as connection, suppress(OSError):
        connection.sendall(sent)
        connection.settimeout(5)
        connection.shutdown(socket.SHUT_WR)
        while block := connection.recv(1 << 16):
            data += block
    return [int(status) for status in _STATUS.findall(data)]


def answers_still(service: Service) -> None:
    assert ask(service, tiny()).status == 200


@given(sent=st.binary(max_size=2000))
@_few
def test_random_bytes(sound: Service, sent: bytes) -> None:
    assert all(status < 500 for status in statuses(sound, sent))


@given(first=_request, lines=st.lists(_line, max_size=8), body=st.binary(max_size=200), times=st.integers(1, 4))
@example(first="GET / HTTP/1.1", lines=["Host: ["], body=b"", times=1)
@example(first="GET /sparql HTTP/1.1", lines=["Host: [", "Accept: text/html"], body=b"", times=2)
@example(first="CONNECT x:1 HTTP/1.1", lines=[], body=b"", times=1)
@_few
def test_random_heads_one_after_the_other(
    sound: Service, first: str, lines: list[str], body: bytes, times: int
) -> None:
    request = "\r\n".join([first, *lines, "", ""]).encode("latin-1") + body
    assert all(status < 500 or status == 501 for status in statuses(sound, request * times))


_HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
PLAIN = {
    "a chunk that is shorter than it says": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nASK {}\r\n0\r\n\r\n",
    "a chunk of negative size": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nASK {}\r\n0\r\n\r\n",
    "a chunk of endless size": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 100 + b"\r\n",
    "two lengths": _HEAD + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
    "a length and chunks": _HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length that is none": _HEAD + b"Content-Length: six\r\n\r\nASK {}",
    "an endless length": _HEAD + b"Content-Length: 99999999999999999999999\r\n\r\nASK {}",
    "a huge header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n",
    "ten thousand headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "a huge target": b"GET /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\n\r\n",
    "NUL": b"\x00" * 1000,
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a wish for a web socket": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
    "empty lines": b"\r\n" * 100_000,
}


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_no_request(sound: Service, kind: str) -> None:
    assert all(status < 500 for status in statuses(sound, PLAIN[kind]))
    answers_still(sound)


def test_requests_that_come_before_their_answers_are_answered_in_order(sound: Service) -> None:
    many = b"".join(b"GET /sparql?query=ASK%%20%%7B%%7D%%23%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(2000))
    connection = opened(sound, many + b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    data = bytearray()
    with connection:
        while block := connection.recv(1 << 16):
            data += block
    assert [int(status) for status in _STATUS.findall(data)] == [200] * 2000 + [404]


def test_a_long_body_in_one_piece_is_no_long_head(sound: Service) -> None:
    query = b"ASK {} # " + b"x" * 150_000
    assert 400 not in statuses(sound, _HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(query) + query)


@given(query=st.text(max_size=200), format=st.one_of(st.none(), st.text(max_size=10)))
@example(query="ASK { ?s ?p 'a\\uD800' }", format=None)
@example(query="\x00", format="csv")
@example(query="BASE <http://[> ASK { <a> ?p ?o }", format=None)
@_few
def test_any_text_as_a_query(sound: Service, query: str, format: str | None) -> None:
    connection = connected(sound)
    path = "/sparql?query=" + quote(query.encode("utf-8", "surrogatepass"))
    if format is not None:
        path += "&format=" + quote(format.encode("utf-8", "surrogatepass"))
    connection.request("GET", path, headers={"Accept": "text/html" if len(query) % 3 == 0 else "*/*"})
    assert told(connection).status < 500
    connection.close()


_WORDS = [
    "SELECT",
    "*",
    "ASK",
    "{",
    "}",
    "?s",
    "a",
    "kg:Model",
    "FILTER",
    "(",
    ")",
    "1",
    '"x"',
    "@en",
    "^^",
    "<http://[>",
]
_WORDS += [
    "<",
    ">",
    "/",
    "|",
    "GRAPH",
    "UNION",
    "OPTIONAL",
    "BIND",
    "AS",
    "?x",
    "LIMIT",
    "-1",
    "VALUES",
    "<<",
    ">>",
    ";",
]
_WORDS += [
    ".",
    ",",
    "SERVICE",
    "GROUP",
    "BY",
    "COUNT",
    "REGEX",
    "'('",
    "IRI",
    "xsd:integer",
    "1e999",
    "9" * 40,
    "\\u0000",
]


@given(words=st.lists(st.sampled_from(_WORDS), max_size=25))
@_few
def test_any_words_of_sparql_as_a_query(sound: Service, words: list[str]) -> None:
    assert ask(sound, " ".join(words), timeout=2).status in (200, 400, 406, 504)


@given(
    pairs=st.lists(st.tuples(st.sampled_from(["query", "format", "timeout", "complete", "explain", "lang"]), st.text()))
)
@_few
def test_any_parameters(sound: Service, pairs: list[tuple[str, str]]) -> None:
    connection = connected(sound)
    text = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)
    connection.request("GET", f"/sparql?query=ASK%7B%7D&{text}&default-graph-uri=%00")
    assert told(connection).status < 500
    connection.close()
