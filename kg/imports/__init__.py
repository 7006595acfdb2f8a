"""Importing: tables of others, row by row, into evidence graphs.

A kind of file is a mapping, `kinds/<kind>.toml`, or several of them, `kinds/<kind>.<part>.toml`, told apart by the
names of their files. Each file, or each folder of files that belong together, becomes a source.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from kg.errors import BadInput
from kg.imports.mapping import Mapping, read

__all__ = ["Job", "built_in", "jobs", "jobs_in", "mapping_of"]

_FOLDER = Path(__file__).parent / "kinds"


@dataclass(frozen=True)
class Job:
    """Files that become one source: the kind's name, its mapping and where that stands, the files, their folder."""

    kind: str
    mapping: Mapping
    mapped_by: Path
    files: tuple[Path, ...]


def built_in() -> dict[str, list[Path]]:
    """Return the mappings of each kind that is built in, sorted by name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        found.setdefault(path.name.split(".")[0], []).append(path)
    return found


def jobs(kind: str, paths: Sequence[Path], mapping: Path | None = None) -> list[Job]:
    """Return what is to be imported of files and folders as a kind, or by a mapping of one's own.

    Raises BadInput for an unknown kind, a bad mapping, and a path with no file that the kind reads.
    """
    mappings = [mapping] if mapping else built_in().get(kind)
    if not mappings:
        raise BadInput(f"there is no kind {kind!r}", "", f"The kinds are: {', '.join(built_in())}.")
    return [job for path in paths for job in _of(kind, [(one, read(one)) for one in mappings], path)]


def jobs_in(folder: Path) -> list[Job]:
    """Return what is to be imported of a folder: the files of every kind that is built in.

    Raises BadInput where there is none.
    """
    if not folder.is_dir():
        raise BadInput("there is no such folder", str(folder), "docs/importing.md says where to get the files.")
    found = [
        job
        for kind, mappings in built_in().items()
        for one in mappings
        for job in _within(kind, one, read(one), folder)
    ]
    if not found:
        raise BadInput("no file here is one that Atlante imports", str(folder), "docs/importing.md lists them.")
    return found


def mapping_of(mappings: Iterable[tuple[Path, Mapping]], path: Path) -> tuple[Path, Mapping] | None:
    """Return the mapping whose file names fit a path; the only one fits any name."""
    candidates = list(mappings)
    fitting = [one for one in candidates if any(fnmatch(path.name, name) for name in _names(one[1]))]
    return fitting[0] if fitting else candidates[0] if len(candidates) == 1 else None


def _of(kind: str, mappings: list[tuple[Path, Mapping]], path: Path) -> list[Job]:
    if path.is_dir():
        found = [job for where, one in mappings for job in _within(kind, where, one, path)]
        if not found:
            names = ", ".join(name for _, one in mappings for name in one.source.files)
            raise BadInput(f"no file here is of the kind {kind}", str(path), f"Their names are: {names}.")
        return found
    chosen = mapping_of(mappings, path)
    if chosen is None:
        names = ", ".join(name for _, one in mappings for name in one.source.files)
        raise BadInput(f"the name tells no file of the kind {kind}", str(path), f"Their names are: {names}.")
    return [Job(kind, chosen[1], chosen[0], (path,))]


def _within(kind: str, where: Path, mapping: Mapping, folder: Path) -> list[Job]:
    files = sorted({path for name in mapping.source.files for path in folder.rglob(name) if path.is_file()})
    if mapping.source.together:
        return [Job(kind, mapping, where, tuple(files))] if files else []
    return [Job(kind, mapping, where, (file,)) for file in files]


def _names(mapping: Mapping) -> list[str]:
    return [name.rpartition("/")[2] for name in mapping.source.files]
