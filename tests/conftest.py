"""What tests share: a store built once from the shipped data, and small stores of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import build
from kg.engine import Engine
from kg.store import Store


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a store built from the shipped data, for reading only."""
    directory = tmp_path_factory.mktemp("built") / "store"
    build(Store(directory), author="tests")
    return directory


@pytest.fixture
def engine(built_store: Path) -> Iterator[Engine]:
    """A read-only engine on the shipped data."""
    with Store(built_store).reader() as (engine, _):
        yield engine


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is not part of the project: `KG_DATA`, else `../shared/data`."""
    import os

    folder = Path(os.environ.get("KG_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}; set KG_DATA to the folder of shared data")
    return folder
