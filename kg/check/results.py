"""What a query has found, as the result that people and programs are shown."""

import re

from kg import rdf
from kg.check.core import Finding
from kg.check.facts import SH
from kg.check.paths import Path
from kg.check.report import SEVERITIES, Result, readable
from kg.engine import Engine
from kg.names import shorten

_PLACEHOLDER = re.compile(r"\{[?$](this|path|value)\}")
_UNSAID = {
    "en": "{$this} does not keep %s of the shape %s. Mend the data, or the shape.",
    "it": "{$this} non rispetta %s della forma %s. Correggere i dati, o la forma.",
}
"""What is said where a shape has no message of its own."""


def result_of(finding: Finding, engine: Engine) -> Result:
    """Return a finding in words; the engine is the one it was found in."""
    shape, focus, value = finding.shape, finding.focus, finding.value
    name = shorten(shape.node.value).strip("<>")
    path = _property(finding, engine)
    severity = shape.severity.removeprefix(SH)
    said = {"this": readable(str(focus)), "path": shorten(path or ""), "value": readable(str(value)) if value else ""}
    return Result(
        rule=shape.rule or name,
        severity=severity if severity in SEVERITIES else SEVERITIES[0],
        focus=rdf.value(focus),
        path=path,
        value=str(value) if value is not None and value != focus else None,
        message_en=_message(finding, said, "en"),
        message_it=_message(finding, said, "it"),
        shape=shape.node.value if isinstance(shape.node, rdf.NamedNode) else None,
        component=finding.component,
    )


def _property(finding: Finding, engine: Engine) -> str | None:
    """Return the property of a result: of alternative paths, the one that leads to the value."""
    path = finding.path
    if path is None or path.kind == "predicate":
        return path.iri if path else None
    if path.kind == "|" and finding.value and not isinstance(finding.focus, rdf.Literal):
        for part in path.parts:
            if part.kind == "predicate" and _states(engine, finding.focus, part, finding.value):
                return part.iri
    return None


def _states(engine: Engine, focus: rdf.Term, path: Path, value: rdf.Term) -> bool:
    assert isinstance(focus, rdf.NamedNode), "blank nodes do not exist in the graph"
    return any(True for _ in engine.quads(focus, rdf.NamedNode(path.iri), value, rdf.DefaultGraph()))


def _message(finding: Finding, said: dict[str, str], language: str) -> str:
    """Return the shape's message in a language, else in English, else in none, filled in."""
    own = {message.language: message.value for message in finding.shape.messages}
    unsaid = _UNSAID[language] % (shorten(finding.component), shorten(finding.shape.node.value))
    text = own.get(language) or own.get("en") or own.get(None) or unsaid
    return _PLACEHOLDER.sub(lambda match: said[match[1]], text)
