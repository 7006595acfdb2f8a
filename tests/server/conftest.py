"""The service over the shipped data, and over small graphs of its own: a process behind a socket."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from client import BROWSER, Client
from running import FEW, Service, serving

from kg.engine.oxigraph import OxigraphEngine
from kg.rdf import FORMATS, parse


@pytest.fixture(scope="session")
def service(built_store: Path) -> Iterator[Service]:
    """The service over the shipped data."""
    with serving(built_store) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client that takes anything."""
    client = Client(service.address)
    yield client
    client.close()


@pytest.fixture
def browser(service: Service) -> Iterator[Client]:
    """A client that takes pages, as a browser does."""
    client = Client(service.address, BROWSER)
    yield client
    client.close()


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


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Client]]:
    """Return a function that serves N-Quads and gives a browser-like client."""
    with ExitStack() as stack:

        def start(nquads: str) -> Client:
            store = _publish(tmp_path_factory.mktemp("store"), nquads)
            client = Client(stack.enter_context(serving(store, **FEW)).address, BROWSER)
            stack.callback(client.close)
            return client

        yield start


@pytest.fixture(scope="session")
def address(built_store: Path) -> Iterator[str]:
    """The address of a service whose queries may take two seconds."""
    with serving(built_store, query_timeout=2) as service:
        yield service.address
