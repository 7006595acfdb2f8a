"""Which sources are embargoed, and the log as the public has it.

A source is embargoed from the commit on whose patch says so in the source's own description (`kg:access
kg:Embargoed`) until the one that takes it back. What is public at a commit is what the log holds at it, less the
sources that are embargoed then or are so now: what was public once by mistake is not shown at other times either.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg.errors import NotFound
from kg.log import Commit, Draft, Embargo, Log
from kg.patch import Patch

_FOR_EVER = math.inf
_FEW = 50


class Access:
    """What the embargoes that begin and end, oldest first, leave to the public."""

    def __init__(self, embargoes: Iterable[Embargo]) -> None:
        self._periods: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for one in embargoes:
            periods = self._periods[one.source]
            if one.begins:
                periods.append((one.number, _FOR_EVER))
            else:
                periods[-1] = (periods[-1][0], one.number)

    def hidden(self, number: int) -> set[str]:
        """Return the sources (IRIs) that are not public at a commit: embargoed then, or now."""
        return {
            source
            for source, periods in self._periods.items()
            if periods[-1][1] == _FOR_EVER or any(begin <= number < end for begin, end in periods)
        }

    def hides(self, commit: Commit) -> bool:
        """Tell whether nothing of a commit is public: its source is embargoed now, or was before and after it."""
        periods = self._periods.get(commit.source, [])
        return any(end == _FOR_EVER or begin < commit.number < end for begin, end in periods)

    def turned(self, commit: Commit) -> Embargo | None:
        """Return the embargo, ended by now, that a commit begins or ends; None for any other commit."""
        for period in self._periods.get(commit.source, []):
            if commit.number in period:
                return Embargo(commit.number, commit.source, commit.number == period[0])
        return None

    def shown_otherwise(self, first: dict[str, int]) -> list[str]:
        """Return what tells the public's log from the whole less sources that never were public, as text.

        `first` has the number of each embargoed source's first commit. What was public before, and what is public
        by now, make a difference to what the public has had.
        """
        return sorted(
            f"{source} {'' if periods[-1][1] == _FOR_EVER else periods}"
            for source, periods in self._periods.items()
            if periods[-1][1] != _FOR_EVER or first[source] < periods[0][0]
        )


class PublicLog(Log):
    """The log without what is not public: whole commits are missing, and their numbers with them.

    The commit that ends an embargo brings all that its source says; one that begins an embargo which has ended since,
    takes it away. It is only read.
    """

    def name(self) -> str:
        """Return what tells one state of the public's past from another; "" where nothing was ever embargoed."""
        access = Access(embargoes := self.embargoes())
        if not embargoes:
            return ""
        first = {one.source: found.number for one in embargoes if (found := self.first(one.source))}
        return hashlib.sha256("\n".join(access.shown_otherwise(first)).encode()).hexdigest()[:12]

    def hidden(self, number: int) -> set[str]:
        """Return the sources (IRIs) that are not public at a commit."""
        return Access(self.embargoes()).hidden(number)

    def head(self) -> int:
        """Return the number of the last commit that is public, 0 where there is none."""
        last, back = super().head(), _FEW
        while True:
            found = self.commits(after := max(0, last - back))
            if found or not after:
                return found[-1].number if found else 0
            back *= 4

    def append(self, expected: int, drafts: Iterable[Draft]) -> list[Commit]:
        """Refuse: commits enter the whole log."""
        raise NotImplementedError("commits enter the whole log")

    def commits(self, after: int = 0) -> list[Commit]:
        """See Log.commits."""
        return list(self._public(super().commits(after)))

    def commit(self, number: int) -> Commit | None:
        """See Log.commit."""
        found = super().commit(number)
        return next(self._public([found]), None) if found else None

    def latest(self, source: str) -> Commit | None:
        """See Log.latest."""
        return next((one for one in reversed(self.commits()) if one.source == source), None)

    def rows(self, number: int) -> Iterator[str]:
        """See Log.rows."""
        commit = self.commit(number)
        if commit is None:
            raise NotFound(f"there is no commit {number}", str(self.path), f"The last one is {self.head()}.")
        turned = Access(self.embargoes()).turned(commit)
        yield from super().rows(number) if turned is None else self._turning(turned).rows()

    def rows_after(self, number: int) -> Iterator[str]:
        """See Log.rows_after."""
        for commit in self.commits(number):
            yield from self.rows(commit.number)

    def _public(self, commits: Sequence[Commit]) -> Iterator[Commit]:
        """Yield those of some commits that are public, as the public has them."""
        # Embargoes are read after the commits, so that none of these is newer than what is known of embargoes.
        access = Access(self.embargoes())
        for commit in commits:
            if access.hides(commit):
                continue
            turned = access.turned(commit)
            patch = self._turning(turned) if turned else None
            if patch is None:
                yield commit
            elif patch:
                yield replace(commit, added=len(patch.added), removed=len(patch.removed))

    def _turning(self, turned: Embargo) -> Patch:
        """Return what the public gains or loses by the commit that ends or begins an embargo."""
        state: set[str] = set()
        for row in self.rows_of(turned.source, turned.number - turned.begins):
            if row.startswith("A "):
                state.add(row[2:-3])
            elif row.startswith("D "):
                state.discard(row[2:-3])
        return Patch(removed=sorted(state)) if turned.begins else Patch(added=sorted(state))
