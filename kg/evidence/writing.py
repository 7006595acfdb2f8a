"""The answer of a SELECT with the evidence of its rows: as SPARQL 1.1 results with one more member or column."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

from kg.evidence import RowEvidence
from kg.evidence.ways import Row
from kg.names import XSD
from kg.rdf import BlankNode, Literal, NamedNode, Term, Triple

SYNTAXES = ("json", "csv", "tsv")
"""Syntaxes that have room for evidence. The XML Results Format has none: its schema is closed."""

_SEPARATORS = (",", ":")


def write(
    syntax: str, variables: Sequence[str], rows: Iterable[Row], evidence: Sequence[RowEvidence]
) -> Iterator[bytes]:
    """Yield the bytes of an answer in one of SYNTAXES; `evidence` is that of the first rows, and of no more."""
    if syntax == "json":
        yield from _json(variables, rows, evidence)
        return
    named = "evidence" if "evidence" not in variables else "row_evidence"
    cells = chain((Literal(" ".join(place.graph for place in one.places)) for one in evidence), repeat(Literal("")))
    table = ([*row, cell] for row, cell in zip(rows, cells, strict=False))
    if syntax == "csv":
        yield _csv_line([*variables, named])
        for row in table:
            yield _csv_line(map(_plain, row))
    else:
        yield ("\t".join(f"?{name}" for name in (*variables, named)) + "\n").encode()
        for row in table:
            yield ("\t".join(map(_tsv, row)) + "\n").encode()


def _json(variables: Sequence[str], rows: Iterable[Row], evidence: Sequence[RowEvidence]) -> Iterator[bytes]:
    """Write SPARQL 1.1 Query Results JSON with the members `evidence` and `evidenceRows` beside `results`."""
    yield f'{{"head":{{"vars":{json.dumps(list(variables))}}},"results":{{"bindings":['.encode()
    for number, row in enumerate(rows):
        binding = {name: term_of(term) for name, term in zip(variables, row, strict=True) if term is not None}
        yield ("," * (number > 0) + json.dumps(binding, ensure_ascii=False, separators=_SEPARATORS)).encode()
    told = json.dumps([one.plain() for one in evidence], ensure_ascii=False, separators=_SEPARATORS)
    yield f']}},"evidenceRows":{len(evidence)},"evidence":{told}}}'.encode()


def term_of(term: Term | Triple) -> dict[str, object]:
    """Return a term as SPARQL 1.1 Query Results JSON writes it (section 3.2.2), a triple term as that of 1.2 does."""
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: term_of(part) for name, part in parts.items()}}
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    told: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        return told | {"xml:lang": term.language}
    return told if term.datatype.value == XSD + "string" else told | {"datatype": term.datatype.value}


def _csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _tsv(term: Term | None) -> str:
    return "" if term is None else str(term).replace("\t", "\\t")
