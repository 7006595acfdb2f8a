"""The service under siege: over the shipped data, with the settings that it ships with, and with narrow ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Service, serving

from kg.engine.oxigraph import OxigraphEngine
from kg.rdf import FORMATS, parse
from kg.store import Store


@pytest.fixture(scope="module")
def besieged(built_store: Path) -> Iterator[Service]:
    """The service with the limits of each client that it ships with, in one web process."""
    with serving(built_store, client_rate=100, client_queries=4, query_timeout=2, idle_timeout=2) as service:
        yield service


@pytest.fixture(scope="module")
def roomy(built_store: Path) -> Iterator[Service]:
    """The service without limits of each client, and with more query processes than any test keeps busy."""
    with serving(built_store, query_workers=4, query_timeout=4, idle_timeout=2, query_queue=300) as service:
        yield service


@pytest.fixture
def publish() -> Callable[[Path, int, str], None]:
    """Return the function that publishes a graph of one statement, whose object says which, as a commit of a store."""

    def work(directory: Path, number: int, says: str) -> None:
        directory.mkdir(exist_ok=True)
        engine = OxigraphEngine.open(directory / f"work-{number}-{says}")
        engine.insert(parse(f'<http://e/a> <http://e/says> "{says}" .\n', FORMATS["nquads"]))
        Store(directory).publish(engine, number)
        engine.close()

    return work
