"""The SPARQL 1.1 Protocol's tests, sent to a running service whose graph anyone may update."""

import atexit
import http.client
import json
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from running import FEW, Service, serving
from w3c.manifest import MF, SUITES, Node, Test

MANIFEST = "rdf-tests/sparql/sparql11/protocol/manifest.ttl"
HT, CNT = "http://www.w3.org/2011/http#", "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
KINDS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


def converse(test: Test) -> None:
    """Send a test's requests, and compare the answers; raises AssertionError if one is not as it should be."""
    for data in test.node.all(UT + "graphData"):
        _load(_service(), data)
    requests = test.action.one(HT + "requests")
    assert requests
    for request in requests.items():
        _check(_service(), request)


@cache
def _service() -> Service:
    """Start the service when it is first needed; it ends with this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(TemporaryDirectory())
    return stack.enter_context(serving(Path(folder), scratch=1, **FEW))


def _load(service: Service, data: Node) -> None:
    """Put a file of the suite into the graph that its label names."""
    file, name = data.one(UT + "graph"), data.one(RDFS_LABEL)
    assert file
    assert name
    triples = (SUITES / MANIFEST).with_name(Path(file.value).name).read_text(encoding="utf-8")
    update = f"INSERT DATA {{ GRAPH <{name.value}> {{ {triples} }} }}"
    status, *_ = _send(service, "POST", "/sparql", {"content-type": "application/sparql-update"}, update.encode())
    assert status == 204


def _check(service: Service, request: Node) -> None:
    method, path = _one(request, HT + "methodName"), _one(request, HT + "absolutePath")
    listed = request.one(HT + "headers")
    headers = {
        _one(header, HT + "fieldName"): _one(header, HT + "fieldValue") for header in (listed.items() if listed else ())
    }
    body = request.one(HT + "body")
    sent = _one(body, CNT + "chars").encode(_one(body, CNT + "characterEncoding")) if body else b""
    status, kind, content = _send(service, method, path.replace("/sparql/", "/sparql", 1), headers, sent)
    wanted = request.one(HT + "resp")
    assert wanted
    allowed = [node.value.rpartition("StatusCode")[2] for node in wanted.all(MF + "expectedStatus")]
    assert any(str(status).startswith(code.rstrip("x")) for code in allowed), (status, allowed, content)
    format = wanted.one(MF + "expectedFormat")
    if format:
        assert kind in KINDS[format.value]
    truth = wanted.one(MF + "expectedBoolean")
    if truth:
        assert json.loads(content)["boolean"] is (truth.value == "true")


def _one(node: Node, predicate: str) -> str:
    found = node.one(predicate)
    assert found, f"the manifest does not say {predicate}"
    return found.value


def _send(service: Service, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(service.address).netloc, timeout=30)
    try:
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type", "").partition(";")[0], response.read()
    finally:
        connection.close()
