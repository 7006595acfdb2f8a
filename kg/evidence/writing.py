"""The answer of a SELECT with the evidence of its rows: as SPARQL 1.1 results with one more member or column."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

from kg.evidence import RowEvidence
from kg.evidence.ways import Row
from kg.names import XSD
from kg.rdf import BlankNode, Literal, NamedNode, Term

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
    cells = chain((" ".join(place.graph for place in one.places) for one in evidence), repeat(""))
    table = ([*row, cell] for row, cell in zip(rows, cells, strict=False))
    if syntax == "csv":
        yield from _csv([*variables, named], table)
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


def term_of(term: Term) -> dict[str, object]:
    """Return a term as SPARQL 1.1 Query Results JSON writes it (section 3.2.2)."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    told: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        return told | {"xml:lang": term.language}
    return told if term.datatype.value == XSD + "string" else told | {"datatype": term.datatype.value}


def _csv(names: Sequence[str], table: Iterable[Sequence[Term | str | None]]) -> Iterator[bytes]:
    for row in chain([names], table):
        line = io.StringIO()
        csv.writer(line).writerow(_plain(cell) for cell in row)
        yield line.getvalue().encode()


def _plain(cell: Term | str | None) -> str:
    if isinstance(cell, NamedNode | Literal):
        return cell.value
    return "" if cell is None else str(cell)


def _tsv(cell: Term | str | None) -> str:
    return "" if cell is None else str(cell).replace("\t", "\\t")
