"""The index in SQLite (FTS5): made beside each snapshot, from the one before and what the commits since then touch."""

import json
import shutil
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path

from kg.engine import Engine
from kg.errors import AtlanteError
from kg.search.documents import Document, documents
from kg.search.text import compact, key

_SCHEMA = (
    """CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, kinds TEXT NOT NULL, weight INTEGER NOT NULL,
    asserted INTEGER NOT NULL, keys TEXT NOT NULL, names TEXT NOT NULL
)""",
    "CREATE TABLE name (key TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (key, thing)) WITHOUT ROWID",
    """CREATE VIRTUAL TABLE words USING fts5 (
    labels, aliases, descriptions, tokenize = "unicode61 remove_diacritics 2", prefix = "1 2 3"
)""",
)
_VERSION = 3
"""What an index of another layout does not bear; such a one is made anew."""

MOST_TOUCHED = 500
"""Things touched by commits, beyond which it is cheaper to make the index anew."""


class NoIndex(AtlanteError):
    """There is no index of names beside the snapshot."""


def index_of(snapshot: Path) -> Path:
    """Return where the index of a snapshot's folder stands."""
    return snapshot.parent.parent / "search" / f"{snapshot.name}.sqlite"


def sound_index_of(snapshot: Path) -> Path | None:
    """Return where the index of a snapshot's folder stands; None where there is none, or one of another layout."""
    index = index_of(snapshot)
    return index if _is_sound(index) else None


def refresh(engine: Engine, snapshot: Path, before: Path | None, rows: Iterable[str] | None) -> None:
    """Make the index of a snapshot's folder, which `engine` stands at.

    `before` is the index that was made last, and `rows` the rows of RDF Patch of the commits since; without either, or
    where they touch much, everything is read anew. The file appears when it is whole.
    """
    target = index_of(snapshot)
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".new")
    partial.unlink(missing_ok=True)
    touched = _touched(rows) if rows is not None and before and _is_sound(before) else None
    if touched is not None and before:
        shutil.copyfile(before, partial)
        with _writing(partial) as connection:
            _forget(connection, touched)
            _insert(connection, documents(engine, sorted(touched)))
    else:
        with _writing(partial) as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            # The ids rise as the weight falls, so that a search that takes the first matches takes the weightiest.
            _insert(connection, sorted(documents(engine), key=lambda one: (-one.weight, one.iri)))
            connection.execute(f"PRAGMA user_version = {_VERSION}")
    partial.replace(target)


@contextmanager
def reading(path: Path) -> Generator[sqlite3.Connection]:
    """Give a connection that only reads an index; raises NoIndex where there is none of this layout."""
    if not path.is_file():
        raise NoIndex("there is no index of names beside this snapshot", str(path), "Make it with `kg build`.")
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            raise NoIndex("the index of names is of another version of Atlante", str(path), "Make it with `kg build`.")
        yield connection


@contextmanager
def _writing(path: Path) -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # The file takes its place when it is whole; a crash before leaves one that nobody reads.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")


def _is_sound(path: Path) -> bool:
    try:
        with reading(path):
            return True
    except (NoIndex, sqlite3.DatabaseError):
        return False


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


def _forget(connection: sqlite3.Connection, things: Iterable[str]) -> None:
    for iri in things:
        for number, keys in connection.execute("SELECT id, keys FROM thing WHERE iri = ?", (iri,)).fetchall():
            pairs = [(name, number) for name in _split(keys)]
            connection.executemany("DELETE FROM name WHERE key = ? AND thing = ?", pairs)
            connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
            connection.execute("DELETE FROM thing WHERE id = ?", (number,))


def _split(keys: str) -> list[str]:
    return [name for name in keys.split("\n") if name]


def _insert(connection: sqlite3.Connection, found: Iterable[Document]) -> None:
    for one in found:
        names = sorted(one.labels), sorted(one.aliases), sorted(one.descriptions)
        labels, aliases, descriptions = ("\n".join(text for text, _ in group) for group in names)
        called = [text for group in names[:2] for text, _ in group]
        keys = "\n".join(dict.fromkeys(["", *map(key, called), *map(compact, called), ""]))
        cursor = connection.execute(
            "INSERT INTO thing (iri, kind, kinds, weight, asserted, keys, names) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                one.iri,
                one.kind,
                "\n".join(["", *sorted(one.kinds), ""]),
                one.weight,
                one.asserted,
                f"{keys}\n",
                json.dumps(names, ensure_ascii=False),
            ),
        )
        pairs = [(name, cursor.lastrowid) for name in _split(keys)]
        connection.executemany("INSERT INTO name (key, thing) VALUES (?, ?)", pairs)
        connection.execute(
            "INSERT INTO words (rowid, labels, aliases, descriptions) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, labels, aliases, descriptions),
        )
