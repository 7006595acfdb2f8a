"""The operations of a SPARQL update, cut at its braces: what they match, and the quads they delete and insert.

An update is not carried out on the graph. Its patterns are evaluated as a query, its templates are filled with the
solutions (SPARQL 1.1 Update, section 3.1.3), and what differs becomes a patch.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kg.engine.tokens import Token, scan
from kg.engine.updates import top_level
from kg.errors import QueryError
from kg.names import BASE, PREFIXES
from kg.rdf import FORMATS, NamedNode, Quad, parse

_VARIABLE = "urn:x-variable:"
_TRANSFERS = ("ADD", "MOVE", "COPY")


@dataclass(frozen=True)
class Operation:
    """One operation: `verb` is MODIFY, CLEAR, ADD, MOVE, COPY or CREATE.

    A MODIFY has templates, and `where`, the text of its group, "" for INSERT DATA and DELETE DATA. `within` is the
    graph of WITH. `graphs` are those of USING, of CLEAR and DROP, or where ADD, MOVE and COPY take from and put to;
    "" is the default graph, and a word in capitals is DEFAULT, NAMED or ALL.
    """

    verb: str
    prologue: str = ""
    delete: tuple[Quad, ...] = ()
    insert: tuple[Quad, ...] = ()
    where: str = ""
    within: str = ""
    graphs: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass
class _Cut:
    """An operation as it is being read: its words, names and groups at the top level, in order."""

    tokens: list[Token] = field(default_factory=list[Token])
    groups: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def operations(text: str) -> Iterator[Operation]:
    """Yield the operations of an update that parses, in order; raises QueryError for LOAD, which is refused."""
    prologue, cut = "", _Cut()
    stream = top_level(text)
    for token in stream:
        word = token.text.upper()
        if token.kind == "word" and word in ("PREFIX", "BASE", "VERSION") and not cut.tokens:
            last = next(stream) if word != "PREFIX" else next(one for one in stream if one.kind == "iri")
            prologue += text[token.offset : last.end] + "\n"
        elif word == "{":
            cut.groups.append((_before(cut), text[token.offset : next(stream).end]))
        elif word == ";":
            yield from _read(cut, prologue)
            cut = _Cut()
        else:
            cut.tokens.append(token)
    yield from _read(cut, prologue)


def variable(node: object) -> str:
    """Return the name of the variable that a term of a template stands for, "" for any other term."""
    return node.value.removeprefix(_VARIABLE) if isinstance(node, NamedNode) and _is_variable(node) else ""


def _is_variable(node: NamedNode) -> bool:
    return node.value.startswith(_VARIABLE)


def _before(cut: _Cut) -> str:
    """Return the keyword that says what a group is."""
    words = [token.text.upper() for token in cut.tokens if token.kind == "word"]
    word = words[-1] if words else ""
    if word == "DATA":
        return f"{words[-2]} DATA"
    return "DELETE WHERE" if words[-2:] == ["DELETE", "WHERE"] and not cut.groups else word


def _read(cut: _Cut, prologue: str) -> Iterator[Operation]:
    if not cut.tokens:
        return
    first = cut.tokens[0].text.upper()
    if first == "LOAD":
        repair = "Fetch the document yourself, and send its statements with INSERT DATA."
        raise QueryError("LOAD is refused: no update makes us read a document", "update", repair)
    if cut.groups:
        yield _modify(cut, prologue)
    elif first in ("CLEAR", "DROP", "CREATE"):
        yield Operation("CLEAR" if first == "DROP" else first, graphs=tuple(_graphs(cut.tokens[1:], prologue)))
    elif first in _TRANSFERS:
        yield Operation(first, graphs=tuple(_graphs(cut.tokens[1:], prologue)))


def _modify(cut: _Cut, prologue: str) -> Operation:
    groups = {name.removesuffix(" DATA"): group for name, group in cut.groups}
    short = groups.pop("DELETE WHERE", "")
    delete, insert = groups.get("DELETE", short), groups.get("INSERT", "")
    within, using, named = "", list[str](), list[str]()
    for before, token in zip(cut.tokens, cut.tokens[1:], strict=False):
        if token.kind in ("iri", "name"):
            place = {"WITH": None, "USING": using, "NAMED": named}[before.text.upper()]
            iri = _iri(token.text, prologue)
            if place is None:
                within = iri
            else:
                place.append(iri)
    return Operation(
        "MODIFY",
        prologue,
        tuple(_template(delete, prologue)),
        tuple(_template(insert, prologue)),
        groups.get("WHERE", short),
        within,
        tuple(using),
        tuple(named),
    )


def _graphs(tokens: list[Token], prologue: str) -> Iterator[str]:
    for token in tokens:
        word = token.text.upper()
        if token.kind != "word":
            yield _iri(token.text, prologue)
        elif word in ("DEFAULT", "NAMED", "ALL"):
            yield word


def _iri(text: str, prologue: str) -> str:
    quad = next(iter(_parsed(f"{text} a {text} .", prologue)))
    assert isinstance(quad.subject, NamedNode)
    return quad.subject.value


def _template(group: str, prologue: str) -> Iterator[Quad]:
    """Yield the quads of a template: TriG writes them as SPARQL does, once variables have become IRIs."""
    if not group:
        return
    made, end, last = list[str](), 0, "}"
    inner = group[1:-1]
    for token in scan(inner):
        told, word = token.text, token.text.lower() if token.kind == "word" else ""
        if token.kind == "variable":
            told = f"<{_VARIABLE}{token.text[1:]}>"
        elif word in ("true", "false"):
            told = word
        elif word == "graph":
            # TriG wants the full stop that SPARQL lets a writer leave out before GRAPH, and none after a graph.
            told = "GRAPH" if last in ("}", ".") else ". GRAPH"
        elif token.text == "." and last == "}":
            told = ""
        made += [inner[end : token.offset], told]
        end, last = token.end, token.text
    made.append("" if last in ("}", ".") else " .")
    yield from _parsed("".join(made), prologue)


@lru_cache(64)
def _ours(prologue: str) -> Mapping[str, str]:
    """Return those of Atlante's prefixes that a prologue does not declare."""
    declared = {match.lower() for match in re.findall(r"(?i)\bprefix\s+([^\s:]*):", prologue)}
    return {name: iri for name, iri in PREFIXES.items() if name not in declared}


def _parsed(text: str, prologue: str) -> Iterator[Quad]:
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _ours(prologue).items() if f"{name}:" in text)
    yield from parse(f"{head}{prologue}{text}", FORMATS["trig"], base=BASE, where="update")
