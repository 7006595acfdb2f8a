"""The tokens of a SPARQL query, in time linear in its length whatever it holds; and the places they stand at.

A `<` opens an IRI, or is "less than": it is that only after an operand within an expression's brackets, so that
brackets are followed. For every query that a parser takes, the tokens are the parser's own.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# SPARQL 1.1 Query Language, section 19.8. Possessive, and with a longest prefix: nothing is tried twice over. Beyond
# ASCII a name goes on with whatever stands there: what may not, no parser takes either.
_TOKEN = re.compile(
    r"""
    (?:[ \t\r\n]++|\#[^\n\r]*+)*+
    (?: (?P<string>\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
                  |(?!\"{3})"(?:[^"\\\n\r]++|\\[^\n\r])*+"|(?!'{3})'(?:[^'\\\n\r]++|\\[^\n\r])*+')
      | (?P<open>(?:\"{3}|'{3})(?s:.*+)|["'][^\n\r]*+)
      | (?P<iri><[^<>"{}|^`\x00-\x20]*+>)
      | (?P<variable>[?$][\w\x80-\U0010FFFF]++)
      | (?P<tag>@[A-Za-z]++[A-Za-z0-9-]*+)
      | (?P<name>(?:[^\W\d][\w.\x80-\U0010FFFF-]{0,99}(?<!\.))?
                 :(?:[\w:%\x80-\U0010FFFF-]++|\\.|\.++(?=[\w:%\\\x80-\U0010FFFF-]))*+)
      | (?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)
      | (?P<word>[^\W\d]\w*+)
      | (?P<mark><<|>>|\{\||\|\}|&&|\|\||\^\^|[<>!]=|[{}()\[\].;,/|^!+*=<>?~-])
      | (?P<other>[^ \t\r\n]) )
    """,
    re.VERBOSE | re.DOTALL,
)
_LESS = re.compile(r"<=?")
_OPERANDS = {"variable", "string", "number", "name", "iri", "tag"}
_ENDS_OF_OPERANDS = {")", "}", ">>", "true", "false"}
_OPENING = {"(": ")", "{": "}", "[": "]", "<<": ">>", "{|": "|}"}
_CLOSING = frozenset(_OPENING.values())


class Token(NamedTuple):
    """A token: its kind, its text, and the offset in the query of its first character.

    Kinds: string, open (a string that is not closed), iri, variable, tag, name, number, word, mark, other.
    """

    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset of the character after the token."""
        return self.offset + len(self.text)


_START = Token("mark", "", 0)


def scan(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, comments and white space left out; never raises."""
    before, last = _START, _START
    frames = ["clause"]
    at = 0
    while match := _TOKEN.match(text, at):
        kind = match.lastgroup or ""
        start, at = match.span(kind)
        if text[start] == "<" and frames[-1] == "expression" and _is_operand(last):
            kind, at = "mark", _end_of_less(text, start)
        token = Token(kind, text[start:at], start)
        if kind == "mark":
            if token.text in _OPENING:
                frames.append(_frame(token.text, frames[-1], last, before))
            elif token.text in _CLOSING and len(frames) > 1:
                frames.pop()
        elif kind == "word" and token.text.upper() == "SELECT":
            frames[-1] = "clause"
        yield token
        before, last = last, token


def tokens(text: str) -> list[Token]:
    """Return what `scan` yields."""
    return list(scan(text))


def opening(token: Token) -> str:
    """Return what closes the bracket that a token opens, "" for any other token."""
    return _OPENING.get(token.text, "") if token.kind == "mark" else ""


def closes(token: Token) -> bool:
    """Tell whether a token closes a bracket."""
    return token.kind == "mark" and token.text in _CLOSING


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def offset(text: str, line: int, column: int) -> int:
    """Return the offset of a line and column, both from 1; what lies beyond the text becomes its end."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
        if not start:
            return len(text)
    return min(start + max(column - 1, 0), len(text))


def _is_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.text.lower() in _ENDS_OF_OPERANDS


def _end_of_less(text: str, start: int) -> int:
    match = _LESS.match(text, start)
    return match.end() if match else start + 1


def _frame(bracket: str, around: str, last: Token, before: Token) -> str:
    """Return what an opening bracket holds: an expression, or patterns and terms, where `<` is never "less than".

    A clause is what surrounds the group of patterns: SELECT, GROUP BY, HAVING and ORDER BY have expressions.
    """
    if bracket != "(" or last.text == "<<" or last.text.upper() == "VALUES":
        return "pattern"
    called = last.kind in ("iri", "name") and before.text.upper() == "FILTER"
    if around != "pattern" or called or (last.kind == "word" and last.text != "a"):
        return "expression"
    return "pattern"
