"""The index in SQLite (FTS5): a file that is made for a snapshot, and then follows the commits after it.

search/000031.sqlite  made at commit 31; its rows say from which commit to which they hold

So a reader of any snapshot from then on finds the rows of its own, and a commit costs what it touches.
"""

import json
import os
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from kg.engine import Engine
from kg.errors import AtlanteError
from kg.search.documents import Document, documents
from kg.search.text import compact, key

_SCHEMA = (
    """CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, kinds TEXT NOT NULL, weight INTEGER NOT NULL,
    asserted INTEGER NOT NULL, keys TEXT NOT NULL, names TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
)""",
    "CREATE INDEX thing_by_iri ON thing (iri, until)",
    "CREATE INDEX thing_by_end ON thing (until)",
    "CREATE TABLE name (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing)) WITHOUT ROWID",
    """CREATE VIRTUAL TABLE words USING fts5 (
    labels, aliases, descriptions, tokenize = "unicode61 remove_diacritics 2", prefix = "1 2 3"
)""",
    "CREATE TABLE state (oldest INTEGER NOT NULL, newest INTEGER NOT NULL)",
)
_VERSION = 4
"""What an index of another layout does not bear; such a one is made anew."""

_STILL = 2**62
"""The end of a row that holds still."""

MOST_TOUCHED = 500
"""Things touched by commits, beyond which it is cheaper to make the index anew."""


class NoIndex(AtlanteError):
    """There is no index of names for the snapshot."""


@dataclass(frozen=True)
class IndexAt:
    """The index of a snapshot: a file, and the commit whose rows are looked at."""

    file: Path
    number: int


def index_of(snapshot: Path) -> IndexAt:
    """Return where the index of a snapshot's folder stands: the last that was made at its commit or before."""
    number, folder = int(snapshot.name), snapshot.parent.parent / "search"
    made = [path for path in folder.glob("*.sqlite") if int(path.stem) <= number]
    return IndexAt(max(made, default=folder / f"{snapshot.name}.sqlite"), number)


def sound_index_of(snapshot: Path) -> IndexAt | None:
    """Return where the index of a snapshot's folder stands; None where there is none, or one of another layout."""
    index = index_of(snapshot)
    return index if _is_sound(index) else None


def refresh(engine: Engine, snapshot: Path, rows: Iterable[str] | None = None, oldest: int = 0) -> None:
    """Make the index of a snapshot's folder, which `engine` stands at.

    `rows` are those of RDF Patch of the commits since the index was last brought up to date; without, or where they
    touch much, everything is read anew. What no snapshot from commit `oldest` on holds is forgotten.
    """
    index = index_of(snapshot)
    touched = _touched(rows) if rows is not None and _state(index.file) else None
    if touched is None:
        _make(engine, snapshot)
        return
    with _following(index.file) as connection:
        _end(connection, touched, index.number)
        _forget(connection, oldest)
        _insert(connection, documents(engine, sorted(touched)), index.number)
        connection.execute("UPDATE state SET newest = ?, oldest = max(oldest, ?)", (index.number, oldest))


