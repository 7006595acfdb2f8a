"""The texts that are sent to a SPARQL server: changes as data, prefixes declared, and what can be told of a query."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from string import Template

from kg.engine import updates
from kg.engine.tokens import closes, opening, scan
from kg.errors import BadInput, QueryError
from kg.names import PREFIXES
from kg.paths import query
from kg.rdf import BlankNode, DefaultGraph, NamedNode, Quad

_MOST = 2_000
"""Quads in one operation of a request: Virtuoso's parser takes fewer than 5,000."""

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def filled(name: str, **slots: str) -> str:
    """Return the template `engine/NAME`, its slots filled, without its comments."""
    lines = query(f"engine/{name}").splitlines()
    return Template("\n".join(line for line in lines if not line.startswith("#"))).substitute(slots)


def change(added: Sequence[Quad], removed: Sequence[Quad], default: NamedNode | DefaultGraph) -> str:
    """Return the update that removes quads and adds others, as data; `default` is where the default graph is kept.

    Raises BadInput for a blank node, which no DELETE DATA can name.
    """
    told = [("delete", quads) for quads in _slices(removed)] + [("insert", quads) for quads in _slices(added)]
    return " ;\n".join(filled(name, quads=_data(quads, default)) for name, quads in told)


def _slices(quads: Sequence[Quad]) -> Iterator[Sequence[Quad]]:
    for start in range(0, len(quads), _MOST):
        yield quads[start : start + _MOST]


def _data(quads: Sequence[Quad], default: NamedNode | DefaultGraph) -> str:
    placed = sorted((str(_place(quad, default)), f"{_ground(quad).triple} .") for quad in quads)
    made: list[str] = []
    for graph, rows in groupby(placed, key=lambda row: row[0]):
        triples = "\n".join(triple for _, triple in rows)
        made.append(filled("group", graph=graph, inside=triples) if graph.startswith("<") else triples)
    return "\n".join(made)


def _place(quad: Quad, default: NamedNode | DefaultGraph) -> object:
    return default if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name


def _ground(quad: Quad) -> Quad:
    if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
        raise BadInput(f"a blank node cannot be written to another server: {quad}", "", "Give it a name.")
    return quad


def declared(text: str, base: str | None) -> str:
    """Return the text with a declaration of its base, and of those of Atlante's prefixes that it may use."""
    head = [f"BASE <{base}>"] if base is not None else []
    used = [(prefix, iri) for prefix, iri in PREFIXES.items() if f"{prefix}:" in text]
    return "\n".join([*head, *(filled("prologue", prefix=prefix, iri=iri) for prefix, iri in used), text])


def nodes(iris: Sequence[str] | None) -> Iterable[NamedNode]:
    """Return names as nodes; raises QueryError for what is no IRI."""
    try:
        return [NamedNode(iri) for iri in iris or ()]
    except ValueError as error:
        raise QueryError(str(error), "update") from error


def form(text: str) -> str:
    """Return the form of a query, SELECT, ASK, CONSTRUCT or DESCRIBE, and "" where it has none."""
    words = (token.text.upper() for token in scan(text) if token.kind == "word")
    return next((word for word in words if word in _FORMS), "")


def in_graph(text: str, graph: NamedNode) -> str:
    """Return a query with its pattern in a graph, which is thereby its default graph; GRAPH inside is as before.

    A query without a pattern stays as it is.
    """
    found = list(scan(text))
    depth, start = 0, None
    for before, token in pairwise(found):
        if token.text == "{" and depth == 0 and before.text.upper() != "CONSTRUCT":
            start = token
        depth += bool(opening(token)) - closes(token)
        if start and depth == 0:
            pattern = filled("group", graph=str(graph), inside=text[start.end : token.offset])
            return f"{text[: start.end]} {pattern} {text[token.offset :]}"
    return text


def as_select(text: str) -> str:
    """Return an ASK as the SELECT that has one solution where it holds, else none."""
    ask = next(token for token in scan(text) if token.text.upper() == "ASK")
    return text[: ask.offset] + filled("ask") + text[ask.end :]


def has_words(text: str, *words: str) -> bool:
    """Tell whether a query or an update has all of some keywords, given in capitals."""
    return set(words) <= {token.text.upper() for token in scan(text) if token.kind == "word"}


def loads(text: str) -> bool:
    """Tell whether an update has a LOAD that may fail: one without SILENT."""
    words = [token.text.upper() for token in updates.top_level(text)]
    return any(word == "LOAD" and following != "SILENT" for word, following in pairwise(words))
