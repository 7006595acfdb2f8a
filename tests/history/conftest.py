"""Stores of the tests' own, which start from the shipped data."""

import shutil
from pathlib import Path

import pytest

from kg.store import Store


@pytest.fixture
def store(tmp_path: Path, built_store: Path) -> Store:
    return Store(Path(shutil.copytree(built_store, tmp_path / "store", symlinks=True)))
