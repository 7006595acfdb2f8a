"""The service over the shipped data, over small graphs of its own, and as a process behind a socket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engine.oxigraph import OxigraphEngine
from kg.rdf import FORMATS, parse
from server import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def app(built_store: Path) -> Iterator[Flask]:
    """The application over the shipped data."""
    app = create_app(built_store)
    yield app
    app.extensions["atlante.workers"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application over the shipped data."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A client that takes pages, as a browser does."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = BROWSER["Accept"]
    return client


def _publish(directory: Path, nquads: str, number: int = 1) -> Path:
    """Publish N-Quads as a store's snapshot, without a log, and return the store's directory."""
    live, target = directory / f"work{number}", directory / "snapshots" / f"{number:06}"
    target.parent.mkdir(parents=True, exist_ok=True)
    engine = OxigraphEngine.open(live)
    engine.insert(parse(nquads, FORMATS["nquads"]))
    engine.snapshot(target)
    engine.close()
    link = directory / "current.new"
    link.symlink_to(Path("snapshots") / target.name)
    link.replace(directory / "current")
    return directory


@pytest.fixture(scope="session")
def publish() -> Callable[..., Path]:
    """Return the function that publishes N-Quads as a snapshot of a store."""
    return _publish


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[str], FlaskClient]]:
    """Return a function that serves N-Quads and gives a browser-like client."""
    apps: list[Flask] = []

    def serve(nquads: str) -> FlaskClient:
        apps.append(create_app(_publish(tmp_path / f"store{len(apps)}", nquads)))
        client = apps[-1].test_client()
        client.environ_base["HTTP_ACCEPT"] = BROWSER["Accept"]
        return client

    yield serve
    for app in apps:
        app.extensions["atlante.workers"].close()


@pytest.fixture(scope="session")
def address(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server process, whose queries may take two seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    settings = {"KG_STORE": str(built_store), "KG_QUERY_TIMEOUT": "2", "KG_QUERY_WORKERS": "2"}
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "8", "--limit-request-line", "8190"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-tmp-dir", str(log.parent), "server:create_app()"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=output, stderr=output)
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    pytest.fail(f"the server does not listen: {log.read_text(encoding='utf-8')}")
