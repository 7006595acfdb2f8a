"""What a query is read into: the parts of its groups, as far as evidence needs to know them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.engine.tokens import Token


class Piece(NamedTuple):
    """A token of a query whose variables may have got other names; `apart` tells whether space stands before it."""

    kind: str
    text: str
    apart: bool


@dataclass(frozen=True)
class Path:
    """A property path (SPARQL 1.1 Query Language, section 9) whose inverses have been moved to its links.

    Kinds: link and inverse (of the property `term`), sequence, either, not (one of the links and inverses `parts`),
    and maybe, some, any: `?`, `+`, `*` on the one path in `parts`.
    """

    kind: str
    term: str = ""
    parts: tuple["Path", ...] = ()


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: terms as the query writes them, variables with their mark; `verb` is what `path` was read from.

    `path` is None where the predicate is a variable.
    """

    subject: str
    verb: str
    object: str
    path: Path | None


@dataclass(frozen=True)
class Triples:
    """Triple patterns that stand together."""

    patterns: list[Pattern]


@dataclass(frozen=True)
class Block:
    """Groups: one within braces (`group`), several (`union`), `optional`, or in the graph `term` (`graph`)."""

    kind: str
    groups: list[list["Element"]]
    term: str = ""


@dataclass(frozen=True)
class Clause:
    """What is kept as it is written: FILTER, BIND, VALUES, MINUS, SERVICE.

    `exists` is the group of a FILTER that is nothing but EXISTS, in its braces.
    """

    kind: str
    pieces: list[Piece]
    exists: list[Piece] = field(default_factory=list[Piece])


@dataclass(frozen=True)
class SubSelect:
    """A SELECT within a group: as it is written, and as it is read."""

    pieces: list[Piece]
    query: "Query"


Element = Triples | Block | Clause | SubSelect


@dataclass
class Query:
    """A query: its form, its columns (None for `*`), computed columns, dataset, and the group of its WHERE.

    `keys` are the variables that a query with aggregates groups by, None in one without; `limited` tells that LIMIT or
    OFFSET cuts its solutions; `template` is CONSTRUCT's. `head`, `where` and `grouping` are the columns, the group,
    and GROUP BY, HAVING and VALUES as they are written.
    """

    form: str
    prologue: str = ""
    columns: list[str] | None = None
    computed: list[list[Piece]] = field(default_factory=list[list[Piece]])
    dataset: list[Piece] = field(default_factory=list[Piece])
    default_graphs: list[str] = field(default_factory=list[str])
    named_graphs: list[str] = field(default_factory=list[str])
    group: list[Element] = field(default_factory=list[Element])
    keys: list[str] | None = None
    limited: bool = False
    template: list[Pattern] = field(default_factory=list[Pattern])
    head: list[Piece] = field(default_factory=list[Piece])
    where: list[Piece] = field(default_factory=list[Piece])
    grouping: list[Piece] = field(default_factory=list[Piece])


def pieces_of(text: str, found: Iterable[Token]) -> list[Piece]:
    """Return tokens as pieces."""
    pieces: list[Piece] = []
    end = -1
    for token in found:
        pieces.append(Piece(token.kind, token.text, token.offset != end))
        end = token.end
    return pieces


def written(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces; they touch each other where they did in the query."""
    return "".join(f" {piece.text}" if piece.apart else piece.text for piece in pieces).strip()


def variables(pieces: Iterable[Piece]) -> set[str]:
    """Return the names of the variables among pieces."""
    return {piece.text[1:] for piece in pieces if piece.kind == "variable"}


def renamed(pieces: Iterable[Piece], names: Mapping[str, str]) -> list[Piece]:
    """Return pieces with other names for some variables."""
    return [
        piece._replace(text="?" + names[piece.text[1:]])
        if piece.kind == "variable" and piece.text[1:] in names
        else piece
        for piece in pieces
    ]


def certain(elements: Iterable[Element]) -> set[str]:
    """Return the variables that what leads a group binds in each solution, up to the first OPTIONAL, MINUS or BIND.

    What follows may depend on their being unbound before. To give such a variable its term beforehand is to choose
    among the solutions of the group, and changes none.
    """
    found: set[str] = set()
    for element in elements:
        if isinstance(element, Triples):
            for pattern in element.patterns:
                found |= {term[1:] for term in (pattern.subject, pattern.verb, pattern.object) if term[0] in "?$"}
        elif isinstance(element, Block):
            if element.kind == "optional":
                return found
            inner = [certain(group) for group in element.groups]
            found |= inner[0].intersection(*inner[1:])
            found |= {element.term[1:]} if element.term[:1] in ("?", "$") else set()
        elif isinstance(element, SubSelect):
            query = element.query
            leading = certain(query.group) if query.keys is None else set(query.keys) & certain(query.group)
            found |= leading if query.columns is None else leading & set(query.columns)
        elif element.kind in ("MINUS", "BIND"):
            return found
    return found
