"""What is settled in a SPARQL update before it reaches a parser: LOAD reads nothing, and a dataset may be given.

Oxigraph's LOAD fetches from the network, and its update takes no dataset. Both stand at the top level
of an update, outside all braces, where SPARQL 1.1 knows only keywords, IRIs, prefixed names and strings.
"""

import re
from collections.abc import Iterable, Iterator

from kg.engine.tokens import tokens
from kg.errors import QueryError
from kg.rdf import NamedNode

# After an operand `<` may also be "less than", and what looks like the rest of an IRI may then open a string or a
# comment; only an IRI with an authority cannot be read in that other way.
_UNCLEAR_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://).*['#]")

NOTHING = "<nothing://is.loaded/>"
"""What every LOAD is told to load: its scheme is of no network, so Oxigraph fails before it connects."""

_KEYWORD = re.compile(
    "BASE|PREFIX|VERSION|INSERT|DELETE|DATA|WHERE|WITH|USING|NAMED|GRAPH|LOAD|SILENT|INTO|TO"
    "|CLEAR|DROP|CREATE|ADD|MOVE|COPY|DEFAULT|ALL",
    re.IGNORECASE,
)


def without_sources(text: str) -> str:
    """Return the update with NOTHING as what each LOAD loads: what enters the graph has a source, and none is fetched.

    LOAD then fails, and LOAD SILENT does nothing (SPARQL 1.1 Update, section 3.1.4). Raises QueryError where it
    cannot be told what is loaded.
    """
    if not re.search(r"\bload", text, re.IGNORECASE):
        return text
    made, end, top = list[str](), 0, _top(text)
    for token in top:
        if token.group().upper() == "LOAD":
            source = next((one for one in top if one.group().upper() != "SILENT"), None)
            if source and source.lastgroup in ("iri", "name"):
                made += [text[end : source.start()], NOTHING]
                end = source.end()
            elif source and source.group() != ";":
                raise _unclear(source.group())
    return "".join([*made, text[end:]])


def with_dataset(text: str, graphs: Iterable[NamedNode], named: Iterable[NamedNode]) -> str:
    """Return the update with its patterns matched in the dataset of these graphs: each WHERE gets USING clauses.

    These are `using-graph-uri` and `using-named-graph-uri` of the SPARQL 1.1 Protocol, section 2.2.3. Raises
    QueryError for an update that has USING or WITH of its own.
    """
    top = list(_top(text))
    words = {token.group().upper() for token in top if token.lastgroup == "word"}
    if words & {"USING", "WITH"}:
        raise QueryError(
            "the request gives graphs, and its update has USING or WITH",
            "update",
            "Leave out using-graph-uri and using-named-graph-uri, or these clauses.",
        )
    clauses = " ".join([*(f"USING {graph}" for graph in graphs), *(f"USING NAMED {graph}" for graph in named)])
    made, end = list[str](), 0
    for before, where, *braces in zip(top, top[1:], top[2:], top[3:], strict=False):
        if where.group().upper() == "WHERE":
            # DELETE WHERE is short for a DELETE whose template is its pattern (SPARQL 1.1 Update, section 3.1.3.3).
            short = before.group().upper() == "DELETE"
            template = text[braces[0].start() : braces[1].end()] if short else ""
            made += [text[end : where.start()], template, f" {clauses} "]
            end = where.start()
    return "".join([*made, text[end:]])


def _top(text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens outside all braces, and the outermost braces themselves, without comments.

    Raises QueryError where it cannot be told what is outside, and for what no update has there: Oxigraph would
    also read keywords that are written together with what follows them, as in LOADSILENT.
    """
    depth, before = 0, ""
    for token in tokens(text):
        kind, word = token.lastgroup or "", token.group()
        if kind == "comment":
            continue
        depth -= word == "}"
        if depth < 0 or (depth and kind == "iri" and _UNCLEAR_IRI.match(word)):
            raise _unclear(word)
        if depth == 0:
            if (kind == "word" and not _KEYWORD.fullmatch(word)) or (kind == "name" and before != "word"):
                raise _unclear(word)
            yield token
        depth += word == "{"
        before = kind


def _unclear(word: str) -> QueryError:
    return QueryError(
        f"it cannot be told what {word} means in the update",
        "update",
        "Write spaces between keywords and names, IRIs with their scheme and authority, and each brace with its pair.",
    )
