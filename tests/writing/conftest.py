"""A service that takes writes, over the shipped data, and clients with tokens."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from client import Client
from running import FEW, Service, serving

from kg.writing.tokens import Tokens


@pytest.fixture(scope="module")
def store(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the shipped data that may be written to."""
    return Path(shutil.copytree(built_store, tmp_path_factory.mktemp("written") / "store", symlinks=True))


@pytest.fixture(scope="module")
def service(store: Path) -> Iterator[Service]:
    """A service of two web processes that takes writes."""
    with serving(store, writes=1, web_processes=2, **FEW) as service:
        yield service


@pytest.fixture(scope="module")
def with_token(service: Service, store: Path) -> Iterator[Callable[..., Client]]:
    """Return a function that gives a client with a token of its own for some sources."""
    clients: list[Client] = []

    def client(*sources: str) -> Client:
        _, secret = Tokens(store).make("Tester", sources)
        clients.append(Client(service.address, "application/json", Authorization=f"Bearer {secret}"))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture(scope="module")
def writer(with_token: Callable[..., Client]) -> Client:
    """A client that may write the sources notes and other-notes."""
    return with_token("notes", "other-notes")
