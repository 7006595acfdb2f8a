"""Who may write, and read what is embargoed: bearer tokens (RFC 6750), each with an author, kept as hashes."""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import BadInput, NotFound
from kg.names import slugify

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, author TEXT NOT NULL, sources TEXT NOT NULL,
    made TEXT NOT NULL, revoked TEXT
);
CREATE TABLE IF NOT EXISTS readers (number INTEGER PRIMARY KEY REFERENCES tokens);
"""
_SELECT = (
    "SELECT number, author, sources, made, revoked, EXISTS (SELECT 1 FROM readers WHERE number = tokens.number)"
    " FROM tokens"
)


@dataclass(frozen=True)
class Token:
    """A token without its secret: number, author, slugs of the sources it may write ("*" any), and when it was made.

    `revoked` is when it was taken back, None while it holds; `reads` whether it reads embargoed sources. Times are
    UTC, ISO 8601.
    """

    number: int
    author: str
    sources: tuple[str, ...]
    made: str
    revoked: str | None
    reads: bool


class Tokens:
    """The tokens of a store, in a file that its owner alone may read."""

    def __init__(self, store: Path) -> None:
        self._path = store / "tokens.sqlite"
        self._finding: tuple[int, sqlite3.Connection] | None = None

    def make(self, author: str, sources: tuple[str, ...], *, reads: bool = False) -> tuple[Token, str]:
        """Make a token and return it with its secret, which is kept nowhere; raises BadInput for what it may not be."""
        if not author.strip() or not author.isprintable():
            raise BadInput(f"{author!r} is not the name of an author", "--author", "Name who writes with this token.")
        for slug in sources:
            if slug != "*" and slug != slugify(slug):
                raise BadInput(f"{slug!r} is not the slug of a source", "--source", f"Write it as {slugify(slug)!r}.")
        if not sources and not reads:
            raise BadInput("the token may do nothing", "--source", "Name a source that it may write, or --embargoed.")
        secret, made = secrets.token_urlsafe(32), _now()
        with self._opened() as database:
            row = (_hash(secret), author.strip(), " ".join(sources), made)
            done = database.execute("INSERT INTO tokens (hash, author, sources, made) VALUES (?, ?, ?, ?)", row)
            number = done.lastrowid or 0
            if reads:
                database.execute("INSERT INTO readers VALUES (?)", (number,))
            return Token(number, author.strip(), sources, made, None, reads), secret

    def all(self) -> list[Token]:
        """Return every token, oldest first, revoked ones too."""
        if not self._path.exists():
            return []
        with self._opened() as database:
            rows = database.execute(f"{_SELECT} ORDER BY number")
            return [_token(row) for row in rows]

    def revoke(self, number: int) -> Token:
        """Take a token back, for good; raises NotFound where there is none of this number."""
        if number not in {token.number for token in self.all()}:
            raise NotFound(f"there is no token {number}", str(self._path), "`kg token list` shows them.")
        with self._opened() as database:
            database.execute("UPDATE tokens SET revoked = coalesce(revoked, ?) WHERE number = ?", (_now(), number))
        return next(token for token in self.all() if token.number == number)

    def find(self, secret: str) -> Token | None:
        """Return the token with a secret; None where there is none, or it is revoked. To be called by one thread."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            return None
        if self._finding is None or self._finding[0] != inode:
            self._finding = inode, self._connect()
        found = self._finding[1].execute(f"{_SELECT} WHERE hash = ? AND revoked IS NULL", (_hash(secret),))
        row = found.fetchone()
        return _token(row) if row else None

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(self._connect()) as database:
            yield database

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        database.executescript(_SCHEMA)
        return database


def _hash(secret: str) -> str:
    # 256 random bits cannot be guessed from their hash, however fast it is.
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _token(row: tuple[int, str, str, str, str | None, int]) -> Token:
    return Token(row[0], row[1], tuple(row[2].split()), row[3], row[4], bool(row[5]))
