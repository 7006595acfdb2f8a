"""Whether a server hands literals back as they are: they are written into a graph of their own, read, and removed."""

from collections.abc import Callable, Iterable, Iterator
from uuid import uuid4

from kg.errors import BadInput
from kg.names import BASE, RDF
from kg.rdf import Literal, NamedNode, Quad

_VALUE = NamedNode(RDF + "value")
_NAMED = 3
"""Literals that the message names."""


def refuse_changed(
    literals: Iterable[Literal],
    write: Callable[[list[Quad]], None],
    read: Callable[[NamedNode], Iterator[Quad]],
    forget: Callable[[NamedNode], None],
) -> None:
    """Raise BadInput for literals that a server hands back with another value, datatype or language tag, or not at all.

    `write`, `read` and `forget` are the server's ways with a graph, whose name no other trial has.
    """
    graph = NamedNode(f"{BASE}trial/{uuid4()}")
    tried = {NamedNode(f"{graph.value}#{number}"): literal for number, literal in enumerate(dict.fromkeys(literals))}
    if not tried:
        return
    try:
        write([Quad(subject, _VALUE, literal, graph) for subject, literal in tried.items()])
        kept = {quad.subject: quad.object for quad in read(graph)}
    finally:
        forget(graph)
    changed = [(literal, kept.get(name)) for name, literal in tried.items() if kept.get(name) != literal]
    if changed:
        named = "; ".join(f"{was} as {becomes or 'nothing'}" for was, becomes in changed[:_NAMED])
        more = f"; and {len(changed) - _NAMED} others" if len(changed) > _NAMED else ""
        repair = "Nothing was written. Write the literal as the server keeps it, or use another server."
        raise BadInput(f"the server would change what it is given: it keeps {named}{more}", "", repair)
