"""What makes the error of a query helpful: the place, the token, what is wrong with it, and what to write instead.

Everything here reads tokens, never the grammar: the parser has the last word on what is wrong, and its message is
the fallback. Nothing here raises, whatever the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from kg.engine.keywords import KNOWN_PREFIXES, WORDS
from kg.engine.tokens import Token, closes, offset, opening, place, tokens
from kg.names import PREFIXES

_PLACE_OF_ERROR = re.compile(r"error at (\d+):(\d+)")
_QUOTES = {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"}
_OF_THE_PARSER = (
    ("Duplicated variable name", "a column has the name of another", "Name each variable of SELECT once."),
    ("IRI parsing failed", "an IRI is not complete", "Write it whole, with its scheme: <https://...>; or name a BASE."),
    (
        "contains a variable that is unbound",
        "SELECT names a variable that is neither grouped nor within an aggregate",
        "Name it in GROUP BY, or put it into an aggregate such as SAMPLE or COUNT.",
    ),
    (
        "not authorized with GROUP BY",
        "`*` does not go with GROUP BY or an aggregate",
        "Name the grouped variables in SELECT, and use aggregates only there, in HAVING or in ORDER BY.",
    ),
)
_PLAIN = {"variable", "iri", "name", "string", "number"}
_ROOM = {"{": 3, ".": 3, "}": 3, ";": 2}
_BETWEEN = {",", "=", "!=", "<", ">", "<=", ">=", "&&", "||", "/", "|", "+", "-", "!", "^"}
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}


@dataclass(frozen=True)
class Syntax:
    """What is wrong with a query's syntax, from line and column (both from 1) on; `token` may be empty."""

    line: int
    column: int
    token: str
    what: str
    hint: str


def undeclared_prefixes(text: str) -> list[str]:
    """Return the prefixes, sorted, that a query uses and neither declares nor finds among Atlante's own."""
    return sorted({_prefix(token) for token in _undeclared(tokens(text))})


def place_of(message: str) -> tuple[int, int] | None:
    """Return line and column, both from 1, where the parser's message names them."""
    found = _PLACE_OF_ERROR.search(message)
    return (int(found[1]), int(found[2])) if found else None


def without_place(message: str) -> str:
    """Return the parser's message without the line and column it begins with."""
    return _PLACE_OF_ERROR.sub("", message).lstrip(": ") or message


def token_at(text: str, line: int, column: int) -> str:
    """Return the token at a place or the first one after it; "" at the end of the text."""
    at = offset(text, line, column)
    return next((token.text for token in tokens(text) if token.end > at), "")


