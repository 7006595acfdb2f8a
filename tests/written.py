"""What the tests of writes write: a source called notes, and its one place."""

PREFIXES = """
PREFIX kg: <https://w3id.org/atlante/ns#> PREFIX id: <https://w3id.org/atlante/id/>
PREFIX src: <https://w3id.org/atlante/source/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PLACE = "<https://w3id.org/atlante/source/notes#p1>"
DESCRIPTION = """GRAPH src:notes {
  src:notes a kg:Source ; rdfs:label "Notes"@en , "Appunti"@it ; kg:publisher "the tests"
}"""


def noting(statements: str) -> str:
    """Return the update that describes the source and puts statements at its place."""
    return f"{PREFIXES} INSERT DATA {{ {DESCRIPTION} GRAPH {PLACE} {{ {statements} }} }}"
