"""Whether a server hands literals back as they are: they are written into a graph of their own, read, and removed."""

from collections.abc import Callable, Iterable, Iterator
from uuid import uuid4

from kg.errors import BadInput, QueryError
from kg.names import BASE, RDF
from kg.rdf import Literal, NamedNode, Quad

_VALUE = NamedNode(RDF + "value")
_REPAIR = "Nothing was written. Write the literal as the server keeps it, or use another server."
_NAMED = 3
"""Literals that the message names."""


_MOST = 1_000
"""Literals tried at once: some servers cut longer answers."""


def refuse_changed(
    literals: Iterable[Literal],
    write: Callable[[list[Quad]], None],
    read: Callable[[NamedNode], Iterator[Quad]],
    forget: Callable[[NamedNode], None],
) -> None:
    """Raise BadInput for literals that a server refuses, or hands back with another value, datatype or language tag.

    `write`, `read` and `forget` are the server's ways with a graph, whose name no other trial has.
    """
    tried = list(dict.fromkeys(literals))
    for start in range(0, len(tried), _MOST):
        graph = NamedNode(f"{BASE}trial/{uuid4()}")
        names = [NamedNode(f"{graph.value}#{number}") for number in range(start, start + _MOST)]
        these = dict(zip(names, tried[start : start + _MOST], strict=False))
        try:
            write([Quad(name, _VALUE, literal, graph) for name, literal in these.items()])
            kept = {quad.subject: quad.object for quad in read(graph)}
        except QueryError as error:
            raise BadInput(f"the server does not take what it is given: {error.what}", error.where, _REPAIR) from error
        finally:
            forget(graph)
        changed = [(literal, kept.get(name)) for name, literal in these.items() if kept.get(name) != literal]
        if changed:
            named = "; ".join(f"{was} as {becomes or 'nothing'}" for was, becomes in changed[:_NAMED])
            more = f"; and {len(changed) - _NAMED} others" if len(changed) > _NAMED else ""
            raise BadInput(f"the server would change what it is given: it keeps {named}{more}", "", _REPAIR)
