"""The names that decisions on identity chose, as a source of their own: a chosen name may be none that a table uses."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.engine import Engine
from kg.identity.decisions import Decisions, files
from kg.names import ID, NS, RDF, RDFS, SOURCE, XSD, expand
from kg.rdf import DefaultGraph, Literal, NamedNode, Term
from kg.sources import Source, digest

IRI = SOURCE + "identity-decisions"

_LABEL, _OTHER_NAME = f"<{RDFS}label>", f"<{expand('skos:altLabel')}>"


def chosen_names(engine: Engine, decisions: Decisions, folder: Path, read: Iterable[Source]) -> Source:
    """Return the source that names what other sources, in the graph or just read, speak of by other names alone.

    `folder` holds the files of the decisions. Where there is nothing to name, the source says nothing.
    """
    names = {entry.object: entry.row.get("object_label", "") for entry in decisions.entries if entry.same}
    new = _other_names(statement for source in read for statement in source.statements)
    said = {
        f"<{iri}> <{RDFS}label> {Literal(name)} <{IRI}#{iri.removeprefix(ID)}>"
        for iri, name in names.items()
        if name and iri.startswith(ID) and new.get(iri, True) and _lacks_label(engine, iri, iri in new)
    }
    described = files(folder)
    return Source(IRI, tuple(described), said | set(_description(described, len(names))) if said else set())


def _other_names(statements: Iterable[str]) -> dict[str, bool]:
    """Return what statements of N-Quads name, and whether by other names alone."""
    alone: dict[str, bool] = {}
    for statement in statements:
        subject, predicate, _ = statement.split(" ", 2)
        if predicate in (_LABEL, _OTHER_NAME):
            alone[subject[1:-1]] = alone.get(subject[1:-1], True) and predicate == _OTHER_NAME
    return alone


def _lacks_label(engine: Engine, iri: str, named: bool) -> bool:
    """Tell whether a thing has other names (some are known already to be, if `named`), and no label but ours."""
    labels = engine.quads(NamedNode(iri), NamedNode(_LABEL[1:-1]), None, None)
    if any(quad.graph_name not in (DefaultGraph(), NamedNode(f"{IRI}#{iri.removeprefix(ID)}")) for quad in labels):
        return False
    return named or any(engine.quads(NamedNode(iri), NamedNode(_OTHER_NAME[1:-1]), None, None))


def _description(described: list[Path], count: int) -> Iterator[str]:
    number = NamedNode(XSD + "integer")
    values: list[tuple[str, Term]] = [
        (RDF + "type", NamedNode(NS + "Source")),
        (RDFS + "label", Literal("Atlante: decisions on identity", language="en")),
        (RDFS + "label", Literal("Atlante: decisioni sull’identità", language="it")),
        (NS + "publisher", Literal("Atlante")),
        (NS + "language", Literal("en")),
        (NS + "sourceKind", NamedNode(NS + "Dataset")),
        (NS + "terms", Literal("CC BY 4.0")),
        (NS + "sha256", Literal(digest(described))),
        (NS + "rowsRead", Literal(str(count), datatype=number)),
        (NS + "rowsRefused", Literal("0", datatype=number)),
    ]
    for predicate, value in values:
        yield f"<{IRI}> <{predicate}> {value} <{IRI}>"
