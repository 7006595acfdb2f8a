"""The commit log: a hash chain of RDF patches in SQLite, the truth that everything else is a view of.

A commit is acknowledged once `append` returns: the file is written with `synchronous=FULL`, so it has
reached the disk by then.
"""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from kg.errors import Conflict, Damaged, NotFound
from kg.names import ACCESS, EMBARGOED
from kg.patch import Patch

GENESIS = "0" * 64
"""What stands for the hash before the first commit."""

_LARGEST = 2**63 - 1
"""The largest number that SQLite knows; there is no commit beyond."""

_ROWS_PER_PART = 50_000
"""Patches are kept in compressed parts of so many rows, so that reading one takes flat memory."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS commits (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, message TEXT NOT NULL,
    source TEXT NOT NULL, origin TEXT NOT NULL, digest TEXT NOT NULL,
    added INTEGER NOT NULL, removed INTEGER NOT NULL,
    patch TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS parts (
    number INTEGER NOT NULL REFERENCES commits, part INTEGER NOT NULL, rows BLOB NOT NULL,
    PRIMARY KEY (number, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS commits_of_source ON commits (source, number);
CREATE TABLE IF NOT EXISTS embargoes (
    number INTEGER PRIMARY KEY REFERENCES commits, source TEXT NOT NULL, begins INTEGER NOT NULL
);
"""


@dataclass(frozen=True)
class Draft:
    """A change that is to become a commit.

    `source` is the IRI of the graph family it changes, `origin` the file it came from ("" for shipped data
    read by their own paths), `digest` the SHA-256 of that file's bytes.
    """

    author: str
    message: str
    source: str
    origin: str
    digest: str
    patch: Patch


@dataclass(frozen=True)
class Commit:
    """A commit as it stands in the log, without its patch; `patch` is the SHA-256 of the patch's text."""

    number: int
    time: str
    author: str
    message: str
    source: str
    origin: str
    digest: str
    added: int
    removed: int
    patch: str
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """Return the SHA-256 over every other field, the previous commit's hash among them."""
        fields = {name: value for name, value in vars(self).items() if name != "hash"}
        text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Embargo:
    """A commit that begins the embargo of its source (an IRI), or else ends it."""

    number: int
    source: str
    begins: bool