def explain_syntax(text: str, message: str) -> Syntax:
    """Say what is wrong with a query that the parser has refused with a message."""
    found = tokens(text)
    if not found:
        return Syntax(1, 1, "", "the query is empty", "Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    named = place_of(message)
    end = offset(text, *named) if named else len(text)
    for explain in (_unreadable, _prefixes, _brackets, _words, _sequences, _triples):
        for token, what, hint in explain(found):
            # The parser names the farthest place that it has tried: what is wrong never begins after it.
            if token.offset <= end:
                return Syntax(*place(text, token.offset), token.text, what, hint)
    return _fallback(text, found, message, end)


def _unreadable(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    for token in found:
        if token.kind == "open":
            hint = f"Close it with {token.text[0]}; within it, write {token.text[0]} as \\{token.text[0]}."
            yield token, "the string that begins here is not closed", hint
        elif token.text in _QUOTES:
            what = f"`{token.text}` is a typographic quotation mark"
            yield token, what, f"Write {_QUOTES[token.text]} instead: text copied from a page often has others."
        elif token.kind == "other":
            shown = f"`{token.text}`" if token.text.isprintable() else "an invisible character"
            yield token, f"{shown} (U+{ord(token.text):04X}) has no place in a query", "Delete it, or write a space."


def _prefixes(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    for token in _undeclared(found):
        prefix = _prefix(token)
        near = get_close_matches(prefix, PREFIXES, n=1, cutoff=0.6)
        if prefix in KNOWN_PREFIXES:
            hint = f"Write before the query: PREFIX {prefix}: <{KNOWN_PREFIXES[prefix]}>"
        elif near:
            hint = f"Did you mean {near[0]}: ? Else declare it with PREFIX."
        else:
            hint = f"Declare {prefix}: with PREFIX; Atlante's own prefixes need no declaration."
        yield token, f"the prefix {prefix}: is not declared", hint


def _brackets(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    opened: list[Token] = []
    for token in found:
        if opening(token):
            opened.append(token)
        elif closes(token):
            if not opened:
                yield token, f"`{token.text}` closes nothing", "Delete it, or open its bracket before it."
                return
            if opening(opened[-1]) != token.text:
                break
            opened.pop()
    if opened:
        closing = opening(opened[-1])
        yield opened[-1], f"the `{opened[-1].text}` that opens here is not closed", f"Add the missing `{closing}`."


def _words(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    for token in found:
        if token.kind == "word" and token.text.upper() not in WORDS:
            near = get_close_matches(token.text.upper(), WORDS, n=1, cutoff=0.7)
            hint = f"Did you mean {near[0]}?" if near else "A name needs a prefix, a variable `?`, a text quotes."
            yield token, f"`{token.text}` is not expected here", hint


def _sequences(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    """Find what is wrong with one token beside another."""
    clause = ""
    for token, following in pairwise([*found, Token("mark", "", found[-1].end)]):
        word = token.text.upper() if token.kind == "word" else ""
        clause = word if word in ("SELECT", "WHERE") else "" if token.text in ("{", "(") else clause
        if clause == "SELECT" and token.text == ",":
            yield token, "`,` is not expected here", "Separate the variables of SELECT by spaces."
        if clause == "SELECT" and word in _AGGREGATES:
            yield token, f"`{token.text}` stands outside brackets", f"Write ({word}(?x) AS ?name)."
        if word == "FILTER" and following.kind in ("variable", "number", "string"):
            yield token, "the condition of FILTER stands outside brackets", "Write FILTER, then ( condition )."
        if word in ("SELECT", "DISTINCT", "REDUCED") and following.text == "{":
            yield token, f"{word} does not say what to select", "Write *, or variables, before the `{`."
        if word == "WHERE" and following.text != "{":
            yield token, "`{` is missing after WHERE", "Put the patterns between `{` and `}`."
        if word in ("LIMIT", "OFFSET") and following.kind != "number":
            yield token, f"{word} needs a whole number", f"Write {word} 10, for example."
        if token.text == following.text == "=":
            yield token, "`==` is not expected here", "Write `=` to compare."
        if closes(following) and token.kind == "mark" and token.text in _BETWEEN:
            yield following, f"something is missing between `{token.text}` and `{following.text}`", "Complete it."


def _triples(found: list[Token]) -> Iterator[tuple[Token, str, str]]:
    """Find triples of too few or too many terms, among those of plain terms alone; `room` is for how many more."""
    room: int | None = None
    begun = rows = False
    for token in found:
        rows = token.text != "}" and (rows or token.text.upper() == "VALUES")
        if token.text == "}" and room is not None and begun and room:
            yield token, "the pattern before `}` is not complete", "It takes a subject, a property and an object."
        if token.kind in _PLAIN or token.text == "a":
            room, begun = None if room is None else room - 1, True
            if room == -1:
                what = f"`{token.text}` is not expected here"
                yield token, what, "End the pattern before it with `.`; `;` keeps its subject, `,` its property too."
        elif token.kind != "tag":
            room, begun = (None if rows else _ROOM.get(token.text)), False


def _fallback(text: str, found: list[Token], message: str, end: int) -> Syntax:
    token = next((each for each in found if each.end > end), None)
    line, column = place(text, token.offset if token else end)
    for sign, what, hint in _OF_THE_PARSER:
        if sign in message:
            return Syntax(line, column, token.text if token else "", what, hint)
    if token:
        return Syntax(line, column, token.text, f"`{token.text}` is not expected here", "Mend the query up to here.")
    last = found[-1].text
    return Syntax(line, column, "", f"the query cannot end, or go on, like this after `{last}`", "Mend its last part.")


def _undeclared(found: list[Token]) -> Iterator[Token]:
    declared = {*PREFIXES, "_"}
    previous = ""
    for token in found:
        if token.kind == "name":
            if previous == "PREFIX":
                declared.add(_prefix(token))
            elif _prefix(token) not in declared:
                yield token
        previous = token.text.upper() if token.kind == "word" else ""


def _prefix(token: Token) -> str:
    return token.text.partition(":")[0]
