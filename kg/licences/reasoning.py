"""May one do something with a work? What its licences say, those of the models it is made from, and what stays open.

A verdict is never better than the evidence: where nobody knows a licence, or its terms, it is open. The rules stand in
docs/licences.md; they read what is recorded, and are no legal advice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from graphlib import CycleError, TopologicalSorter

from kg.engine import Engine
from kg.licences.facts import SHARE_ALIKE, Facts, Statement, Work
from kg.names import NS

_WHOLE, _WEIGHTS, _CODE, _DATA = (NS + part for part in ("WholeWork", "ModelWeights", "SourceCode", "WorkData"))
_PERMITS, _FORBIDS, _MODIFICATION = NS + "permits", NS + "forbids", NS + "Modification"


class Outcome(IntEnum):
    """What a licence, a work, or a work with all it is made from lets one do; the greater of two prevails."""

    YES = 0
    CONDITIONAL = 1
    OPEN = 2
    NO = 3


class Why(StrEnum):
    """Why something stays open."""

    UNKNOWN = "unknown-licence"
    NONE = "no-licence"
    MISSING = "missing-licence"
    NO_TERMS = "terms-not-recorded"
    CONTRADICTION = "terms-contradict"
    DISAGREEMENT = "licences-disagree"
    PARTS = "parts-differ"
    SHARE_ALIKE = "share-alike"
    DERIVATION = "derivatives-forbidden"
    DATA = "training-data"
    DEPENDENCY = "dependency-unclear"
    AGREEMENT = "agreement"
    CYCLE = "cycle"


@dataclass(frozen=True, order=True)
class OpenEnd:
    """Something that stays open: why, about which work or licence (an IRI), and the other thing it turns on, or ""."""

    why: Why
    about: str
    other: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether one may do an action with a work, by part too; the conditions; the evidence, in order; the open ends.

    `parts` are the parts of the work itself that decide; `conditions` are duties and limits. All names are IRIs.
    """

    work: str
    action: str
    outcome: Outcome
    parts: dict[str, Outcome]
    conditions: tuple[str, ...]
    steps: tuple[Statement, ...]
    open_ends: tuple[OpenEnd, ...]


def may(engine: Engine, work: str, action: str) -> Verdict:
    """Return whether one may do an action (an IRI of kg:LicenceAction) with a work (an IRI), with the evidence.

    What the work is made from is followed to its ends, through cycles too. A work that the graph does not know has no
    licence stated.
    """
    return _Inquiry(Facts(engine, action), Facts(engine, _MODIFICATION), work, action).verdict()


@dataclass
class _Found:
    """What is found of one work: its outcome as a whole and by part, conditions, steps, open ends."""

    outcome: Outcome = Outcome.YES
    parts: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    conditions: set[str] = field(default_factory=set[str])
    steps: list[Statement] = field(default_factory=list[Statement])
    ends: set[OpenEnd] = field(default_factory=set[OpenEnd])

    def at_least(self, outcome: Outcome, *ends: OpenEnd) -> None:
        """Let a stricter outcome prevail, and note open ends."""
        self.outcome = max(self.outcome, outcome)
        self.ends.update(ends)

    def take(self, other: "_Found") -> None:
        """Add steps, conditions and open ends of another work; its outcome is weighed by the caller."""
        self.steps += other.steps
        self.conditions |= other.conditions
        self.ends |= other.ends


