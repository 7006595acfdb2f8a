"""Reads a shapes graph into shapes; what it does not understand is left to pyshacl, whole shape by whole shape."""

from collections.abc import Callable, Iterator
from typing import cast

from kg.check import paths
from kg.check.facts import SH, Facts, NotCovered
from kg.check.shapes import Constraint, Nested, Plain, Qualified, Shape, Target
from kg.names import NS, RDFS, XSD
from kg.rdf import BlankNode, Literal, NamedNode, Term

_TARGETS = {
    "targetClass": "class",
    "targetNode": "node",
    "targetSubjectsOf": "subjects-of",
    "targetObjectsOf": "objects-of",
}
_ONE_TERM = {
    "class": "class",
    "datatype": "datatype",
    "disjoint": "disjoint",
    "equals": "equals",
    "hasValue": "has-value",
    "lessThan": "less-than",
    "lessThanOrEquals": "less-than-or-equals",
    "maxCount": "max-count",
    "maxExclusive": "max-exclusive",
    "maxInclusive": "max-inclusive",
    "maxLength": "max-length",
    "minExclusive": "min-exclusive",
    "minInclusive": "min-inclusive",
    "minLength": "min-length",
    "nodeKind": "node-kind",
}
"""Parameters that are filled into a template as they stand, with the template."""

_PATH_ONLY = {"lessThan", "lessThanOrEquals", "maxCount", "minCount", "qualifiedValueShape", "uniqueLang"}
_BESIDE = {
    *("deactivated", "defaultValue", "description", "flags", "group", "ignoredProperties", "message", "name", "order"),
    *("path", "qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShapesDisjoint", "severity"),
}
"""Properties of a shape that are no constraint of their own."""

