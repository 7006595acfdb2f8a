"""SHACL Core on the engine: one query for each constraint, over all focus nodes at once.

A query is a template of `queries/shacl/`, in which names are replaced by SPARQL, as SHACL replaces `$PATH` in its
own (section 6.3): `$TARGETS` by a pattern that binds `$this` to the focus nodes, `$NODES` by one that binds `?value`
to their value nodes too, the rest by terms. Of a shape inside another, the value nodes of the outer one are the
targets; which of them do not conform is known as a set, whatever their number.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Template

from kg.check.facts import SH
from kg.check.paths import Path
from kg.check.shapes import Constraint, Nested, Plain, Qualified, Shape
from kg.engine import Engine, select
from kg.paths import query
from kg.rdf import Term

_PROPERTY = SH + "PropertyConstraintComponent"
_FAILS: Mapping[str, Callable[[int, int], bool]] = {
    "node": lambda failing, _: failing > 0,
    "property": lambda failing, _: failing > 0,
    "and": lambda failing, _: failing > 0,
    "not": lambda failing, _: failing == 0,
    "or": lambda failing, total: failing == total,
    "xone": lambda failing, total: failing != total - 1,
}
"""When a value node breaks a constraint by shapes: of how many it does not conform to how many."""


@dataclass(frozen=True)
class Finding:
    """A result of a validation (SHACL, section 3.6.2); `component` is an IRI, terms are those of the data."""

    shape: Shape
    component: str
    focus: Term
    path: Path | None
    value: Term | None


@dataclass(frozen=True)
class _Row:
    node: Term
    value: Term | None = None
    path: Path | None = None


@dataclass(frozen=True)
class _Focus:
    """The focus nodes: a pattern that binds `$this` to them, and properties of which all subjects are among them."""

    pattern: str
    subjects_of: frozenset[str] = frozenset()


def findings(engine: Engine, shape: Shape, nodes: Sequence[Term] | None = None) -> Iterator[Finding]:
    """Yield what a shape with targets finds in an engine's default graph; of some of its focus nodes, where given."""
    if nodes is not None:
        some = _filled("target/node", {"NODE": " ".join(map(str, nodes))})
        yield from (finding for _, finding in _findings(engine, shape, _Focus(some)))
        return
    targets = [_filled(f"target/{target.kind}", {_SLOTS[target.kind]: str(target.term)}) for target in shape.targets]
    subjects = frozenset(target.term.value for target in shape.targets if target.kind == "subjects-of")
    for _, finding in _findings(engine, shape, _Focus(" UNION ".join(f"{{ {one} }}" for one in targets), subjects)):
        yield finding


def usable(engine: Engine, pattern: str, flags: str) -> bool:
    """Tell whether the engine understands a regular expression; both are literals as SPARQL."""
    text = _filled("usable-pattern", {"pattern": pattern, "flags": flags})
    return any(True for _ in select(engine, text))


_SLOTS = {"class": "CLASS", "node": "NODE", "subjects-of": "PROPERTY", "objects-of": "PROPERTY"}


def _findings(engine: Engine, shape: Shape, focus: _Focus) -> Iterator[tuple[Term, Finding]]:
    """Yield each focus node with what is found: at itself, or by a property shape inside at one of its value nodes.

    What is found at a value node is found again for each focus node that has it (SHACL, section 4.7.2).
    """
    for constraint in shape.constraints:
        if constraint.component == _PROPERTY and isinstance(constraint, Nested):
            inner = _findings(engine, constraint.shapes[0], _inner_focus(shape, focus))
            yield from _at_value_nodes(engine, shape, focus, inner) if shape.path else inner
        else:
            for row in _rows(engine, shape, constraint, focus):
                path = row.path or shape.path
                yield row.node, Finding(shape, constraint.component, row.node, path, row.value)


def _at_value_nodes(
    engine: Engine, shape: Shape, focus: _Focus, inner: Iterator[tuple[Term, Finding]]
) -> Iterator[tuple[Term, Finding]]:
    found: dict[Term, list[Finding]] = {}
    for at, finding in inner:
        found.setdefault(at, []).append(finding)
    if found:
        for node, value in _pairs(engine, shape, focus):
            yield from ((node, finding) for finding in found.get(value, ()))


