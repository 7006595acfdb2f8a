"""The tokens of SPARQL, for what must be settled in a text before a parser has it: words outside strings and IRIs."""

import re
from collections.abc import Iterator

# SPARQL 1.1 Query Language, section 19.8: STRING_LITERAL*, IRIREF, comments, VAR, LANGTAG, PNAME; then single letters.
# Beyond ASCII, whatever may stand in a name does; a backslash in a name must not be taken for a string's.
_TOKEN = re.compile(
    r"""
      (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<comment>\#[^\n\r]*)
    | (?P<variable>[?$][\w\u0080-\U0010FFFF]+)
    | (?P<tag>@[A-Za-z0-9-]+)
    | (?P<name>[\w.\u0080-\U0010FFFF-]*:(?:[\w:.%\u0080-\U0010FFFF-]|\\.)*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a query or an update; the kind of each is its `lastgroup`.

    The kinds are string, iri, comment, variable, tag (of a language), name (prefixed, or of a blank node), word, and
    other. The longest token wins, as in the SPARQL 1.1 grammar, so `<` and what follows may be an IRI after an operand.
    """
    return _TOKEN.finditer(text)
