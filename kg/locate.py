"""Where a statement stands in a Turtle or TriG file, for messages that name the line.

RDF parsers do not keep positions. This reads the tokens alone (Turtle 1.1, section 6.5), which is enough to
find the line of a subject and its predicate.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from kg.names import RDF

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|\#[^\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
  | (?P<iri><[^<>\s]*>)
  | (?P<directive>@prefix\b|@base\b|(?i:prefix|base)\b(?=\s+[\w.-]*:?\s*<))
  | (?P<name>[\w.%:\\-]*[\w%:\\-])
  | (?P<mark>[{}\[\]();,.])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def place_of(files: Iterable[Path], subject: str, predicate: str | None = None) -> tuple[str, int] | None:
    """Return file and line (from 1) where a subject IRI first states the predicate IRI, else its first own line.

    Returns None where the subject does not stand in any of the files as a subject.
    """
    tables = [(file, _table(file)) for file in files]
    for wanted in dict.fromkeys((predicate, None)):
        for file, lines in tables:
            if (subject, wanted) in lines:
                return str(file), lines[subject, wanted]
    return None


def line_of(file: Path, subject: str, predicate: str | None = None) -> int | None:
    """Return the line that `place_of` finds in one file."""
    place = place_of([file], subject, predicate)
    return place[1] if place else None


def _table(file: Path) -> dict[tuple[str, str | None], int]:
    """Return the lines of a file, none for one that cannot be read as text."""
    try:
        status = file.stat()
        return _lines(file, status.st_mtime_ns, status.st_size)
    except (OSError, UnicodeDecodeError):
        return {}


@lru_cache(maxsize=64)
def _lines(path: Path, _changed: int, _size: int) -> dict[tuple[str, str | None], int]:
    """Return the first line of each subject, alone and with each of its predicates."""
    lines: dict[tuple[str, str | None], int] = {}
    for line, subject, predicate in _statements(path.read_text(encoding="utf-8")):
        lines.setdefault((subject, None), line)
        lines.setdefault((subject, predicate), line)
    return lines


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "skip":
            yield line, kind, match.group()
        line += match.group().count("\n")


def _statements(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, subject IRI and predicate IRI of each predicate; nested blank nodes are passed over."""
    prefixes: dict[str, str] = {}
    subject, place, depth = "", 0, 0
    directive: list[str] | None = None
    for line, kind, token in _tokens(text):
        if kind == "directive":
            directive = []
        elif directive is not None:
            directive.append(token)
            if kind == "iri":
                prefixes["" if len(directive) == 1 else directive[0].rstrip(":")] = token[1:-1]
                directive, place = None, 0
        elif token in ("[", "("):
            depth += 1
        elif token in ("]", ")"):
            depth -= 1
        elif depth == 0 and token in ("{", "}", "."):
            place = 0
        elif depth == 0 and token == ";":
            place = 1
        elif depth == 0 and token != ",":
            if place == 0:
                subject = _iri(token, prefixes)
            elif place == 1:
                yield line, subject, _iri(token, prefixes)
            place += 1


def _iri(token: str, prefixes: dict[str, str]) -> str:
    if token == "a":
        return RDF + "type"
    if token.startswith("<"):
        return token[1:-1]
    prefix, _, local = token.partition(":")
    return prefixes.get(prefix, prefix + ":") + local.replace("\\", "")