_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
_READABLE = {
    *("boolean", "date", "dateTime", "dayTimeDuration", "decimal", "double", "duration", "float", "gDay", "gMonth"),
    *("gMonthDay", "gYear", "gYearMonth", "integer", "time", "yearMonthDuration"),
}
_INTEGERS = {
    *("byte", "int", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "short"),
    *("unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
}
_CASTS = {XSD + name: XSD + name for name in _READABLE} | {XSD + name: XSD + "integer" for name in _INTEGERS}
"""Datatypes with the cast that fails for what is not in their lexical space. A well-formed number of one of the
narrower integer types is an xsd:integer to the engine."""


class Reader:
    """Reads the shapes of a graph; `usable` tells whether the engine understands a pattern with its flags."""

    def __init__(self, facts: Facts, usable: Callable[[str, str], bool]) -> None:
        self._facts = facts
        self._usable = usable
        self._open: set[Term] = set()
        self._custom = {
            path
            for component in facts.subjects()
            for parameter in facts.all(component, SH + "parameter")
            for path in facts.all(parameter, SH + "path")
        }

    def with_targets(self) -> Iterator[tuple[Term, Shape | None]]:
        """Yield each shape that has targets: its node, and the shape, None if it is not covered."""
        for node in self._facts.subjects():
            if not (list(self._targets(node)) or self._facts.all(node, SH + "target")):
                continue
            try:
                yield node, self._shape(node)
            except NotCovered:
                yield node, None

    def _targets(self, node: Term) -> Iterator[Target]:
        for name, kind in _TARGETS.items():
            yield from (Target(kind, term) for term in self._facts.all(node, SH + name))
        is_shape = any(self._facts.is_a(node, SH + name) for name in ("NodeShape", "PropertyShape"))
        if is_shape and self._facts.is_a(node, RDFS + "Class"):
            yield Target("class", node)

    def _shape(self, node: Term) -> Shape:
        if node in self._open:
            raise NotCovered("a shape that holds itself")
        self._open.add(node)
        try:
            return self._read(node)
        finally:
            self._open.discard(node)

    def _read(self, node: Term) -> Shape:
        facts = self._facts
        path = facts.one(node, SH + "path")
        severity, rule = facts.one(node, SH + "severity"), facts.one(node, NS + "ruleId")
        targets = tuple(self._targets(node))
        for target in targets:
            _text(target.term)
        active = facts.one(node, SH + "deactivated") != _TRUE
        return Shape(
            node,
            paths.read(facts, path) if path else None,
            targets,
            tuple(self._constraints(node, path)) if active else (),
            severity.value if isinstance(severity, NamedNode) else SH + "Violation",
            tuple(text for text in facts.all(node, SH + "message") if isinstance(text, Literal)),
            rule.value if rule else None,
        )

    def _constraints(self, node: Term, path: Term | None) -> Iterator[Constraint]:
        for predicate in self._facts.predicates(node):
            name = predicate.removeprefix(SH)
            if NamedNode(predicate) in self._custom:
                raise NotCovered(predicate)
            if name == predicate or name in _BESIDE or name in _TARGETS:
                continue
            if name in _PATH_ONLY and path is None:
                raise NotCovered(f"{name} without a path")
            for term in self._facts.all(node, predicate):
                yield from self._constraint(node, name, term)

    def _constraint(self, node: Term, name: str, term: Term) -> Iterator[Constraint]:
        component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
        match name:
            case "and" | "or" | "xone":
                yield Nested(component, name, tuple(self._shape(item) for item in self._facts.items(term)))
            case "node" | "not" | "property":
                inner = self._shape(term)
                if (name == "property" and inner.path is None) or (name == "node" and inner.path):
                    raise NotCovered(f"a shape of the wrong kind as sh:{name}")
                yield Nested(component, name, (inner,))
            case "minCount":
                yield from self._min_count(node, component, term)
            case "qualifiedValueShape":
                yield from self._qualified(node, term)
            case "uniqueLang" | "closed" if term != _TRUE:
                return
            case _:
                yield Plain(component, *self._plain(node, name, term))

    def _plain(self, node: Term, name: str, term: Term) -> tuple[str, dict[str, str]]:
        """Return the template and the terms of a constraint that one query answers."""
        match name:
            case "uniqueLang":
                return "unique-lang", {}
            case "closed":
                return "closed", {"ALLOWED": self._allowed(node)}
            case "in":
                return "in", {"in": self._texts(term)}
            case "languageIn":
                return "language-in", {"languageIn": self._texts(term)}
            case "pattern":
                return "pattern", self._pattern(node, term)
            case "datatype" if term.value in _CASTS:
                return "datatype-form", {"datatype": _text(term), "CAST": f"<{_CASTS[term.value]}>"}
            case _ if name in _ONE_TERM:
                return _ONE_TERM[name], {name: _text(term)}
            case _:
                raise NotCovered(name)

    def _min_count(self, node: Term, component: str, term: Term) -> Iterator[Constraint]:
        if _number(term) > 0 and not self._path(node).nullable:
            yield Plain(component, "no-value", {})
        if _number(term) > 1:
            yield Plain(component, "min-count", {"minCount": _text(term)})

    def _pattern(self, node: Term, term: Term) -> dict[str, str]:
        flags = self._facts.one(node, SH + "flags") or Literal("")
        if not self._usable(_text(term), _text(flags)):
            raise NotCovered("a pattern that the engine does not know")
        return {"pattern": _text(term), "flags": _text(flags)}

    def _allowed(self, node: Term) -> str:
        ignored = self._facts.one(node, SH + "ignoredProperties")
        properties = self._facts.all(node, SH + "property")
        allowed = [path for shape in properties for path in self._facts.all(shape, SH + "path")]
        allowed += self._facts.items(ignored) if ignored else []
        return " ".join(str(term) for term in allowed if isinstance(term, NamedNode))

    def _qualified(self, node: Term, term: Term) -> Iterator[Constraint]:
        facts, siblings = self._facts, set[Term]()
        if facts.one(node, SH + "qualifiedValueShapesDisjoint") == _TRUE:
            parents = (parent for parent in facts.subjects() if node in facts.all(parent, SH + "property"))
            properties = (shape for parent in parents for shape in facts.all(parent, SH + "property"))
            siblings = {found for shape in properties for found in facts.all(shape, SH + "qualifiedValueShape")}
        shape, others = self._shape(term), tuple(self._shape(sibling) for sibling in siblings - {term})
        least, most = facts.one(node, SH + "qualifiedMinCount"), facts.one(node, SH + "qualifiedMaxCount")
        if least:
            yield Qualified(SH + "QualifiedMinCountConstraintComponent", shape, others, _number(least), None)
        if most:
            yield Qualified(SH + "QualifiedMaxCountConstraintComponent", shape, others, 0, _number(most))

    def _path(self, node: Term) -> paths.Path:
        return paths.read(self._facts, cast(Term, self._facts.one(node, SH + "path")))

    def _texts(self, node: Term) -> str:
        return " ".join(_text(item) for item in self._facts.items(node))


def _text(term: Term) -> str:
    """Return a term as SPARQL; raises NotCovered for a blank node, which a query cannot name."""
    if isinstance(term, BlankNode):
        raise NotCovered("a blank node where a query needs a term")
    return str(term)


def _number(term: Term) -> int:
    try:
        return int(term.value)
    except ValueError as error:
        raise NotCovered(f"a bound that is no number: {term}") from error
