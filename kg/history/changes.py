"""What commits did to statements, and the net difference between two commits.

A commit's patch is exact: it adds only what was not there, and removes only what was. What is inferred stands in no
patch, so no difference tells of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.errors import NotFound
from kg.log import Commit, Log
from kg.names import STANDING
from kg.patch import Patch
from kg.rdf import parse_statements, value


@dataclass(frozen=True)
class Touch:
    """A statement that a commit added, or else removed; `statement` is canonical N-Quads without the closing dot."""

    number: int
    added: bool
    statement: str


@dataclass(frozen=True)
class Listed:
    """A commit, and how many statements it added to and removed from each named graph, by the graph's IRI."""

    commit: Commit
    graphs: dict[str, tuple[int, int]]


def touches(
    log: Log, after: int = 0, until: int | None = None, of: str = "", standings: bool = False
) -> Iterator[Touch]:
    """Yield what the commits after one, up to another or the last, did to statements, oldest first.

    With an IRI as `of`, only the statements that have it as subject or object; with `standings` those too that say how
    evidence stands.
    """
    wanted, standing = f"<{of}>" if of else "", f" <{STANDING}> "
    for commit in log.commits(after):
        if until is not None and commit.number > until:
            return
        for row in log.rows(commit.number):
            if row[0] not in "AD":
                continue
            if (wanted in row and (not of or is_about(row[2:-3], of))) or (standings and standing in row):
                yield Touch(commit.number, row[0] == "A", row[2:-3])


def is_about(statement: str, iri: str) -> bool:
    """Tell whether a statement has an IRI as subject or object."""
    quad = next(parse_statements([statement]))
    return iri in (value(quad.subject), value(quad.object)) and f"<{iri}>" in (str(quad.subject), str(quad.object))


def net(touched: Iterable[Touch]) -> Patch:
    """Return the one patch that does what the touches do one after the other."""
    added, removed = set[str](), set[str]()
    for touch in touched:
        gain, loss = (added, removed) if touch.added else (removed, added)
        if touch.statement in loss:
            loss.remove(touch.statement)
        else:
            gain.add(touch.statement)
    return Patch(sorted(added), sorted(removed))


def diff(log: Log, first: int, last: int) -> Patch:
    """Return the patch that leads from the state at one commit to that at another, in either direction.

    0 is the empty graph before the first commit. Raises NotFound for a number that the log does not have.
    """
    for number in (first, last):
        known(log, number)
    if first > last:
        return diff(log, last, first).inverted()
    return net(touches(log, first, last))


def known(log: Log, number: int) -> None:
    """Raise NotFound for a number that is neither 0 nor that of a commit."""
    head = log.head()
    if not 0 <= number <= head:
        raise NotFound(f"there is no commit {number}", str(log.path), f"The last one is {head}.")


def listed(log: Log, limit: int, since: int = 0) -> Iterator[Listed]:
    """Yield the last commits, newest first: `limit` of them at most, and none up to the number `since`."""
    for commit in reversed(log.commits(after=since)[-limit:]):
        yield Listed(commit, touched(log, commit.number))


def touched(log: Log, number: int) -> dict[str, tuple[int, int]]:
    """Return how many statements a commit added to and removed from each named graph, by the graph's IRI."""
    added, removed = Counter[str](), Counter[str]()
    for row in log.rows(number):
        if row[0] in "AD":
            graph = row[2:-3].rpartition(" ")[2][1:-1]
            (added if row[0] == "A" else removed)[graph] += 1
    return {graph: (added[graph], removed[graph]) for graph in sorted(added | removed)}
