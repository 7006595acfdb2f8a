"""Which of Atlante's names a query uses though the graph does not know them, and what they may have meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from kg.engine import Engine, select
from kg.engine.tokens import Token, place, tokens
from kg.names import ID, NS, PREFIXES
from kg.paths import query
from kg.rdf import NamedNode

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_LONGEST = 60
_MOST = 5
"""Unknown names that are told of; each costs some thousand look-ups at most, whatever the size of the graph."""


@dataclass(frozen=True)
class Unknown:
    """A name of kg: or id: that no statement holds: as written, its IRI, its place, and near names that are known."""

    name: str
    iri: str
    line: int
    column: int
    nearest: list[str]


def unknown_terms(text: str, engine: Engine) -> list[Unknown]:
    """Return the first names of Atlante in a query that are subject, property or object of no statement.

    `nearest` has up to three known names, as `kg:` or `id:` names. Its cost does not grow with the graph.
    """
    missing: dict[str, Token] = {}
    for token, iri in _named(tokens(text)):
        if iri.startswith((NS, ID)) and iri not in (NS, ID) and iri not in missing and not _is_known(engine, iri):
            missing[iri] = token
    known: dict[str, list[str]] = {}
    return [
        Unknown(token.text, iri, *place(text, token.offset), _nearest(engine, iri, known))
        for iri, token in islice(missing.items(), _MOST)
    ]


def _named(found: list[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each token that names something outside PREFIX and BASE, with its IRI."""
    prefixes = dict(PREFIXES)
    declared: str | None = None
    previous = ""
    for token in found:
        if token.kind == "iri" and declared is not None:
            prefixes[declared] = token.text[1:-1]
        elif token.kind == "iri" and previous != "BASE":
            yield token, token.text[1:-1]
        elif token.kind == "name" and previous != "PREFIX":
            prefix, _, local = token.text.partition(":")
            if prefix in prefixes:
                yield token, prefixes[prefix] + local.replace("\\", "")
        declared = token.text.partition(":")[0] if token.kind == "name" and previous == "PREFIX" else None
        previous = token.text.upper() if token.kind == "word" else ""


def _is_known(engine: Engine, iri: str) -> bool:
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    found = (engine.quads(node), engine.quads(None, node), engine.quads(None, None, node))
    return any(next(quads, None) is not None for quads in found)


def _nearest(engine: Engine, iri: str, known: dict[str, list[str]]) -> list[str]:
    """Return near names: for a thing, those one slip away wherever they are, then the nearest of some."""
    space, prefix, file = (NS, "kg:", "hints/terms") if iri.startswith(NS) else (ID, "id:", "hints/things")
    if space not in known:
        terms = [row[0].value for row in select(engine, query(file)) if isinstance(row[0], NamedNode)]
        known[space] = sorted({term.removeprefix(space) for term in terms if term.startswith(space)})
    local = iri.removeprefix(space)[:_LONGEST]
    folded = {name.casefold(): name for name in known[space]}
    near = [folded[name] for name in get_close_matches(local.casefold(), folded, n=3, cutoff=0.6)]
    slips = [name for name in _slips(local) if _is_known(engine, ID + name)] if space == ID else []
    return [prefix + name for name in dict.fromkeys([*slips, *near])][:3]


def _slips(slug: str) -> Iterator[str]:
    """Yield what differs from a slug by a letter left out, put in, changed, or by two letters exchanged."""
    yield slug.lower()
    for at in range(len(slug) + 1):
        head, tail = slug[:at], slug[at:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)
