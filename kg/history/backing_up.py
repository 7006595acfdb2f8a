"""A copy of the log beside whoever reads and writes the store, and a store made from one."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from kg.errors import BadInput, Damaged, NotFound
from kg.log import Log
from kg.store import Counts, Store, counts


def backup(store: Store, file: Path) -> int:
    """Write a whole copy of the log to a file that does not exist yet, and return the number of its last commit.

    Readers and a writer go on meanwhile (SQLite's online backup). The copy is verified before it gets its name.
    Raises NotFound for a store without a log, BadInput where there is a file or no folder, Damaged for a broken chain.
    """
    if store.log.head() == 0:
        raise NotFound("the store is empty", str(store.directory), "Fill it with `kg build`.")
    if file.exists():
        raise BadInput("there is a file of that name already", str(file), "Give the backup another name.")
    if not file.parent.is_dir():
        raise BadInput("there is no such folder", str(file.parent))
    part = file.with_name(f".{file.name}.part")
    try:
        with closing(sqlite3.connect(store.log.path)) as log, closing(sqlite3.connect(part)) as copy:
            log.backup(copy)
        commits = Log(part).verify()
        _settle(part)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    _flush(file.parent)
    return commits


def _settle(path: Path) -> None:
    """Make a log one file, with nothing of it in a write-ahead log, and see it to the disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    _flush(path)


def _flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def restore(file: Path, directory: Path) -> tuple[int, Counts]:
    """Make a store from a backup, and return the number of its last commit and what its view holds.

    The backup is only read. Raises BadInput where the folder of the store holds anything, or where the file is no
    backup; Damaged where the chain of hashes does not hold. No store is there then.
    """
    if directory.exists() and any(directory.iterdir()):
        raise BadInput("there is something in this folder already", str(directory), "Restore into an empty folder.")
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / "log.part"
    try:
        shutil.copyfile(file, part)
        _verified(part, file)
        _settle(part)
        part.rename(directory / "log.sqlite")
    except BaseException:
        for left in directory.glob("log.part*"):
            left.unlink()
        if made:
            directory.rmdir()
        raise
    _flush(directory)
    with Store(directory).reader() as (engine, number):
        return number, counts(engine)


def _verified(part: Path, file: Path) -> None:
    try:
        commits = Log(part).verify()
    except Damaged as error:
        raise Damaged(error.what, str(file), "Take another backup; no store was made.") from error
    except sqlite3.Error as error:
        raise BadInput(f"this is no backup: {error}", str(file), "Give a file that `kg backup` wrote.") from error
    if not commits:
        raise BadInput("this holds no commit", str(file), "Give a file that `kg backup` wrote.")
