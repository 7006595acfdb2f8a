"""What is looked at in a client's query before it reaches a parser: words outside strings, IRIs and comments.

Oxigraph fetches `SERVICE` over the network by default, so such a query must be refused before it is evaluated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.errors import QueryError
from kg.names import PREFIXES

MAX_LENGTH = 200_000
"""Characters a query may have."""

# SPARQL 1.1 Query Language, section 19.8: STRING_LITERAL*, IRIREF, comments, PNAME, VAR, LANGTAG.
_TOKEN = re.compile(
    r"""
      (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<comment>\#[^\n\r]*)
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z-]+)
    | (?P<name>[\w.-]*:(?:[\w:.%-]|\\.)*)
    | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
# After an operand `<` may also be "less than"; only an IRI with an authority cannot be read in that other way.
_PLAIN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://[^>]*>")

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_LINE_OF_ERROR = re.compile(r"error at (\d+):(\d+)")


@dataclass(frozen=True)
class Limits:
    length: int = 200_000
    depth: int = 100
    patterns: int = 2000


@dataclass(frozen=True)
class Facts:
    volatile: bool = False
    service: bool = False
    form: str = ""


def check(text: str, limits: Limits = Limits(), services: frozenset[str] = frozenset()) -> Facts:
    """Raise QueryError if a client's query is too long, an update, or holds SERVICE outside strings and IRIs."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"the query has {len(text):,} characters", "query", f"At most {MAX_LENGTH:,} are taken; make it shorter."
        )
    words = [word.upper() for kind, word in _tokens(text) if kind == "word"]
    form = next((word for word in words if word in _FORMS | _UPDATES), None)
    if form in _UPDATES:
        raise QueryError(
            f"{form} is an update, and this endpoint is read-only",
            "query",
            "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE. Facts change with `kg build`, from the files of sources.",
        )
    if "SERVICE" in words or (_ambiguous(text) and re.search("service", text, re.IGNORECASE)):
        raise QueryError(
            "SERVICE is refused: no query leads from here to another server",
            "query",
            "Ask the other endpoint itself, and join the answers on your side.",
        )
    return Facts()


def undeclared_prefixes(text: str) -> list[str]:
    """Return the prefixes, sorted, that a query uses and neither declares nor finds among Atlante's own."""
    declared, used = set(PREFIXES), set[str]()
    previous = ""
    for kind, token in _tokens(text):
        if kind == "name":
            prefix = token.partition(":")[0]
            (declared if previous == "PREFIX" else used).add(prefix)
        previous = token.upper() if kind == "word" else ""
    return sorted(prefix for prefix in used - declared if prefix != "_")


def place_of(message: str) -> tuple[int, int] | None:
    """Return line and column, both from 1, where the parser's message names them."""
    found = _LINE_OF_ERROR.search(message)
    return (int(found[1]), int(found[2])) if found else None


def without_place(message: str) -> str:
    """Return the parser's message without the line and column it begins with."""
    return _LINE_OF_ERROR.sub("", message).lstrip(": ") or message


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        yield found.lastgroup or "", found[0]


def _ambiguous(text: str) -> bool:
    return any(kind == "iri" and not _PLAIN_IRI.fullmatch(token) for kind, token in _tokens(text))


def check_update(text: str, limits: Limits = Limits()) -> None:
    """Raise QueryError if an update is beyond the limits, or asks another endpoint."""
