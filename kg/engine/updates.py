"""What is settled in a SPARQL update before it reaches a parser: LOAD reads nothing, and a dataset may be given.

Oxigraph's LOAD fetches from the network, and its update takes no dataset. Both stand at the top level
of an update, outside all braces, where SPARQL 1.1 knows only keywords, IRIs, prefixed names and strings.
"""

import re
from collections.abc import Iterable, Iterator

from kg.engine.tokens import Token, scan
from kg.errors import QueryError
from kg.rdf import NamedNode

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
    made, end, top = list[str](), 0, top_level(text)
    for token in top:
        if token.text.upper() == "LOAD":
            source = next((one for one in top if one.text.upper() != "SILENT"), None)
            if source and source.kind in ("iri", "name"):
                made += [text[end : source.offset], NOTHING]
                end = source.end
            elif source and source.text != ";":
                raise _unclear(source.text)
    return "".join([*made, text[end:]])


def with_dataset(text: str, graphs: Iterable[NamedNode], named: Iterable[NamedNode]) -> str:
    """Return the update with its patterns matched in the dataset of these graphs: each WHERE gets USING clauses.

    These are `using-graph-uri` and `using-named-graph-uri` of the SPARQL 1.1 Protocol, section 2.2.3. Raises
    QueryError for an update that has USING or WITH of its own.
    """
    top = list(top_level(text))
    words = {token.text.upper() for token in top if token.kind == "word"}
    if words & {"USING", "WITH"}:
        raise QueryError(
            "the request gives graphs, and its update has USING or WITH",
            "update",
            "Leave out using-graph-uri and using-named-graph-uri, or these clauses.",
        )
    clauses = " ".join([*(f"USING {graph}" for graph in graphs), *(f"USING NAMED {graph}" for graph in named)])
    made, end = list[str](), 0
    for before, where, *braces in zip(top, top[1:], top[2:], top[3:], strict=False):
        if where.text.upper() == "WHERE":
            # DELETE WHERE is short for a DELETE whose template is its pattern (SPARQL 1.1 Update, section 3.1.3.3).
            short = before.text.upper() == "DELETE"
            template = text[braces[0].offset : braces[1].end] if short else ""
            made += [text[end : where.offset], template, f" {clauses} "]
            end = where.offset
    return "".join([*made, text[end:]])


def top_level(text: str) -> Iterator[Token]:
    """Yield the tokens outside all braces, and the outermost braces themselves, without comments.

    Raises QueryError where it cannot be told what is outside, and for what no update has there: Oxigraph would
    also read keywords that are written together with what follows them, as in LOADSILENT.
    """
    depth, before = 0, ""
    for token in scan(text):
        depth -= token.text == "}"
        if depth < 0:
            raise _unclear(token.text)
        if depth == 0:
            glued = token.kind == "name" and before != "word"
            if glued or (token.kind == "word" and not _KEYWORD.fullmatch(token.text)):
                raise _unclear(token.text)
            yield token
        depth += token.text == "{"
        before = token.kind


def _unclear(word: str) -> QueryError:
    return QueryError(
        f"it cannot be told what {word} means in the update",
        "update",
        "Write spaces between keywords and names, and each brace with its pair.",
    )
