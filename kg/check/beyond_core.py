"""Shapes that SHACL Core does not cover, by pyshacl on rdflib: the part of the graph that they read, and results.

pyshacl gets an rdflib graph of its own, for it is very slow on a store and wrong there on lists of strings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from typing import cast

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import rdf
from kg.check.report import SEVERITIES, Result, readable
from kg.engine import Engine
from kg.errors import BadInput
from kg.names import NS, shorten

_pyshacl = cast(Callable[..., tuple[bool, object, str]], pyshacl.validate)  # pyright: ignore[reportUnknownMemberType]
_RULE = Namespace(NS).ruleId
_PLACEHOLDER = re.compile(r"\{[?$](this|path|value)\}")
_ESCAPED_VARIABLE = re.compile(r"\\\{\\[?$]\w+\\\}")


def validate(
    engine: Engine, found: Engine, shapes: Iterable[rdf.Triple], covered: Set[rdf.Term], where: str
) -> list[Result]:
    """Return what the shapes of a graph, but those that are covered already, find in the engine's default graph.

    `found` holds what the queries of the check have found, which the shapes see too. Raises BadInput, with `where`,
    for shapes that pyshacl refuses.
    """
    constraints = Graph(bind_namespaces="none")
    _add(constraints, (triple for triple in shapes if not _aims(triple, covered)))
    data = _data_graph(engine, found, constraints)
    try:
        _, report, text = _pyshacl(data, shacl_graph=constraints, inplace=True, inference="none")
    except ReportableRuntimeError as error:
        raise BadInput(f"the shapes cannot be used: {error}", where) from error
    if not isinstance(report, Graph):
        raise BadInput(f"the shapes cannot be used: {text}", where)
    return [_result(node, report, constraints, data) for node in report.subjects(RDF.type, SH.ValidationResult)]


def _aims(triple: rdf.Triple, covered: Set[rdf.Term]) -> bool:
    """Tell whether a triple gives a covered shape a target, by itself or because it makes it a class."""
    if triple.predicate.value == str(RDF.type):
        kinds = {str(SH.NodeShape), str(SH.PropertyShape)}
        return triple.subject in covered and rdf.value(triple.object) not in kinds
    return triple.subject in covered and triple.predicate.value.startswith(str(SH.target))


def _data_graph(engine: Engine, found: Engine, shapes: Graph) -> Graph:
    """Return what the shapes can see: things of the classes and statements with the predicates that they name.

    The rest of the default graph stays out, because rdflib takes a kilobyte for each triple.
    """
    graph = Graph(bind_namespaces="none")
    named = {str(term) for term in shapes.objects() if isinstance(term, URIRef)}
    hierarchy = list(_triples(engine, str(RDFS.subClassOf)))
    _add(graph, hierarchy)
    for iri in sorted(named - {str(RDF.type), str(RDFS.subClassOf)}):
        _add(graph, _triples(engine, iri))
    for iri in sorted(_with_subclasses(named, hierarchy)):
        _add(graph, _triples(engine, str(RDF.type), rdf.NamedNode(iri)))
    _add(graph, (quad.triple for quad in found.quads(graph=rdf.DefaultGraph())))
    return graph


def _triples(engine: Engine, predicate: str, term: rdf.Term | None = None) -> Iterator[rdf.Triple]:
    for quad in engine.quads(predicate=rdf.NamedNode(predicate), object=term, graph=rdf.DefaultGraph()):
        yield quad.triple


def _with_subclasses(classes: set[str], hierarchy: Sequence[rdf.Triple]) -> set[str]:
    new = {rdf.value(triple.subject) for triple in hierarchy if rdf.value(triple.object) in classes} - classes
    return _with_subclasses(classes | new, hierarchy) if new else classes


def _add(graph: Graph, triples: Iterable[rdf.Triple]) -> None:
    for triple in triples:
        graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))


def _node(term: rdf.Term | rdf.Triple) -> URIRef | BNode | Literal:
    if isinstance(term, rdf.NamedNode):
        return URIRef(term.value)
    if isinstance(term, rdf.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        # rdflib's normal form of a gYear or gYearMonth is a whole date, which its source did not say.
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    return BNode(rdf.value(term))


def _result(node: Node, report: Graph, shapes: Graph, data: Graph) -> Result:
    focus, shape = report.value(node, SH.focusNode), report.value(node, SH.sourceShape)
    value, component = report.value(node, SH.value), report.value(node, SH.sourceConstraintComponent)
    path = _path(node, report, data)
    rule = shapes.value(shape, _RULE)
    said = {"this": readable(_n3(focus)), "path": shorten(path or ""), "value": readable(_n3(value)) if value else ""}
    severity = str(report.value(node, SH.resultSeverity)).removeprefix(str(SH))
    return Result(
        rule=str(rule) if rule else shorten(str(shape)).strip("<>"),
        severity=severity if severity in SEVERITIES else SEVERITIES[0],
        focus=str(focus),
        path=path,
        value=_n3(value) if value is not None and value != focus else None,
        message_en=_message(node, report, shapes, said, "en"),
        message_it=_message(node, report, shapes, said, "it"),
        shape=str(shape) if isinstance(shape, URIRef) else None,
        component=str(component),
    )


def _path(node: Node, report: Graph, data: Graph) -> str | None:
    """Return the property of a result: of alternative paths, the one that leads to the value."""
    path = report.value(node, SH.resultPath)
    if isinstance(path, URIRef):
        return str(path)
    focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
    for alternative in _alternatives(path, report):
        if value is not None and (focus, alternative, value) in data:
            return str(alternative)
    return None


def _alternatives(path: Node | None, report: Graph) -> Iterator[Node]:
    first = report.value(path, SH.alternativePath) if path is not None else None
    if first is not None:
        yield from Collection(report, first)


def _message(node: Node, report: Graph, shapes: Graph, said: dict[str, str], language: str) -> str:
    """Return the message in a language, filled in.

    The result's own messages may have lost their language tags, so the shape's message in the language tells
    which of them it is; those of SPARQL constraints have their own variables filled in already.
    """
    own = report.value(node, SH.sourceConstraint) or report.value(node, SH.sourceShape)
    texts = sorted(str(message) for message in report.objects(node, SH.resultMessage))
    templates = {
        message.language: str(message) for message in shapes.objects(own, SH.message) if isinstance(message, Literal)
    }
    template = templates.get(language) or templates.get("en") or templates.get(None) or texts[0]
    pattern = _ESCAPED_VARIABLE.sub(".*", re.escape(template))
    text = next((text for text in texts if re.fullmatch(pattern, text, re.DOTALL)), template)
    return _PLACEHOLDER.sub(lambda match: said[match[1]], text)


def _n3(term: Node | None) -> str:
    """Return a term as N-Triples."""
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, Literal):
        datatype = rdf.NamedNode(str(term.datatype)) if term.datatype else None
        return str(rdf.Literal(str(term), language=term.language, datatype=datatype))
    return f"_:{term}"
