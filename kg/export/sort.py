"""Sort more lines than memory holds, and subtract one sorted stream from another."""

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

_CHUNK = 40_000_000
"""Bytes of lines sorted at a time, counted as one byte a character and the overhead of a Python string."""

_STRING_OVERHEAD = 60
_FAN_IN = 64
"""Sorted files merged at a time: far below the number of files that a process may open."""


def sorted_lines(lines: Iterable[str], chunk: int = _CHUNK) -> Iterator[str]:
    """Yield lines (without line breaks in them) in the order of their code points.

    Memory stays near `chunk` bytes; what does not fit waits in temporary files, removed at the end.
    """
    with TemporaryDirectory(prefix="atlante-sort-") as folder:
        files: list[Path] = []
        held: list[str] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line) + _STRING_OVERHEAD
            if size > chunk:
                files.append(_spilled(sorted(held), Path(folder) / f"{len(files)}"))
                held, size = [], 0
        held.sort()
        if files:
            yield from heapq.merge(held, *map(_lines, _narrowed(files, Path(folder))))
        else:
            yield from held


def difference(lines: Iterable[str], unwanted: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are not among the unwanted ones; both streams must be sorted."""
    others = iter(unwanted)
    other = next(others, None)
    for line in lines:
        while other is not None and other < line:
            other = next(others, None)
        if line != other:
            yield line


def _narrowed(files: list[Path], folder: Path) -> list[Path]:
    """Merge files until few enough are left to be read at once."""
    merged = 0
    while len(files) > _FAN_IN:
        first, files = files[:_FAN_IN], files[_FAN_IN:]
        files.append(_spilled(heapq.merge(*map(_lines, first)), folder / f"merged-{merged}"))
        merged += 1
        for path in first:
            path.unlink()
    return files


def _spilled(lines: Iterable[str], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _lines(path: Path) -> Iterator[str]:
    # newline="\n": a literal may hold U+0085 or U+2028, which are no ends of lines here.
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line[:-1]
