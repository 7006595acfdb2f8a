"""Shapes as data: what each demands and of what, read from a shapes graph (SHACL, sections 2 to 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.check.paths import Path
from kg.rdf import Literal, NamedNode, Term


@dataclass(frozen=True)
class Target:
    """What a shape is about: `kind` names a template of `queries/shacl/target/`, `term` fills it in."""

    kind: str
    term: Term


@dataclass(frozen=True)
class Plain:
    """A constraint that one query answers: `template` names it, `parameters` are its terms as SPARQL."""

    component: str
    template: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Nested:
    """A constraint by other shapes: `kind` is property, node, not, and, or or xone."""

    component: str
    kind: str
    shapes: tuple["Shape", ...]


@dataclass(frozen=True)
class Qualified:
    """A bound on the number of value nodes that conform to a shape and to none of its siblings (section 4.7.3)."""

    component: str
    shape: "Shape"
    siblings: tuple["Shape", ...]
    least: int
    most: int | None


Constraint = Plain | Nested | Qualified


@dataclass(frozen=True)
class Shape:
    """A node shape, or a property shape if it has a path; `severity` is an IRI."""

    node: Term
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[Literal, ...]
    rule: str | None

    @cached_property
    def reads(self) -> frozenset[str]:
        """The IRIs of targets and paths, inner shapes included: what of the data the shape looks at."""
        named = {target.term.value for target in self.targets if isinstance(target.term, NamedNode)}
        if self.path:
            named.update(self.path.predicates())
        for shape in self.inner():
            named |= shape.reads
        return frozenset(named)

    def inner(self) -> Iterator["Shape"]:
        """Yield the shapes that the constraints name."""
        for constraint in self.constraints:
            if isinstance(constraint, Nested):
                yield from constraint.shapes
            elif isinstance(constraint, Qualified):
                yield constraint.shape
                yield from constraint.siblings
