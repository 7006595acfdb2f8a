"""Which focus nodes of a shape a change can affect: those from which its paths lead to a changed triple.

A shape reads triples at its focus nodes and, along its paths and those of shapes inside it, further on. Each changed
triple is looked at as the one read at the end of such a way, and the way is gone back. The state after the change is
enough: of several changed triples on one way, the first is reached from the focus node by what has not changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.check.paths import Path
from kg.check.shapes import Nested, Plain, Qualified, Shape
from kg.engine import Engine
from kg.names import RDF, RDFS
from kg.rdf import DefaultGraph, NamedNode, Term, Triple, parts

TYPE, SUBCLASS = RDF + "type", RDFS + "subClassOf"
_ANY = "*"
_DEFAULT = DefaultGraph()


class Unbounded(Exception):
    """A path of any length: what it can reach is not gone back."""


@dataclass(frozen=True)
class Step:
    """One step of a path: a property, forwards or backwards."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True)
class Read:
    """A triple that a shape looks at: of a property ("*" is any), at the end of a way from the focus node."""

    way: tuple[Step, ...]
    step: Step


class Change:
    """A change to an engine that is in the state after it: `touched` are the triples that it added to the default graph
    or took from it.
    """

    def __init__(self, engine: Engine, touched: Iterable[Triple]) -> None:
        self._engine = engine
        self._classes: dict[NamedNode, set[object]] = {}
        self._touched: dict[str, list[Triple]] = {_ANY: []}
        for triple in touched:
            self._touched[_ANY].append(triple)
            self._touched.setdefault(triple.predicate.value, []).append(triple)

    def affected(self, shape: Shape, looked_at: Iterable[Read]) -> list[Term]:
        """Return the focus nodes of a shape with targets, in the state after the change, that it can affect.

        `looked_at` is what `reads` returns of the shape.
        """
        found: set[Term] = set()
        for read in looked_at:
            touched = self._touched.get(read.step.iri, ())
            ends = {end for triple in touched if (end := _end(read.step, triple)) is not None}
            for step in reversed(read.way):
                ends = {node for end in ends for node in _back(self._engine, step, end)}
            found |= ends
        targets = _targets(shape)
        return [node for node in sorted(found, key=str) if any(self._is_target(node, *one) for one in targets)]

    def _is_target(self, node: Term, kind: str, iri: str) -> bool:
        if kind == "node":
            return getattr(node, "value", "") == iri
        if kind == "objects-of":
            return any(self._engine.quads(None, NamedNode(iri), node, _DEFAULT))
        if not isinstance(node, NamedNode):
            return False
        if kind == "subjects-of":
            return any(self._engine.quads(node, NamedNode(iri), None, _DEFAULT))
        if node not in self._classes:
            self._classes[node] = _classes(self._engine, node)
        return NamedNode(iri) in self._classes[node]


def reads(shape: Shape) -> frozenset[Read]:
    """Return what a shape with targets looks at; raises Unbounded."""
    targets = {
        "class": Step(TYPE),
        "subjects-of": Step(""),
        "objects-of": Step("", inverse=True),
    }
    of_targets = {
        Read((), Step(targets[kind].iri or iri, targets[kind].inverse))
        for kind, iri in _targets(shape)
        if kind in targets
    }
    return frozenset(of_targets | set(_reads(shape, ())))


def _targets(shape: Shape) -> list[tuple[str, str]]:
    return [(target.kind, getattr(target.term, "value", "")) for target in shape.targets]


def _reads(shape: Shape, way: tuple[Step, ...]) -> Iterator[Read]:
    """Yield what a shape looks at whose focus nodes stand at the end of a way."""
    ends: list[tuple[Step, ...]] = [way]
    if shape.path:
        ends = []
        for steps in _ways(shape.path):
            for number, step in enumerate(steps):
                yield Read((*way, *steps[:number]), step)
            ends.append((*way, *steps))
    for constraint in shape.constraints:
        if isinstance(constraint, Plain):
            for end in {way, *ends}:
                yield from (Read(end, Step(iri)) for iri in _named(constraint))
        inner = constraint.shapes if isinstance(constraint, Nested) else ()
        if isinstance(constraint, Qualified):
            inner = (constraint.shape, *constraint.siblings)
        for one in inner:
            for end in ends:
                yield from _reads(one, end)


def _named(constraint: Plain) -> Iterator[str]:
    """Yield the properties that a constraint looks at besides its shape's path."""
    if constraint.template == "class":
        yield TYPE
    if constraint.template.startswith("closed"):
        yield _ANY
    for term in constraint.parameters.values():
        if term.startswith("<") and term.endswith(">"):
            yield term[1:-1]


def _ways(path: Path) -> Iterator[tuple[Step, ...]]:
    """Yield the sequences of steps that a path stands for."""
    if path.kind == "predicate":
        yield (Step(path.iri),)
    elif path.kind == "^":
        for way in _ways(path.parts[0]):
            yield tuple(Step(step.iri, not step.inverse) for step in reversed(way))
    elif path.kind == "|":
        for part in path.parts:
            yield from _ways(part)
    elif path.kind == "/":
        ways: list[tuple[Step, ...]] = [()]
        for part in path.parts:
            ways = [(*way, *rest) for way in ways for rest in _ways(part)]
        yield from ways
    elif path.kind == "?":
        yield ()
        yield from _ways(path.parts[0])
    else:
        raise Unbounded(str(path))


def _end(step: Step, triple: Triple) -> Term | None:
    """Return the node at which a triple of a step's property is read by it; None where that is no node."""
    end = triple.object if step.inverse else triple.subject
    return None if isinstance(end, Triple) else end


def _back(engine: Engine, step: Step, end: Term) -> Iterator[Term]:
    """Yield the nodes from which a step leads to a node."""
    property = NamedNode(step.iri)
    if not step.inverse:
        quads = engine.quads(None, property, end, _DEFAULT)
        yield from (parts(quad.triple)[0] for quad in quads)
    elif isinstance(end, NamedNode):
        quads = engine.quads(end, property, None, _DEFAULT)
        yield from (parts(quad.triple)[2] for quad in quads)


def _classes(engine: Engine, node: NamedNode) -> set[object]:
    """Return the classes of a node and those above them (SHACL, section 2.1.3.2)."""
    found: set[object] = set()
    classes = {quad.object for quad in engine.quads(node, NamedNode(TYPE), None, _DEFAULT)}
    while classes - found:
        found |= classes
        above = (one for one in classes if isinstance(one, NamedNode))
        classes = {quad.object for one in above for quad in engine.quads(one, NamedNode(SUBCLASS), None, _DEFAULT)}
    return found
