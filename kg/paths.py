"""Where the files that travel with the program lie: in a checkout, and inside the installed wheel."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_RESOURCES = _PACKAGE / "resources"
"""Filled by the build hook; a checkout does not have it."""


def _folder(name: str) -> Path:
    return _RESOURCES / name if _RESOURCES.is_dir() else _CHECKOUT / name


def ontology_files() -> list[Path]:
    """Return the ontology's Turtle modules, sorted; alignments.ttl, off by default, is left out."""
    return sorted(path for path in _folder("ontology").glob("*.ttl") if path.stem != "alignments")


def shapes_files() -> list[Path]:
    """Return the SHACL shapes' Turtle modules, sorted."""
    return sorted(_folder("shapes").glob("*.ttl"))


def data_files() -> list[Path]:
    """Return the shipped TriG files, one per source, sorted."""
    return sorted(_folder("data").glob("**/*.trig"))


def identity_dir() -> Path:
    """Return the folder of the decisions on identity, TSV files."""
    return _folder("data") / "identity"


def query_dir() -> Path:
    """Return the folder of the `.rq` files."""
    return _PACKAGE / "queries"


def rules_dir() -> Path:
    """Return the folder of the inference rules."""
    return _PACKAGE / "rules"


@cache
def query(name: str) -> str:
    """Return the text of a query file, named by its path below `queries/` without the ending."""
    return (query_dir() / f"{name}.rq").read_text(encoding="utf-8")
