"""Writes and what became of them as JSON, between the processes that ask for them and the one that does them."""

from dataclasses import asdict
from typing import Any

from kg import errors
from kg.errors import AtlanteError
from kg.log import Commit
from kg.workers import WorkerDied
from kg.writing import Finding, Write, Written
from kg.writing.changing import NotAllowed
from kg.writing.committing import Outdated

_ERRORS: dict[str, type[AtlanteError]] = {
    kind.__name__: kind
    for kind in (
        *(NotAllowed, WorkerDied, errors.BadInput, errors.QueryError),
        *(errors.QueryTimeout, errors.StoreBusy, errors.Conflict),
    )
}


def write_as_plain(write: Write) -> dict[str, Any]:
    """Return a write as JSON takes it."""
    return asdict(write)


def write_of(told: dict[str, Any]) -> Write:
    """Return the write that `write_as_plain` told."""
    lists: dict[str, Any] = {
        name: tuple(told[name]) for name in ("sources", "using", "using_named") if told[name] is not None
    }
    return Write(**{**told, **lists})


def outcome_as_plain(outcome: Written | AtlanteError) -> dict[str, Any]:
    """Return what became of a write as JSON takes it."""
    if isinstance(outcome, Written):
        return asdict(outcome)
    told: dict[str, Any] = {"what": outcome.what, "where": outcome.where, "repair": outcome.repair}
    if isinstance(outcome, Outdated):
        told |= {
            "expected": outcome.expected,
            "head": outcome.head,
            "commits": [asdict(commit) for commit in outcome.commits],
        }
    kind = next((name for name, kind in _ERRORS.items() if isinstance(outcome, kind)), "AtlanteError")
    return {**told, "error": "Outdated" if isinstance(outcome, Outdated) else kind}


def outcome_of(told: dict[str, Any]) -> Written:
    """Return what `outcome_as_plain` told; raises it where it is an error."""
    if "error" not in told:
        commit = Commit(**told["commit"]) if told["commit"] else None
        findings = [Finding(**one) for one in told["findings"]]
        return Written(told["head"], commit, told["added"], told["removed"], findings, told["refused"])
    if told["error"] == "Outdated":
        raise Outdated(told["expected"], told["head"], [Commit(**one) for one in told["commits"]])
    raise _ERRORS.get(told["error"], AtlanteError)(told["what"], told["where"], told["repair"])
