"""Stores of the tests' own, which start from the log of the shipped data."""

from pathlib import Path

import pytest

from kg.store import Store


@pytest.fixture
def store(tmp_path: Path, built_store: Path) -> Store:
    directory = tmp_path / "store"
    directory.mkdir()
    (directory / "log.sqlite").write_bytes((built_store / "log.sqlite").read_bytes())
    return Store(directory)
