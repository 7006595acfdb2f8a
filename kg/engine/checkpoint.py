"""Checkpoints of a RocksDB store: folders that share its files, for what is in one never changes.

RocksDB makes one by writing what it has in memory into a file for each index, and waits for the disk with each. Soon
after one the next need not: it has the same files, and the log of what was written since, which whoever opens it
reads again. What is short is so made in a few milliseconds, with one file to wait for.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 1024 * 1024
"""Bytes of the log up to which it is copied: opening a checkpoint reads it again."""

_LOG, _CURRENT = ".log", "CURRENT"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that a store has written whole, and the name of the log that the store has written to since then."""

    directory: Path
    log: str


def written(live: Path, directory: Path) -> Checkpoint | None:
    """Return the checkpoint that the store in the folder `live` has just written to a folder; None without a log."""
    logs = sorted(path.name for path in live.glob(f"*{_LOG}"))
    return Checkpoint(directory, logs[-1]) if logs else None


def next_to(before: Checkpoint, live: Path, directory: Path) -> bool:
    """Make a checkpoint of the store in `live` by what it has logged since the one before; False where that is much.

    Meanwhile nobody writes to the store, and since then all that was written to it went through its log.
    """
    logs = [path for path in live.glob(f"*{_LOG}") if path.name >= before.log]
    whole = any(path.name == before.log for path in logs) and (before.directory / _CURRENT).exists()
    if not whole or sum(path.stat().st_size for path in logs) > _LONGEST:
        return False
    _make(directory, (path for path in before.directory.iterdir() if path.suffix != _LOG), logs)
    return True


def copy(directory: Path, target: Path) -> None:
    """Make a checkpoint like one in a folder that nobody writes to."""
    logs = list(directory.glob(f"*{_LOG}"))
    _make(target, (path for path in directory.iterdir() if path.suffix != _LOG), logs)


def _make(target: Path, shared: Iterable[Path], logs: Iterable[Path]) -> None:
    """Make a checkpoint of files to share and logs to copy; the file CURRENT makes it one, so it comes last."""
    target.mkdir(parents=True)
    for path in logs:
        with (target / path.name).open("xb") as output, path.open("rb") as given:
            shutil.copyfileobj(given, output)
            output.flush()
            os.fsync(output.fileno())
    for path in sorted(shared, key=lambda path: path.name == _CURRENT):
        if path.name != "LOCK":
            (target / path.name).hardlink_to(path)
