"""What the graph asserts of works and licences, each statement with its evidence."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from kg.engine import Engine, select
from kg.errors import BadInput
from kg.names import NS, RDF, slugify
from kg.paths import query
from kg.rdf import DefaultGraph, NamedNode, Term, value

SHARE_ALIKE = NS + "ShareAlike"
MODEL, TRAINING_DATA = NS + "Model", NS + "TrainingData"
PARTS = {
    NS + "licensedUnder": NS + "WholeWork",
    NS + "weightsLicensedUnder": NS + "ModelWeights",
    NS + "codeLicensedUnder": NS + "SourceCode",
    NS + "dataLicensedUnder": NS + "WorkData",
}
"""The property that names the licence of a part, and the part."""

_COPIED = (MODEL, NS + "SoftwareProduct")
"""What is built on these contains something of them; what is built on a platform need not."""


@dataclass(frozen=True, order=True)
class Statement:
    """An asserted statement, with the evidence graphs that say it; all IRIs."""

    subject: str
    property: str
    object: str
    evidence: tuple[str, ...]


@dataclass
class Work:
    """What is asserted of a work: licences by part, parts whose licence is unknown or none, and what it is made from.

    `unclear` are models on which it depends without a source saying how; `agreements` license it to somebody.
    """

    iri: str
    is_data: bool
    is_model: bool
    licences: dict[str, list[Statement]] = field(default_factory=dict[str, list[Statement]])
    unknown: dict[str, Statement] = field(default_factory=dict[str, Statement])
    none: dict[str, Statement] = field(default_factory=dict[str, Statement])
    bases: list[Statement] = field(default_factory=list[Statement])
    data: list[Statement] = field(default_factory=list[Statement])
    unclear: list[Statement] = field(default_factory=list[Statement])
    agreements: list[Statement] = field(default_factory=list[Statement])

    def states(self, part: str) -> bool:
        """Tell whether anything is said of the licence of a part, be it that it is unknown."""
        return part in self.licences or part in self.unknown or part in self.none


class Facts:
    """The facts of a graph that bear on one action (an IRI); each work and licence is asked for once."""

    def __init__(self, engine: Engine, action: str) -> None:
        self._engine, self._action = engine, action
        self._terms: dict[str, list[Statement]] = {}
        self._works: dict[str, Work] = {}

    def work(self, iri: str) -> Work:
        """Return what is asserted of a work; nothing, for one that the graph does not know."""
        if iri not in self._works:
            self._works[iri] = self._read(iri)
        return self._works[iri]

    def terms(self, licence: str) -> list[Statement]:
        """Return what a licence says of the action; where it says nothing itself, what its family says."""
        own = self._own(licence)
        families = [one.object for one in own if one.property == NS + "licenceFamily"]
        said = [one for one in own if one.object not in families]
        if any(one.property in (NS + "permits", NS + "forbids") for one in said):
            return said
        return [*said, *(one for family in families for one in self._own(family) if one.object not in families)]

    @cached_property
    def share_alike(self) -> dict[str, Statement]:
        """The licences that demand the same licence for what is made from a work."""
        rows = select(self._engine, query("licences/share-alike"))
        found = _statements((licence, NS + "imposesDuty", SHARE_ALIKE, graph) for graph, licence in rows)
        return {one.subject: one for one in found}

    def _own(self, licence: str) -> list[Statement]:
        if licence not in self._terms:
            given = {"licence": NamedNode(licence), "action": NamedNode(self._action)}
            rows = select(self._engine, query("licences/terms"), given)
            self._terms[licence] = _statements((licence, row[0], row[1], row[2]) for row in rows)
        return self._terms[licence]

    def _read(self, iri: str) -> Work:
        types = self._engine.quads(NamedNode(iri), NamedNode(RDF + "type"), None, DefaultGraph())
        kinds = {value(quad.object) for quad in types}
        rows = [tuple(row) for row in select(self._engine, query("licences/work"), {"work": NamedNode(iri)})]
        kind = {value(row[1]): value(row[3]) for row in rows if row[1] and row[3]}
        work = Work(iri, TRAINING_DATA in kinds, MODEL in kinds)
        for one in _statements((iri, row[0], row[1], row[2]) for row in rows):
            _place(work, one, kind.get(one.object, ""))
        agreements = select(self._engine, query("licences/agreements"), {"work": NamedNode(iri)})
        work.agreements = _statements((row[0], NS + "licensedWork", iri, row[1]) for row in agreements)
        made_from = {one.object for one in (*work.bases, *work.data)}
        work.unclear = [one for one in work.unclear if one.object not in made_from]
        return work


def _place(work: Work, one: Statement, kind: str) -> None:
    """Put a statement where it belongs."""
    if one.property in PARTS:
        work.licences.setdefault(PARTS[one.property], []).append(one)
    elif one.property == NS + "licenceUnknownFor":
        work.unknown[one.object] = one
    elif one.property == NS + "noLicenceFor":
        work.none[one.object] = one
    elif one.property == NS + "trainedOn" or kind == TRAINING_DATA:
        work.data.append(one)
    elif one.property == NS + "fineTunedFrom" or (one.property == NS + "builtOn" and kind in _COPIED):
        work.bases.append(one)
    elif one.property == NS + "dependsOn" and kind == MODEL:
        work.unclear.append(one)


def _statements(rows: Iterable[tuple[Term | str | None, ...]]) -> list[Statement]:
    """Make one statement of the rows that differ in their evidence alone."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        *key, graph = (one if isinstance(one, str) else value(one) if one else "" for one in row)
        if graph not in found[tuple(key)]:
            found[tuple(key)].append(graph)
    return [Statement(*key, evidence=tuple(graphs)) for key, graphs in found.items()]


def actions(engine: Engine) -> dict[str, str]:
    """Return the IRI of each action that licences govern by its names, as slugs: commercial-use, uso-commerciale."""
    rows = select(engine, query("licences/actions"))
    return {slugify(value(name)): value(action) for action, name in rows if action and name}


def action_named(engine: Engine, name: str) -> str:
    """Return the IRI of the action that goes by a name in any language; raises BadInput where none does."""
    known = actions(engine)
    if iri := known.get(slugify(name)):
        return iri
    raise BadInput(f"{name!r} is no action that licences govern", "", f"The actions are: {', '.join(known)}.")
