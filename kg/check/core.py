"""SHACL Core on the engine: one query for each constraint, over all focus nodes at once.

A query is a template of `queries/shacl/`, in which names are replaced by SPARQL, as SHACL replaces `$PATH` in its
own (section 6.3): `$TARGETS` by a pattern that binds `$this` to the focus nodes, `$NODES` by one that binds `?value`
to their value nodes too, the rest by terms. Of a shape inside another, the value nodes of the outer one are the
targets; which of them do not conform is known as a set, whatever their number.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
    focus: Term
    value: Term | None = None
    path: Path | None = None


def findings(engine: Engine, shape: Shape) -> Iterator[Finding]:
    """Yield what a shape with targets finds in an engine's default graph."""
    targets = [_filled(f"target/{target.kind}", {_SLOTS[target.kind]: str(target.term)}) for target in shape.targets]
    for _, finding in _findings(engine, shape, " UNION ".join(f"{{ {target} }}" for target in targets)):
        yield finding


def usable(engine: Engine, pattern: str, flags: str) -> bool:
    """Tell whether the engine understands a regular expression; both are literals as SPARQL."""
    text = _filled("usable-pattern", {"pattern": pattern, "flags": flags})
    return any(True for _ in select(engine, text))


_SLOTS = {"class": "CLASS", "node": "NODE", "subjects-of": "PROPERTY", "objects-of": "PROPERTY"}


def _findings(engine: Engine, shape: Shape, targets: str) -> Iterator[tuple[Term, Finding]]:
    """Yield each focus node with what is found: at itself, or by a property shape inside at one of its value nodes.

    What is found at a value node is found again for each focus node that has it (SHACL, section 4.7.2).
    """
    for constraint in shape.constraints:
        if constraint.component == _PROPERTY and isinstance(constraint, Nested):
            inner = _findings(engine, constraint.shapes[0], _inner_targets(shape, targets))
            yield from _at_value_nodes(engine, shape, targets, inner) if shape.path else inner
        else:
            for row in _rows(engine, shape, constraint, targets):
                path = row.path or shape.path
                yield row.focus, Finding(shape, constraint.component, row.focus, path, row.value)


def _at_value_nodes(
    engine: Engine, shape: Shape, targets: str, inner: Iterator[tuple[Term, Finding]]
) -> Iterator[tuple[Term, Finding]]:
    found: dict[Term, list[Finding]] = {}
    for node, finding in inner:
        found.setdefault(node, []).append(finding)
    if found:
        for focus, value in _pairs(engine, shape, targets):
            yield from ((focus, finding) for finding in found.get(value, ()))


def _failing(engine: Engine, shape: Shape, targets: str) -> set[Term]:
    """Return the focus nodes that do not conform to a shape."""
    return {row.focus for constraint in shape.constraints for row in _rows(engine, shape, constraint, targets)}


def _rows(engine: Engine, shape: Shape, constraint: Constraint, targets: str) -> Iterator[_Row]:
    if isinstance(constraint, Plain):
        return _plain(engine, shape, constraint, targets)
    if isinstance(constraint, Nested):
        return _nested(engine, shape, constraint, targets)
    return _qualified(engine, shape, constraint, targets)


def _plain(engine: Engine, shape: Shape, constraint: Plain, targets: str) -> Iterator[_Row]:
    path = {"PATH": str(shape.path)} if shape.path else {}
    slots = {"TARGETS": targets, "NODES": _nodes(shape, targets)} | path
    answer = select(engine, _filled(constraint.template, slots | dict(constraint.parameters)))
    columns = {name: number for number, name in enumerate(answer.variables)}
    for solution in answer:
        focus = solution[columns["this"]]
        assert focus is not None, "each template binds $this"
        value = solution[columns["value"]] if "value" in columns else None
        stated = solution[columns["path"]] if "path" in columns else None
        yield _Row(focus, value, Path("predicate", stated.value) if stated else None)


def _nested(engine: Engine, shape: Shape, constraint: Nested, targets: str) -> Iterator[_Row]:
    inner = _inner_targets(shape, targets)
    failing = Counter(node for one in constraint.shapes for node in _failing(engine, one, inner))
    fails, total = _FAILS[constraint.kind], len(constraint.shapes)
    if not failing and not fails(0, total):
        return
    for focus, value in _pairs(engine, shape, targets):
        if fails(failing[value], total):
            yield _Row(focus, value)


def _qualified(engine: Engine, shape: Shape, constraint: Qualified, targets: str) -> Iterator[_Row]:
    inner = _inner_targets(shape, targets)
    failing = _failing(engine, constraint.shape, inner)
    siblings = [_failing(engine, sibling, inner) for sibling in constraint.siblings]
    number = Counter(
        focus
        for focus, value in _pairs(engine, shape, targets)
        if value not in failing and all(value in others for others in siblings)
    )
    for (focus,) in select(engine, _filled("focus-nodes", {"TARGETS": targets})):
        assert focus is not None, "the template binds $this"
        if number[focus] < constraint.least or (constraint.most is not None and number[focus] > constraint.most):
            yield _Row(focus)


def _pairs(engine: Engine, shape: Shape, targets: str) -> Iterator[tuple[Term, Term]]:
    for focus, value in select(engine, _filled("value-nodes", {"NODES": _nodes(shape, targets)})):
        assert focus is not None, "the template binds $this"
        assert value is not None, "the template binds ?value"
        yield focus, value


def _inner_targets(shape: Shape, targets: str) -> str:
    return _filled("target/value-nodes", {"NODES": _nodes(shape, targets)}) if shape.path else targets


def _nodes(shape: Shape, targets: str) -> str:
    if shape.path is None:
        return _filled("nodes/focus", {"TARGETS": targets})
    form = "nodes/nullable-path" if shape.path.nullable else "nodes/path"
    return _filled(form, {"TARGETS": targets, "PATH": str(shape.path)})


def _filled(name: str, slots: Mapping[str, str]) -> str:
    return _template(name).safe_substitute(slots)


@cache
def _template(name: str) -> Template:
    """Return a template without its comments: what is filled in has several lines."""
    lines = query(f"shacl/{name}").splitlines(keepends=True)
    return Template("".join(line for line in lines if not line.startswith("#")))