def _failing(engine: Engine, shape: Shape, focus: _Focus) -> set[Term]:
    """Return the focus nodes that do not conform to a shape."""
    return {row.node for constraint in shape.constraints for row in _rows(engine, shape, constraint, focus)}


def _rows(engine: Engine, shape: Shape, constraint: Constraint, focus: _Focus) -> Iterator[_Row]:
    if isinstance(constraint, Plain):
        return _plain(engine, shape, constraint, focus)
    if isinstance(constraint, Nested):
        return _nested(engine, shape, constraint, focus)
    return _qualified(engine, shape, constraint, focus)


def _plain(engine: Engine, shape: Shape, constraint: Plain, focus: _Focus) -> Iterator[_Row]:
    path = {"PATH": str(shape.path)} if shape.path else {}
    slots = {"TARGETS": focus.pattern, "NODES": _nodes(shape, focus)} | path
    answer = select(engine, _filled(constraint.template, slots | dict(constraint.parameters)))
    columns = {name: number for number, name in enumerate(answer.variables)}
    for solution in answer:
        node = solution[columns["this"]]
        assert node is not None, "each template binds $this"
        value = solution[columns["value"]] if "value" in columns else None
        stated = solution[columns["path"]] if "path" in columns else None
        yield _Row(node, value, Path("predicate", stated.value) if stated else None)


def _nested(engine: Engine, shape: Shape, constraint: Nested, focus: _Focus) -> Iterator[_Row]:
    inner = _inner_focus(shape, focus)
    failing = Counter(node for one in constraint.shapes for node in _failing(engine, one, inner))
    fails, total = _FAILS[constraint.kind], len(constraint.shapes)
    if not failing and not fails(0, total):
        return
    for node, value in _pairs(engine, shape, focus):
        if fails(failing[value], total):
            yield _Row(node, value)


def _qualified(engine: Engine, shape: Shape, constraint: Qualified, focus: _Focus) -> Iterator[_Row]:
    inner = _inner_focus(shape, focus)
    failing = _failing(engine, constraint.shape, inner)
    siblings = [_failing(engine, sibling, inner) for sibling in constraint.siblings]
    number = Counter(
        node
        for node, value in _pairs(engine, shape, focus)
        if value not in failing and all(value in others for others in siblings)
    )
    for (node,) in select(engine, _filled("focus-nodes", {"TARGETS": focus.pattern})):
        assert node is not None, "the template binds $this"
        if number[node] < constraint.least or (constraint.most is not None and number[node] > constraint.most):
            yield _Row(node)


def _pairs(engine: Engine, shape: Shape, focus: _Focus) -> Iterator[tuple[Term, Term]]:
    for node, value in select(engine, _filled("value-nodes", {"NODES": _nodes(shape, focus)})):
        assert node is not None, "the template binds $this"
        assert value is not None, "the template binds ?value"
        yield node, value


def _inner_focus(shape: Shape, focus: _Focus) -> _Focus:
    return _Focus(_filled("target/value-nodes", {"NODES": _nodes(shape, focus)})) if shape.path else focus


def _nodes(shape: Shape, focus: _Focus) -> str:
    path, slots = shape.path, {"TARGETS": focus.pattern, "PATH": str(shape.path)}
    if path is None:
        return _filled("nodes/focus", slots)
    if path.nullable:
        return _filled("nodes/nullable-path", slots)
    steps = path.parts if path.kind == "|" else (path,)
    if all(step.kind == "predicate" and step.iri in focus.subjects_of for step in steps):
        return _filled("nodes/any-subject", slots)
    return _filled("nodes/path", slots)


def _filled(name: str, slots: Mapping[str, str]) -> str:
    return _template(name).safe_substitute(slots)


@cache
def _template(name: str) -> Template:
    """Return a template without its comments: what is filled in has several lines."""
    lines = query(f"shacl/{name}").splitlines(keepends=True)
    return Template("".join(line for line in lines if not line.startswith("#")))
