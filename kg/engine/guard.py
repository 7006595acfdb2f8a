"""What is looked at in a client's query before it reaches a parser: its size, and what it may ask for.

Oxigraph's parser and optimiser go down once for each bracket and for each part of a chain, and end the process where
the stack does; and Oxigraph fetches `SERVICE` over the network. So both are looked at before it sees the query.
"""

from dataclasses import dataclass

from kg.engine.tokens import Token, closes, opening, place, scan
from kg.errors import LimitReached, QueryError

_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_VOLATILE = {"NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"}
_CHAINS = {".", ";", ",", "/", "|", "^", "&&", "||", "!", "+", "-", "*", "~"}
"""What a chain without an end can be made of; all other signs stand once between two brackets."""
_TERMS = {"iri", "name", "variable"}
_BRACKET = 3
"""What a bracket, or a term outside all groups, counts for: Oxigraph 0.5 keeps as much more of the stack for
a BIND, a column or a described thing as for a sum or a step of a path, and 2,000 of those nearly fill 8 MiB."""


@dataclass(frozen=True)
class Limits:
    """What a query may have: characters, brackets within brackets, and parts.

    Parts are separators and operators; brackets, and terms outside all groups, count for three each.
    """

    length: int = 200_000
    depth: int = 100
    patterns: int = 2_000


@dataclass(frozen=True)
class Facts:
    """What a query was seen to be.

    `volatile`: its answer differs from one time to the next, and must not be kept; `service`: it asks another
    endpoint.
    """

    volatile: bool
    service: bool


_DEFAULTS = Limits()
_PLAIN = Facts(volatile=False, service=False)
_WORTH_A_LOOK = ('"""', "'''", "\\", *sorted(_UPDATES | _VOLATILE))


def check_update(text: str, limits: Limits = _DEFAULTS) -> None:
    """Raise QueryError if an update is too long, nested too deeply, of too many parts, or has a SERVICE clause."""
    _look(text, limits, frozenset(), updating=True)


def check(text: str, limits: Limits = _DEFAULTS, services: frozenset[str] = frozenset()) -> Facts:
    """Return what a client's query is, if it may be evaluated; `services` are the endpoints that it may ask.

    Raises QueryError if it is too long, nested too deeply, or of too many parts, if it is an update, and if a
    SERVICE clause names anything but the IRI of one of `services`.
    """
    # What is so short cannot be beyond the limits: no character makes more than three parts.
    if 3 * len(text) <= limits.patterns and _brackets(text) <= limits.depth:
        capitals = text.upper()
        if not any(sign in capitals for sign in _WORTH_A_LOOK):
            return _PLAIN
    seen = _look(text, limits, services, updating=False)
    return Facts(not _VOLATILE.isdisjoint(seen.words), "SERVICE" in seen.words)


def _brackets(text: str) -> int:
    return sum(text.count(bracket) for bracket in ("{", "(", "[", "<<"))


def _look(text: str, limits: Limits, services: frozenset[str], *, updating: bool) -> "_Seen":
    if len(text) > limits.length:
        raise LimitReached(
            "query_length",
            f"the query has {len(text):,} characters, and {limits.length:,} are the most taken",
            "Make it shorter, or ask it in parts.",
        )
    seen = _Seen(text, limits, services, updating)
    for token in scan(text):
        seen.take(token)
    seen.end()
    return seen


