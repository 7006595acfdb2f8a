"""GraphML (graphml.graphdrawing.org, version 1.0) for network tools, written as a stream.

Nodes are the things of the graph, with label and types; edges are the statements between two things,
with the label of the property and the evidence.
"""

import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from kg.engine import Engine
from kg.export.sort import sorted_lines
from kg.names import ASSERTED, NS, ONTOLOGY, RDF, RDFS, SOURCE, STANDING, shorten
from kg.rdf import DefaultGraph, NamedNode, Quad, parse_statements
from kg.results import best

_KEYS = (("node", "label"), ("node", "type"), ("edge", "property"), ("edge", "label"), ("edge", "evidence"))
_TYPE, _LABEL = f"<{RDF}type>", f"<{RDFS}label>"
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], "\ufffd")
"""Characters that XML 1.0 cannot hold, even escaped (section 2.2)."""

# Below a node's name: its label, its type, or the mark that an edge or a statement about it makes it a node.
_IS_LABEL, _IS_TYPE, _IS_NODE = "0", "1", "2"


def graphml(engine: Engine, first: Iterable[str], second: Iterable[str]) -> Iterator[bytes]:
    """Yield GraphML for two passes over the same sorted statements `subject predicate object`."""
    buffer = io.BytesIO()
    xml = XMLGenerator(buffer, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("graphml", AttributesImpl({"xmlns": "http://graphml.graphdrawing.org/xmlns"}))
    for domain, name in _KEYS:
        attributes = {"id": f"{domain}-{name}", "for": domain, "attr.name": name, "attr.type": "string"}
        xml.startElement("key", AttributesImpl(attributes))
        xml.endElement("key")
    xml.startElement("graph", AttributesImpl({"id": "atlante", "edgedefault": "directed"}))
    for name, group in groupby(sorted_lines(_node_lines(first)), key=lambda line: line[: line.index(" ")]):
        _node(xml, name[1:-1], [line[len(name) + 1 :] for line in group])
        yield from _drained(buffer)
    yield from _edges(engine, xml, buffer, second)
    xml.endElement("graph")
    xml.endElement("graphml")
    xml.endDocument()
    yield buffer.getvalue()


def _node_lines(statements: Iterable[str]) -> Iterator[str]:
    last = ""
    for statement in statements:
        subject, predicate, object = statement.split(" ", 2)
        if predicate == _LABEL:
            yield f"{subject} {_IS_LABEL}{object}"
        elif predicate == _TYPE:
            yield f"{subject} {_IS_TYPE}{object}"
        if _is_term(subject):
            continue
        if subject != last:
            yield f"{subject} {_IS_NODE}"
            last = subject
        if object[0] == "<" and predicate != _TYPE:
            yield f"{object} {_IS_NODE}"


def _is_term(iri: str) -> bool:
    return iri.startswith(f"<{NS}") or iri == f"<{ONTOLOGY}>"


def _node(xml: XMLGenerator, iri: str, lines: list[str]) -> None:
    if lines[-1] != _IS_NODE:
        return
    labels = [line[1:] for line in lines if line[0] == _IS_LABEL]
    types = [shorten(line[2:-1]) for line in lines if line[0] == _IS_TYPE]
    data = {"node-label": _best_label(labels) or shorten(iri), "node-type": " ".join(dict.fromkeys(types))}
    _element(xml, "node", {"id": iri}, data)


def _edges(engine: Engine, xml: XMLGenerator, buffer: io.BytesIO, statements: Iterable[str]) -> Iterator[bytes]:
    @lru_cache(maxsize=1 << 12)
    def label(predicate: NamedNode) -> str:
        found = engine.quads(predicate, NamedNode(RDFS + "label"), None, DefaultGraph())
        return best(quad.object for quad in found) or shorten(predicate.value)

    @lru_cache(maxsize=1 << 16)
    def asserted(graph: NamedNode) -> bool:
        return any(engine.quads(graph, NamedNode(STANDING), NamedNode(ASSERTED), DefaultGraph()))

    for statement in statements:
        subject, predicate, object = statement.split(" ", 2)
        if object[0] != "<" or predicate == _TYPE or _is_term(subject):
            continue
        quad = next(parse_statements([statement]))
        graphs = sorted(_evidence(engine, quad), key=lambda graph: graph.value)
        data = {
            "edge-property": shorten(quad.predicate.value),
            "edge-label": label(quad.predicate),
            "edge-evidence": " ".join(graph.value for graph in graphs if asserted(graph)),
        }
        _element(xml, "edge", {"source": subject[1:-1], "target": object[1:-1]}, data)
        yield from _drained(buffer)


def _evidence(engine: Engine, quad: Quad) -> Iterator[NamedNode]:
    for found in engine.quads(quad.subject, quad.predicate, quad.object):  # pyright: ignore[reportArgumentType]
        graph = found.graph_name
        if isinstance(graph, NamedNode) and graph.value.startswith(SOURCE):
            yield graph


def _best_label(labels: list[str]) -> str:
    return best(quad.object for quad in parse_statements(f"<urn:x> <urn:x> {label}" for label in labels))


def _element(xml: XMLGenerator, name: str, attributes: dict[str, str], data: dict[str, str]) -> None:
    xml.ignorableWhitespace("\n")
    legal = {key: value.translate(_FORBIDDEN) for key, value in attributes.items()}
    xml.startElement(name, AttributesImpl(legal))
    for key, value in data.items():
        if value:
            xml.startElement("data", AttributesImpl({"key": key}))
            xml.characters(value.translate(_FORBIDDEN))
            xml.endElement("data")
    xml.endElement(name)


def _drained(buffer: io.BytesIO, above: int = 1 << 16) -> Iterator[bytes]:
    if buffer.tell() > above:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
