"""What depends on a thing, as the tree of its page, and as JSON."""

from dataclasses import dataclass
from typing import Any

from kg.explore import Dependent, Exposure, Statement
from kg.names import shorten
from server.support import Edge, Supporter
from server.terms import Shown
from server.view import Snapshot

_SHOWN = (60, 12, 6, 4, 4)
"""Things that the page shows below one thing, by steps from the root; JSON and CSV have all."""


@dataclass(frozen=True)
class Branch:
    """A thing of the tree: why it hangs on the one above, what hangs on it, and how many things that is in all.

    `left` is how many things the page leaves out here, `elsewhere` how many stand in another branch.
    """

    thing: Shown
    edges: list[Edge]
    branches: "list[Branch]"
    count: int
    left: int
    elsewhere: int


@dataclass(frozen=True)
class Tree:
    """The page of what depends on a thing."""

    root: Branch
    slug: str
    complete: bool

    @classmethod
    def of(cls, here: Snapshot, found: Exposure) -> "Tree":
        """Return the view of what depends on a thing."""
        return cls(
            _branch(Supporter(here), found.root, "", 0), shorten(found.root.iri).removeprefix("id:"), found.complete
        )


def plain_tree(here: Snapshot, found: Exposure) -> dict[str, Any]:
    """Return what depends on a thing as JSON has it: nested, each thing once, with counts and evidence."""
    return {"thing": _plain(Supporter(here), found.root), "complete": found.complete, "commit": here.commit}


def _plain(supporter: Supporter, node: Dependent) -> dict[str, Any]:
    return {
        "iri": node.iri,
        "label": supporter.terms.iri(node.iri).text,
        "count": node.count,
        "elsewhere": node.elsewhere,
        "by": [{"property": link.property, "evidence": list(link.evidence)} for link in node.links],
        "dependents": [_plain(supporter, below) for below in node.dependents],
    }


def _branch(supporter: Supporter, node: Dependent, above: str, depth: int) -> Branch:
    edges = [supporter.edge(Statement(node.iri, link.property, above, link.evidence)) for link in node.links]
    shown = node.dependents[: _SHOWN[depth] if depth < len(_SHOWN) else 0]
    branches = [_branch(supporter, below, node.iri, depth + 1) for below in shown]
    return Branch(
        supporter.terms.iri(node.iri),
        edges,
        branches,
        node.count,
        len(node.dependents) - len(shown),
        node.elsewhere,
    )
