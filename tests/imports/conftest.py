"""A store to import into, a table and its mapping."""

import shutil
from pathlib import Path

import pytest
from imports.chips import MAPPING, ROWS, write


@pytest.fixture
def store(built_store: Path, tmp_path: Path) -> Path:
    """A copy of the store with the shipped data, to be written to."""
    return Path(shutil.copytree(built_store, tmp_path / "store", symlinks=True))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(tmp_path / "chips.csv", ROWS)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "chips.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path