class _Inquiry:
    """One question about one work."""

    def __init__(self, facts: Facts, making: Facts, work: str, action: str) -> None:
        self._facts, self._making, self._work, self._action = facts, making, work, action

    def verdict(self) -> Verdict:
        work = self._facts.work(self._work)
        found = self._own(work)
        parts = dict(found.parts)
        found.steps += work.agreements
        found.ends |= {OpenEnd(Why.AGREEMENT, work.iri, one.subject) for one in work.agreements}
        reached = self._follow(found)
        self._training_data(reached, found)
        if cycle := _cycle({work.iri: [one.object for one in work.bases] for work in reached}):
            found.ends.add(OpenEnd(Why.CYCLE, cycle))
        steps, ends = tuple(dict.fromkeys(found.steps)), tuple(sorted(found.ends))
        return Verdict(self._work, self._action, found.outcome, parts, tuple(sorted(found.conditions)), steps, ends)

    def _follow(self, found: _Found) -> list[Work]:
        """Weigh all that the work is made from; return it, the work first."""
        seen, waiting, certain = {self._work}, [self._work], list[Work]()
        while waiting:
            work = self._facts.work(waiting.pop(0))
            certain.append(work)
            for step in work.bases:
                found.steps.append(step)
                self._derived(work, self._facts.work(step.object), found)
                if step.object not in seen:
                    seen.add(step.object)
                    waiting.append(step.object)
                    base = self._own(self._facts.work(step.object))
                    found.take(base)
                    found.at_least(base.outcome)
        for work in certain:
            for step in work.unclear:
                if step.object not in seen:
                    self._unclear(step, found)
        return certain

    def _derived(self, work: Work, base: Work, found: _Found) -> None:
        """Weigh what the licences of a base say of making another work from it, and of that work's licence."""
        for part in _parts(base):
            own = {one.object for one in (*work.licences.get(part, []), *work.licences.get(_WHOLE, []))}
            for licence in (one.object for one in base.licences.get(part, [])):
                duty = self._facts.share_alike.get(licence)
                if duty and own and licence not in own:
                    bears = any(term.object == SHARE_ALIKE for term in self._facts.terms(licence))
                    found.steps.append(duty)
                    found.at_least(Outcome.OPEN if bears else Outcome.YES, OpenEnd(Why.SHARE_ALIKE, work.iri, licence))
                forbidden = [term for term in self._making.terms(licence) if term.property == _FORBIDS]
                if forbidden:
                    found.steps += forbidden
                    found.at_least(Outcome.OPEN, OpenEnd(Why.DERIVATION, work.iri, licence))

    def _unclear(self, step: Statement, found: _Found) -> None:
        """Note a model that the work depends on without a source saying how: it can leave open, not forbid."""
        other = self._own(self._facts.work(step.object))
        found.steps += [step, *other.steps]
        if other.outcome > Outcome.CONDITIONAL:
            found.at_least(Outcome.OPEN, OpenEnd(Why.DEPENDENCY, step.subject, step.object))

    def _training_data(self, works: Iterable[Work], found: _Found) -> None:
        """Note data that models learned from; whether its licence binds them is unsettled, so it decides nothing."""
        for work in works:
            for step in work.data:
                data = self._own(self._facts.work(step.object))
                found.steps += [step, *data.steps]
                if data.outcome != Outcome.YES:
                    found.ends.add(OpenEnd(Why.DATA, work.iri, step.object))
            if work.is_model and work.states(_DATA):
                beside = _Found()
                if self._part(work, _DATA, beside) != Outcome.YES:
                    found.ends.add(OpenEnd(Why.DATA, work.iri, _DATA))
                found.steps += beside.steps

    def _own(self, work: Work) -> _Found:
        """Weigh the licences of the parts of one work that decide."""
        found = _Found()
        for part in _parts(work):
            found.parts[part] = self._part(work, part, found)
        found.outcome = max(found.parts.values())
        if len(set(found.parts.values())) > 1:
            found.ends.add(OpenEnd(Why.PARTS, work.iri))
        return found

    def _part(self, work: Work, part: str, found: _Found) -> Outcome:
        licences, ends = work.licences.get(part, []), found.ends
        for statement, why in ((work.unknown.get(part), Why.UNKNOWN), (work.none.get(part), Why.NONE)):
            if statement:
                found.steps.append(statement)
                ends.add(OpenEnd(why, work.iri, part))
        if not work.states(part):
            ends.add(OpenEnd(Why.MISSING, work.iri, part))
        outcomes = {self._licence(one, found) for one in licences}
        if licences and (part in work.none or not _agree(outcomes)):
            ends.add(OpenEnd(Why.DISAGREEMENT, work.iri, part))
            return Outcome.OPEN
        return max(outcomes, default=Outcome.OPEN)

    def _licence(self, step: Statement, found: _Found) -> Outcome:
        terms = self._facts.terms(step.object)
        found.steps += [step, *terms]
        said = {term.property for term in terms} & {_PERMITS, _FORBIDS}
        if not said:
            found.ends.add(OpenEnd(Why.NO_TERMS, step.object))
        if len(said) == 2:
            found.ends.add(OpenEnd(Why.CONTRADICTION, step.object))
        if said == {_FORBIDS}:
            return Outcome.NO
        if said != {_PERMITS}:
            return Outcome.OPEN
        conditions = {term.object for term in terms if term.property != _PERMITS}
        found.conditions |= conditions
        return Outcome.CONDITIONAL if conditions else Outcome.YES


def _parts(work: Work) -> list[str]:
    """Return the parts whose licence decides; one of which nothing is said is among them if it cannot be done without.

    Of data that is the whole, or the data; of a model the whole, or the weights. Papers and cards never decide.
    """
    core, others = (_DATA, ()) if work.is_data else (_WEIGHTS, (_WEIGHTS, _CODE))
    stated = [part for part in (_WHOLE, core, *others) if work.states(part)]
    if not stated:
        return [_WHOLE]
    needed = [] if _WHOLE in stated or not work.is_model else [core]
    return list(dict.fromkeys([*needed, *stated]))


def _agree(outcomes: set[Outcome]) -> bool:
    """Tell whether several licences of one part come to the same: nobody said whether they are a choice."""
    return len(outcomes) < 2 or outcomes <= {Outcome.YES, Outcome.CONDITIONAL}


def _cycle(edges: dict[str, list[str]]) -> str:
    """Return a work that is made from itself, by a roundabout way, or ""."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return min(error.args[1])
    return ""
