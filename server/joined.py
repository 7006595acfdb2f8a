"""Paths between two things as their page shows them, and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.explore import Path, Paths
from server.support import Edge, Supporter
from server.terms import Shown, Terms
from server.view import Snapshot


@dataclass(frozen=True)
class Through:
    """A thing that a path leads through, and how many statements join it to others, as far as was looked."""

    thing: Shown
    statements: int


@dataclass(frozen=True)
class Way:
    """A path: the things along it, the statements of its steps, and what it leads through."""

    things: list[Shown]
    steps: list[list[Edge]]
    through: list[Through]


@dataclass(frozen=True)
class Joined:
    """The page of two things: what was asked, both, the paths, and whether all were looked at."""

    asked: Mapping[str, str]
    ends: tuple[Shown, ...]
    ways: list[Way]
    complete: bool

    @classmethod
    def unasked(cls, here: Snapshot, asked: Mapping[str, str]) -> "Joined":
        """Return the view of a form that is not filled in."""
        return cls(asked, (), [], True)

    @classmethod
    def of(cls, here: Snapshot, asked: Mapping[str, str], ends: tuple[str, str], found: Paths) -> "Joined":
        """Return the view of the paths between two things."""
        supporter = Supporter(here)
        shown = tuple(supporter.terms.iri(iri) for iri in ends)
        return cls(asked, shown, [_way(supporter, path) for path in found.paths], found.complete)


def plain_paths(here: Snapshot, found: Paths) -> dict[str, Any]:
    """Return paths as JSON has them, the best first; a statement's evidence is IRIs of graphs."""
    terms = Terms(here)
    told = [
        {
            "cost": round(path.cost, 3),
            "through": [{"iri": iri, "label": terms.iri(iri).text, "statements": count} for iri, count in path.through],
            "steps": [
                {"from": step.start, "to": step.end, "statements": [vars(one) for one in step.statements]}
                for step in path.steps
            ],
        }
        for path in found.paths
    ]
    return {"paths": told, "complete": found.complete, "commit": here.commit}


def _way(supporter: Supporter, path: Path) -> Way:
    things = [path.steps[0].start, *(step.end for step in path.steps)]
    return Way(
        [supporter.terms.iri(iri) for iri in things],
        [[supporter.edge(statement) for statement in step.statements] for step in path.steps],
        [Through(supporter.terms.iri(iri), count) for iri, count in path.through],
    )
