"""Property paths of SHACL (section 2.3.1), read from a shapes graph and written as SPARQL."""

from collections.abc import Iterator
from dataclasses import dataclass

from kg.check.facts import SH, Facts, NotCovered
from kg.names import RDF
from kg.rdf import NamedNode, Term

_SUFFIXES = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


@dataclass(frozen=True)
class Path:
    """A property path: `kind` is "predicate" (then `iri` is set), "^", "/", "|", "*", "+" or "?"."""

    kind: str
    iri: str = ""
    parts: tuple["Path", ...] = ()

    def __str__(self) -> str:
        """The path in SPARQL (SPARQL 1.1 Query Language, section 9.1)."""
        if self.kind == "predicate":
            return str(NamedNode(self.iri))
        if self.kind in "/|":
            return f"({self.kind.join(map(str, self.parts))})"
        return f"(^{self.parts[0]})" if self.kind == "^" else f"({self.parts[0]}{self.kind})"

    @property
    def nullable(self) -> bool:
        """Tell whether the path may have length zero, so that it leads from each node to itself."""
        if self.kind == "|":
            return any(part.nullable for part in self.parts)
        return self.kind in "*?" or (bool(self.parts) and all(part.nullable for part in self.parts))

    def predicates(self) -> Iterator[str]:
        """Yield the IRIs that the path names."""
        if self.kind == "predicate":
            yield self.iri
        for part in self.parts:
            yield from part.predicates()


def read(facts: Facts, node: Term, outer: frozenset[Term] = frozenset()) -> Path:
    """Return the path that a node of a shapes graph means; raises NotCovered for one that is ill-formed."""
    if isinstance(node, NamedNode):
        return Path("predicate", node.value)
    if node in outer:
        raise NotCovered("a path that holds itself")
    inner = outer | {node}
    if facts.all(node, RDF + "first"):
        return _several("/", facts, node, inner)
    if alternatives := facts.one(node, SH + "alternativePath"):
        return _several("|", facts, alternatives, inner)
    if inverse := facts.one(node, SH + "inversePath"):
        return Path("^", parts=(read(facts, inverse, inner),))
    for name, suffix in _SUFFIXES.items():
        if repeated := facts.one(node, SH + name):
            return Path(suffix, parts=(read(facts, repeated, inner),))
    raise NotCovered("an ill-formed path")


def _several(kind: str, facts: Facts, node: Term, inner: frozenset[Term]) -> Path:
    parts = tuple(read(facts, item, inner) for item in facts.items(node))
    if len(parts) < 2:
        raise NotCovered("a path of fewer than two members")
    return Path(kind, parts=parts)