def derive(engine: Engine, snapshot: Path, other: IndexAt, rows: Iterable[str]) -> None:
    """Make the index of a snapshot's folder, which `engine` stands at, from that of a later one.

    `rows` are those of RDF Patch of the commits between the two; where they touch much, everything is read anew.
    """
    touched = _touched(rows)
    if touched is None:
        _make(engine, snapshot)
        return
    with _making(snapshot) as connection:
        with closing(sqlite3.connect(f"{other.file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as given:
            given.backup(connection)
        number = int(snapshot.name)
        connection.execute("BEGIN")
        for iri in touched:
            _delete_rows(connection, "iri = ?", iri)
        # What was there when the other was made, and is not touched, was there before.
        connection.execute("UPDATE thing SET since = 0 WHERE since = ? AND since > ?", (int(other.file.stem), number))
        _insert(connection, documents(engine, sorted(touched)), number)
        connection.execute("UPDATE state SET oldest = ?, newest = ?", (number, number))
        connection.execute("COMMIT")


def forget(folder: Path, oldest: int) -> None:
    """Delete the files in the folder of a store's indexes that no snapshot from commit `oldest` on is looked up in."""
    made = sorted(folder.glob("*.sqlite"))
    for path, after in pairwise(made):
        if int(after.stem) <= oldest:
            _delete(path)


@contextmanager
def reading(index: IndexAt) -> Generator[sqlite3.Connection]:
    """Give a connection that only reads an index; raises NoIndex where there is none of this layout and commit."""
    if not index.file.is_file():
        raise NoIndex("there is no index of names for this snapshot", str(index.file), "Make it with `kg build`.")
    # A file on a disk that nobody can write is as it stands.
    how = "mode=ro" if os.access(index.file.parent, os.W_OK) else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{index.file.absolute().as_uri()}?{how}", uri=True, timeout=10)) as connection:
        if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            what = "the index of names is of another version of Atlante"
            raise NoIndex(what, str(index.file), "Make it with `kg build`.")
        connection.execute("BEGIN")
        oldest, newest = connection.execute("SELECT oldest, newest FROM state").fetchone()
        if not oldest <= index.number <= newest:
            what = f"the index of names holds commits {oldest} to {newest}, not {index.number}"
            raise NoIndex(what, str(index.file), "Make it with `kg build`.")
        yield connection


def _make(engine: Engine, snapshot: Path) -> None:
    """Make an index from nothing."""
    number = int(snapshot.name)
    with _making(snapshot) as connection:
        connection.execute("BEGIN")
        for statement in _SCHEMA:
            connection.execute(statement)
        # The ids rise as the weight falls, so that a search that takes the first matches takes the weightiest.
        _insert(connection, sorted(documents(engine), key=lambda one: (-one.weight, one.iri)), number)
        connection.execute("INSERT INTO state VALUES (?, ?)", (number, number))
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")


@contextmanager
def _making(snapshot: Path) -> Generator[sqlite3.Connection]:
    """Give a file to make an index in. It appears when it is whole, and it is a new one: others may read the old."""
    target = index_of(snapshot).file.with_stem(snapshot.name)
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".new")
    _delete(partial)
    with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        yield connection
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    _delete(target)
    partial.rename(target)


def _delete(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _following(path: Path) -> Generator[sqlite3.Connection]:
    """Give a connection that writes, all of it or nothing. A crash loses the last commits at most; `state` tells."""
    connection = _kept_open(path, path.stat().st_ino)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@lru_cache(4)
def _kept_open(path: Path, _inode: int) -> sqlite3.Connection:
    # The last connection that closes waits for the disk; one that stays open leaves that to every thousandth page.
    connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _is_sound(index: IndexAt) -> bool:
    try:
        with reading(index):
            return True
    except (NoIndex, sqlite3.DatabaseError):
        return False


def newest(snapshot: Path) -> int:
    """Return the commit up to which the index of a snapshot's folder has followed; 0 where there is no sound one."""
    return _state(index_of(snapshot).file)


def _state(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                return 0
            return connection.execute("SELECT newest FROM state").fetchone()[0]
    except sqlite3.DatabaseError:
        return 0


def _touched(rows: Iterable[str]) -> set[str] | None:
    """Return the things that rows of RDF Patch speak of, in canonical N-Quads; None where they are too many."""
    found: set[str] = set()
    for row in rows:
        if row.startswith(("A <", "D <")):
            subject, _, rest = row[2:].split(" ", 2)
            found.add(subject[1:-1])
            if rest.startswith("<"):
                found.add(rest[1 : rest.index(">")])
        if len(found) > MOST_TOUCHED:
            return None
    return found


def _end(connection: sqlite3.Connection, things: Iterable[str], number: int) -> None:
    """Have the rows of some things hold no longer, from a commit on."""
    ended = [(number, iri, _STILL) for iri in things]
    connection.executemany("UPDATE thing SET until = ? WHERE iri = ? AND until = ?", ended)


def _forget(connection: sqlite3.Connection, oldest: int) -> None:
    """Delete the rows that hold for no commit from one on."""
    _delete_rows(connection, "until <= ?", oldest)


def _delete_rows(connection: sqlite3.Connection, where: str, given: str | int) -> None:
    for number, keys in connection.execute(f"SELECT id, keys FROM thing WHERE {where}", (given,)).fetchall():
        connection.executemany(
            "DELETE FROM name WHERE key = ? AND thing = ?", [(name, number) for name in _split(keys)]
        )
        connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
        connection.execute("DELETE FROM thing WHERE id = ?", (number,))


def _split(keys: str) -> list[str]:
    return [name for name in keys.split("\n") if name]


def _insert(connection: sqlite3.Connection, found: Iterable[Document], since: int) -> None:
    for one in found:
        names = sorted(one.labels), sorted(one.aliases), sorted(one.descriptions)
        labels, aliases, descriptions = ("\n".join(text for text, _ in group) for group in names)
        called = [text for group in names[:2] for text, _ in group]
        keys = "\n".join(dict.fromkeys(["", *map(key, called), *map(compact, called), ""]))
        cursor = connection.execute(
            "INSERT INTO thing (iri, kind, kinds, weight, asserted, keys, names, since, until)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.iri,
                one.kind,
                "\n".join(["", *sorted(one.kinds), ""]),
                one.weight,
                one.asserted,
                f"{keys}\n",
                json.dumps(names, ensure_ascii=False),
                since,
                _STILL,
            ),
        )
        pairs = [(name, cursor.lastrowid) for name in _split(keys)]
        connection.executemany("INSERT INTO name (key, thing) VALUES (?, ?)", pairs)
        connection.execute(
            "INSERT INTO words (rowid, labels, aliases, descriptions) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, labels, aliases, descriptions),
        )
