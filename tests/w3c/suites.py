"""Which suites are run, and which of their tests are known to fail, each with its reason."""

import csv
from dataclasses import dataclass
from pathlib import Path

SUITES = {
    "SPARQL 1.0: evaluation of queries": "rdf-tests/sparql/sparql10/manifest-evaluation.ttl",
    "SPARQL 1.0: syntax": "rdf-tests/sparql/sparql10/manifest-syntax.ttl",
    "SPARQL 1.1: queries": "rdf-tests/sparql/sparql11/manifest-sparql11-query.ttl",
    "SPARQL 1.1: updates": "rdf-tests/sparql/sparql11/manifest-sparql11-update.ttl",
    "SPARQL 1.1: formats of results": "rdf-tests/sparql/sparql11/manifest-sparql11-results.ttl",
    "SPARQL 1.1: protocol": "rdf-tests/sparql/sparql11/protocol/manifest.ttl",
    "RDF 1.1 Turtle": "rdf-tests/rdf/rdf11/rdf-turtle/manifest.ttl",
    "RDF 1.1 TriG": "rdf-tests/rdf/rdf11/rdf-trig/manifest.ttl",
    "RDF 1.1 N-Triples": "rdf-tests/rdf/rdf11/rdf-n-triples/manifest.ttl",
    "RDF 1.1 N-Quads": "rdf-tests/rdf/rdf11/rdf-n-quads/manifest.ttl",
    "RDF 1.1 XML": "rdf-tests/rdf/rdf11/rdf-xml/manifest.ttl",
    "SHACL Core": "shacl/core/manifest.ttl",
}
"""The manifest of each suite by the suite's title."""


@dataclass(frozen=True)
class Skip:
    """Why a test is known to fail: what it has in common with others, and what happens in it."""

    group: str
    reason: str


def skips() -> dict[str, Skip]:
    """Return the tests that are known to fail, by name."""
    with Path(__file__).with_name("skips.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["test"]: Skip(row["group"], row["reason"]) for row in rows}