class _Seen:
    """What has been seen of a query up to a token."""

    def __init__(self, text: str, limits: Limits, services: frozenset[str], updating: bool) -> None:
        self._text, self._limits, self._services, self._updating = text, limits, services, updating
        self.words: set[str] = set()
        self.form = ""
        self._depth = 0
        self._parts = 0
        self._values = ""
        """`head` after the word VALUES, `data` within its rows, which are a list and no chain."""
        self._service: Token | None = None
        self._glued: Token | None = None
        self._word_before = ""

    def take(self, token: Token) -> None:
        """Count a token; raises QueryError where a limit is passed or something refused begins."""
        if self._service and token.text.upper() != "SILENT":
            self._check_service(self._service, token)
            self._service = None
        if self._glued and token.text == "{":
            raise self._written_together(self._glued)
        self._glued = token if self._may_hide_service(token) else None
        self._word_before = token.text.upper() if token.kind == "word" else ""
        if token.kind == "word":
            self._word(token)
        elif token.kind == "mark":
            self._mark(token)
        elif self._depth == 0 and token.kind in _TERMS:
            self._count(token, _BRACKET)
        elif token.kind == "open" and token.text.startswith(('"""', "'''")):
            # A parser may go on after its first two quotes, and would see words that are hidden here.
            raise QueryError(
                f"the string that begins at {self._at(token)} is not closed",
                "query",
                f"Close it with {token.text[:3]}.",
            )

    def end(self) -> None:
        """Look at what the end of the query leaves open."""
        if self._service:
            self._check_service(self._service, None)

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        self.words.add(word)
        self._values = "head" if word == "VALUES" else ""
        if word == "SERVICE":
            self._service = token
        elif word.startswith("SERVICE"):
            raise self._written_together(token)
        if not self.form and word in _FORMS:
            self.form = word
        elif not self.form and word in _UPDATES and not self._updating:
            raise QueryError(
                f"{word} is an update, and this endpoint is read-only",
                "query",
                "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE. Facts change with `kg build`, from the files of sources.",
            )

    def _mark(self, token: Token) -> None:
        if token.text in _CHAINS:
            self._count(token)
        elif opening(token):
            self._depth += 1
            if self._depth > self._limits.depth:
                raise LimitReached(
                    "query_depth",
                    f"the query has more than {self._limits.depth:,} brackets within each other at {self._at(token)}",
                    "Nest fewer groups and expressions: leave out brackets that are not needed, or ask in parts.",
                )
            if self._values == "head" and token.text == "{":
                self._values = "data"
            elif self._values != "data":
                self._count(token, _BRACKET)
        elif closes(token):
            self._depth = max(self._depth - 1, 0)
            self._values = "" if token.text == "}" else self._values

    def _count(self, token: Token, parts: int = 1) -> None:
        self._parts += parts
        if self._parts > self._limits.patterns:
            raise LimitReached(
                "query_patterns",
                f"the query has more than {self._limits.patterns:,} patterns, steps and operators at {self._at(token)}",
                "Ask it in parts; a long list of terms is best given with VALUES.",
            )

    def _check_service(self, word: Token, named: Token | None) -> None:
        if named and named.kind == "iri" and named.text[1:-1] in self._services:
            return
        if not self._services:
            raise QueryError(
                "SERVICE is refused: no query leads from here to another server",
                "query",
                "Ask the other endpoint itself, and join the answers on your side.",
            )
        reason = "this endpoint is not one that may be asked from here"
        if not named or named.kind != "iri":
            reason = "the endpoint must be written as an <iri>, no variable and no prefixed name"
        allowed = ", ".join(f"<{iri}>" for iri in sorted(self._services))
        raise QueryError(
            f"SERVICE is refused at {self._at(word)}: {reason}", "query", f"These may be asked: {allowed}."
        )

    def _may_hide_service(self, token: Token) -> bool:
        """Tell whether a name before a brace is one: Oxigraph also reads SERVICEx:y as SERVICE and x:y."""
        return token.kind == "name" and token.text.upper().startswith("SERVICE") and self._word_before != "GRAPH"

    def _written_together(self, token: Token) -> QueryError:
        return QueryError(
            f"{token.text} at {self._at(token)} may be read as SERVICE", "query", "Write a space after a keyword."
        )

    def _at(self, token: Token) -> str:
        line, column = place(self._text, token.offset)
        return f"line {line}, column {column}"
