"""`/rules`: what the graph is checked for, in plain words."""

import re
from dataclasses import dataclass

from flask import Blueprint, render_template

from kg.names import NS, PREFIXES, SHAPES
from kg.rdf import Literal, NamedNode, Quad
from server.terms import Shown, Terms, reader
from server.view import Snapshot, snapshot
from server.words import say

blueprint = Blueprint("rules", __name__)

_SH = PREFIXES["sh"]
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_PLACES = re.compile(r"\{[$?](\w+)\}")


@dataclass(frozen=True)
class Constraint:
    """A constraint of a rule: what it says of what breaks it, how grave that is, and what it looks at."""

    message: Shown
    severity: str
    targets: list[Shown]


@dataclass(frozen=True)
class Rule:
    """A rule by its name, and its constraints."""

    name: str
    constraints: list[Constraint]


@blueprint.get("/rules")
def rules() -> str:
    """Show the rules that the graph is checked by, each in the words of its report."""
    here = snapshot()
    return render_template("rules.html", rules=here.remember(("rules", *reader()), lambda: _read(here)))


def _read(here: Snapshot) -> list[Rule]:
    found: dict[str, list[Constraint]] = {}
    for quad in here.engine.quads(None, NamedNode(NS + "ruleId"), None, NamedNode(SHAPES)):
        if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            found.setdefault(quad.object.value, []).append(_constraint(here, quad.subject))
    return [Rule(name, sorted(found[name], key=lambda one: one.message.text)) for name in sorted(found)]


def _constraint(here: Snapshot, shape: NamedNode) -> Constraint:
    terms = Terms(here)

    def values(name: str) -> list[Quad]:
        return list(here.engine.quads(shape, NamedNode(_SH + name), None, NamedNode(SHAPES)))

    text, lang = terms.text(shape.value, _SH + "message", SHAPES)
    paths = [terms.show(quad.object).text for quad in values("path") if isinstance(quad.object, NamedNode)]
    words = {"this": say("rules.this"), "path": paths[0] if paths else say("rules.path"), "value": say("rules.value")}
    plain = _PLACES.sub(lambda place: words.get(place[1], place[0]), text)
    severity = next((quad.object.value for quad in values("severity") if isinstance(quad.object, NamedNode)), "")
    # A name of the check's own says nothing to people; the message says what it stands for.
    targets = [terms.show(quad.object) for name in _TARGETS for quad in values(name)]  # pyright: ignore[reportArgumentType]
    shown = [one for one in targets if one.iri.startswith(NS)]
    return Constraint(Shown(plain[:1].upper() + plain[1:], lang), severity.removeprefix(_SH), shown)
