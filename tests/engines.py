"""SPARQL servers of others, each a process of its own on a free port of 127.0.0.1 with a folder of its own."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from running import free_port, plain

from kg.engine import select
from kg.engine.http import VIRTUOSO_GRAPHS, Endpoints, HttpEngine
from kg.names import BASE
from kg.rdf import value

OXIGRAPH = shutil.which("oxigraph") or shutil.which("oxigraph", path=Path(sys.executable).parent)
VIRTUOSO = shutil.which("virtuoso-t")
DEFAULT_GRAPH = BASE + "default"
ROWS = 3_000
"""The most rows that Virtuoso is told to answer."""

_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 20
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
FileExtend = 20
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 2000
MaxDirtyBuffers = 1000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def oxigraph() -> Iterator[HttpEngine]:
    """Give an engine on `oxigraph serve`; skips the test where there is no such program."""
    if not OXIGRAPH:
        pytest.skip("there is no oxigraph (make .venv/.installed-dev)")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with _running([OXIGRAPH, "serve", "--location", "store", "--bind", f"127.0.0.1:{port}"], {}, f"{address}/query"):
        engine = HttpEngine(Endpoints(f"{address}/query", f"{address}/update", f"{address}/store"))
        yield engine
        engine.close()


@contextmanager
def virtuoso() -> Iterator[HttpEngine]:
    """Give an engine on Virtuoso, in which its administrator writes; skips the test where there is no Virtuoso."""
    if not VIRTUOSO:
        pytest.skip("there is no Virtuoso (Debian: apt-get install virtuoso-opensource)")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"virtuoso.ini": _VIRTUOSO.format(sql=free_port(), http=port, rows=ROWS)}
    command = [VIRTUOSO, "+foreground", "+configfile", "virtuoso.ini"]
    with _running(command, settings, f"{address}/sparql"):
        engine = HttpEngine(
            virtuoso_at(address),
            auth=httpx.DigestAuth("dba", "dba"),
            default_graph=DEFAULT_GRAPH,
            hidden=VIRTUOSO_GRAPHS,
        )
        yield engine
        engine.close()


def virtuoso_at(address: str) -> Endpoints:
    """Return where Virtuoso takes requests from those it knows."""
    return Endpoints(f"{address}/sparql-auth", f"{address}/sparql-auth", f"{address}/sparql-graph-crud-auth")


SERVERS = {"oxigraph serve": oxigraph, "virtuoso": virtuoso}


def emptied(engine: HttpEngine) -> HttpEngine:
    """Return the engine without the default graph and the graphs that tests make; those of the server's own stay."""
    graphs = {value(graph) for (graph,) in select(engine, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") if graph}
    for graph in graphs:
        if graph.startswith(("urn:", BASE)):
            engine.update(f"DROP SILENT GRAPH <{graph}>")
    engine.update("DELETE WHERE { ?s ?p ?o }")
    return engine


@contextmanager
def _running(command: list[str], files: dict[str, str], address: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as name:
        for file, text in files.items():
            Path(name, file).write_text(text, encoding="utf-8")
        with Path(name, "messages").open("wb") as output:
            process = subprocess.Popen(command, cwd=name, stdout=output, stderr=output)
        try:
            _wait(process, address, Path(name, "messages"))
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            finally:
                process.kill()


def _wait(process: "subprocess.Popen[bytes]", address: str, messages: Path) -> None:
    with plain() as client:
        for _ in range(600):
            try:
                client.get(address)
                return
            except httpx.TransportError:
                assert process.poll() is None, messages.read_text(encoding="utf-8")
                time.sleep(0.1)
    raise AssertionError(f"it does not answer: {messages.read_text(encoding='utf-8')}")