class Log:
    """The log in a file; opened for each use, so that threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _connect(self) -> closing[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(_SCHEMA)
        return closing(connection)

    def _connect_for_reading(self) -> closing[sqlite3.Connection]:
        """Connect even where the disk is full or cannot be written: the file is whole unless there is one beside it."""
        try:
            return self._connect()
        except sqlite3.OperationalError:
            new = self.path.with_name(f"{self.path.name}-wal")
            if new.exists() and new.stat().st_size:
                raise
            return closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True))

    @contextmanager
    def held(self) -> Generator[None]:
        """Keep the file open meanwhile: whoever closes it last brings in all that is new, and waits for the disk."""
        with self._connect():
            yield

    def head(self) -> int:
        """Return the number of the last commit, 0 for an empty log."""
        if not self.path.exists():
            return 0
        with self._connect() as connection:
            return _head(connection)[0]

    def append(self, expected: int, drafts: Iterable[Draft]) -> list[Commit]:
        """Append the drafts as commits, all or none, and return them.

        Raises Conflict if the head is no longer the `expected` commit.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            number, previous = _head(connection)
            if number != expected:
                connection.execute("ROLLBACK")
                raise Conflict(
                    f"the log stands at commit {number}, not {expected}",
                    str(self.path),
                    "Try again on top of it.",
                )
            commits: list[Commit] = []
            for draft in drafts:
                commit = _write(connection, number + 1, previous, draft)
                number, previous = commit.number, commit.hash
                commits.append(commit)
            connection.execute("COMMIT")
        return commits

    def commits(self, after: int = 0) -> list[Commit]:
        """Return the commits with a number greater than `after`, oldest first."""
        if not self.path.exists():
            return []
        with self._connect() as connection:
            select = "SELECT * FROM commits WHERE number > ? ORDER BY number"
            rows = connection.execute(select, (min(after, _LARGEST),))
            return [Commit(*row) for row in rows]

    def commit(self, number: int) -> Commit | None:
        """Return the commit with a number; None where there is none."""
        return self._one("SELECT * FROM commits WHERE number = ?", min(number, _LARGEST))

    def first(self, source: str) -> Commit | None:
        """Return the first commit that changed a source (an IRI); None where none did."""
        return self._one("SELECT * FROM commits WHERE source = ? ORDER BY number LIMIT 1", source)

    def latest(self, source: str) -> Commit | None:
        """Return the last commit that changed a source (an IRI); None where none did."""
        return self._one("SELECT * FROM commits WHERE source = ? ORDER BY number DESC LIMIT 1", source)

    def _one(self, select: str, given: str | int) -> Commit | None:
        if not self.path.exists():
            return None
        with self._connect() as connection:
            row = connection.execute(select, (given,)).fetchone()
            return Commit(*row) if row else None

    def embargoes(self) -> list[Embargo]:
        """Return the commits at which an embargo begins or ends, oldest first; they follow from the patches."""
        if not self.path.exists():
            return []
        with self._connect_for_reading() as connection:
            rows = connection.execute("SELECT number, source, begins FROM embargoes ORDER BY number")
            return [Embargo(number, source, bool(begins)) for number, source, begins in rows]

    def rows_of(self, source: str, until: int) -> Iterator[str]:
        """Yield the RDF Patch rows of the commits to a source (an IRI) up to a number, oldest first."""
        yield from self._rows(
            "SELECT number, rows FROM parts JOIN commits USING (number) WHERE source = ? AND number <= ?"
            " ORDER BY number, part",
            source,
            until,
        )

    def rows(self, number: int) -> Iterator[str]:
        """Yield the RDF Patch rows of a commit; raises NotFound for a number the log does not have."""
        known = False
        for row in self._rows("SELECT number, rows FROM parts WHERE number = ? ORDER BY part", min(number, _LARGEST)):
            known = True
            yield row
        if not known:
            raise NotFound(f"there is no commit {number}", str(self.path), f"The last one is {self.head()}.")

    def rows_after(self, number: int) -> Iterator[str]:
        """Yield the RDF Patch rows of the commits with a greater number, oldest first."""
        yield from self._rows(
            "SELECT number, rows FROM parts WHERE number > ? ORDER BY number, part", min(number, _LARGEST)
        )

    def _rows(self, select: str, *given: str | int) -> Iterator[str]:
        with self._connect() as connection:
            for number, part in connection.execute(select, given):
                # Rows end at "\n" alone: literals may hold other line separators (U+2028, U+0085).
                yield from (row + "\n" for row in _unpack(part, number, self.path).split("\n")[:-1])

    def verify(self) -> int:
        """Check the hash chain and return the number of commits; raises Damaged at the first break."""
        previous = GENESIS
        commits = self.commits()
        embargoes = {one.number: one for one in self.embargoes()}
        for place, commit in enumerate(commits, 1):
            digest, embargo = self._read_back(commit)
            sound = (commit.number, commit.previous, commit.patch) == (place, previous, digest)
            sound = sound and embargoes.get(commit.number) == embargo
            if not sound or commit.hash != commit.computed_hash():
                raise Damaged(f"commit {commit.number} is not what was written", str(self.path), "Restore a backup.")
            previous = commit.hash
        return len(commits)

    def _read_back(self, commit: Commit) -> tuple[str, Embargo | None]:
        """Return the digest of a commit's patch, and the embargo that the patch begins or ends."""
        text, embargo = hashlib.sha256(), None
        try:
            for row in self.rows(commit.number):
                text.update(row.encode())
                if row[2:-3] == embargo_of(commit.source):
                    embargo = Embargo(commit.number, commit.source, row.startswith("A"))
        except NotFound:
            return "no patch at all", None
        return text.hexdigest(), embargo


def embargo_of(source: str) -> str:
    """Return the statement by which the description of a source says that it is embargoed."""
    return f"<{source}> <{ACCESS}> <{EMBARGOED}> <{source}>"


def _unpack(part: bytes, number: int, path: Path) -> str:
    try:
        return zlib.decompress(part).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise Damaged(f"the patch of commit {number} cannot be read", str(path), "Restore a backup.") from error


def _head(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute("SELECT number, hash FROM commits ORDER BY number DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, GENESIS)


def _write(connection: sqlite3.Connection, number: int, previous: str, draft: Draft) -> Commit:
    text = hashlib.sha256()
    parts: list[tuple[int, int, bytes]] = []
    rows = draft.patch.rows()
    while data := "".join(islice(rows, _ROWS_PER_PART)).encode():
        text.update(data)
        parts.append((number, len(parts), zlib.compress(data, 1)))
    commit = Commit(
        number=number,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        author=draft.author,
        message=draft.message,
        source=draft.source,
        origin=draft.origin,
        digest=draft.digest,
        added=len(draft.patch.added),
        removed=len(draft.patch.removed),
        patch=text.hexdigest(),
        previous=previous,
        hash="",
    )
    commit = replace(commit, hash=commit.computed_hash())
    placeholders = ", ".join("?" * len(vars(commit)))
    connection.execute(f"INSERT INTO commits VALUES ({placeholders})", tuple(vars(commit).values()))
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?)", parts)
    for begins, statements in ((True, draft.patch.added), (False, draft.patch.removed)):
        if embargo_of(draft.source) in statements:
            connection.execute("INSERT INTO embargoes VALUES (?, ?, ?)", (number, draft.source, begins))
    return commit
