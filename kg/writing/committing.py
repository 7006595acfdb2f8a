"""Writes become commits: each is tried on the live view and checked; those that stand enter the log together."""

from bisect import bisect_left
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import cast

from kg.check import Report, Result
from kg.errors import AtlanteError, BadInput, Conflict
from kg.log import Commit, Draft, embargo_of
from kg.names import shorten, source_of
from kg.patch import Patch
from kg.rdf import parse_statements, value
from kg.store import Writer
from kg.writing import WRITTEN, Finding, Write, Written
from kg.writing.changing import NotAllowed, patch_of
from kg.writing.live import LiveView
from kg.writing.mending import Mending

_LONGEST_MESSAGE = 2_000
_NOT_SHOWN = {
    "en": "The change breaks this rule together with what is embargoed, which this token does not read.",
    "it": "La modifica viola questa regola insieme a ciò che è sotto embargo, che questo token non legge.",
}


Outcome = Written | AtlanteError


class Outdated(AtlanteError):
    """A write that relies on a commit which is no longer the last; `commits` are those that came since."""

    def __init__(self, expected: int, head: int, commits: Sequence[Commit]) -> None:
        what = f"the graph stands at commit {head}, not {expected}"
        super().__init__(what, "", "Look at what changed since, and send it again on top of it.")
        self.expected, self.head, self.commits = expected, head, commits


class Group:
    """Writes that are tried one after the other, each on what those before it have done, and enter the log at once.

    They are checked together, in the state that they lead to, as the files of a build are. If that state breaks a rule,
    they are tried again, each checked on its own, so that only those are refused that break one.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._begun = writer.number
        self._drafts: list[Draft] = []
        self._latest = cache(writer.store.log.latest)
        self._whole = LiveView(writer)
        self._public = LiveView(writer.public) if writer.public else None
        self._seen: dict[tuple[str, str, str | None, str | None], Result] | None = None

    @property
    def number(self) -> int:
        """The number of the commit that the live view is in the state of, or will be."""
        return self._begun + len(self._drafts)

    def attempt(self, writes: Sequence[Write], begin: Callable[[int], None] = lambda _: None) -> list[Outcome]:
        """Try writes, and return what becomes of each; a commit is a promise until `enter` has returned.

        `begin` is told the number of each write, from 0, before it is tried. The error of a write that cannot be done
        (BadInput, QueryError, NotAllowed, Outdated) stands in the place of its outcome.
        """
        self._writer.change()
        outcomes = self._together(writes, begin) if len(writes) > 1 else None
        outcomes = outcomes or [self._alone(write, number, begin) for number, write in enumerate(writes)]
        for view in filter(None, (self._whole, self._public)):
            view.complete()
        return outcomes

    def _together(self, writes: Sequence[Write], begin: Callable[[int], None]) -> list[Outcome] | None:
        """Try writes and check what they lead to; None, and all is as it was, where that breaks a rule."""
        drafts, brought = len(self._drafts), list[tuple[int, Patch]]()
        outcomes: dict[int, Outcome] = {}
        for number, write in enumerate(writes):
            if write.dry_run:
                continue
            begin(number)
            try:
                brought.append((number, self._bring(write)))
            except AtlanteError as error:
                outcomes[number] = error
                continue
            patch = brought[-1][1]
            outcomes[number] = Written(self._head(write, patch), None, patch.added, patch.removed, [])
        report = self._report()
        if report.has_violations:
            del self._drafts[drafts:]
            self._withdraw([patch for _, patch in brought])
            return None
        for number, patch in brought:
            found = self._findings(report, patch, writes[number])
            outcomes[number] = replace(cast(Written, outcomes[number]), findings=found)
        for number, write in enumerate(writes):
            if write.dry_run:
                outcomes[number] = self._alone(write, number, begin)
        return [outcomes[number] for number in range(len(writes))]

    def _alone(self, write: Write, number: int, begin: Callable[[int], None]) -> Outcome:
        """Try a write and check what it leads to; all is as it was where that breaks a rule, or nothing is to stay."""
        begin(number)
        drafts = len(self._drafts)
        try:
            patch = self._bring(write)
        except AtlanteError as error:
            return error
        findings = self._findings(self._report(), patch, write)
        refused = any(one.severity == "Violation" for one in findings)
        if refused or write.dry_run:
            del self._drafts[drafts:]
            self._withdraw([patch])
            return Written(self._head(write), None, patch.added, patch.removed, findings, refused)
        return Written(self._head(write, patch), None, patch.added, patch.removed, findings)

    def _bring(self, write: Write) -> Patch:
        """Bring a write into the live view, and note its draft where it changes anything; return its patch."""
        _require_message(write)
        self._require_head(write)
        brought: list[Patch] = []

        def advance(patch: Patch) -> None:
            brought.append(patch)
            self._apply(patch)

        try:
            patch = patch_of(self._view(write), write, advance)
            sources = {source for one in (*patch.added, *patch.removed) if (source := _source(one))}
            if len(sources) > 1:
                names = " and ".join(sorted(map(shorten, sources))[:3])
                raise BadInput(f"the write changes {names}", "", "A commit changes one source: send one for each.")
            self._require_access(write, patch, sources)
        except BaseException:
            self._withdraw(brought)
            raise
        self._apply(_rest(patch, brought))
        if patch:
            self._drafts.append(self._draft(write, sources.pop(), patch))
        return patch

    def enter(self) -> list[Commit]:
        """Bring what was tried and stands into the log, all of it or nothing, and publish it for readers."""
        if not self._drafts:
            return []
        commits = self._writer.store.log.append(self._begun, self._drafts)
        self._writer.publish(commits[-1].number, in_step=True)
        self._begun, self._drafts = commits[-1].number, []
        return commits

    def _draft(self, write: Write, source: str, patch: Patch) -> Draft:
        last = self._latest(source)
        # Origin and digest of the source's file stay: the next build does not take an unchanged file for news.
        origin, digest = (last.origin, last.digest) if last else (WRITTEN, "")
        message = write.message or f"{shorten(source)} by {write.kind}"
        return Draft(write.author, message, source, origin, digest, patch)

    def _view(self, write: Write) -> LiveView:
        """Return the view that a write's author reads."""
        if self._sees_all(write):
            return self._whole
        if self._public is None:
            raise Conflict("what is public is being made", "", "Send it again.")
        return self._public

    def _sees_all(self, write: Write) -> bool:
        return write.reads or (self._public is None and not self._whole.embargoed())

    def _head(self, write: Write, patch: Patch | None = None) -> int:
        """Return the number of the commit that a write makes by its patch, else of the last that its author sees."""
        if patch or self._sees_all(write):
            return self.number
        shown = [number for number, one in enumerate(self._drafts, 1) if not self._whole.embargoed([one.source])]
        public = self._writer.public.number if self._writer.public else 0
        return self._begun + shown[-1] if shown else public

    def _require_head(self, write: Write) -> None:
        if write.expected is not None and write.expected != (head := self._head(write)):
            store = self._writer.store if self._sees_all(write) else self._writer.store.public()
            raise Outdated(write.expected, head, store.log.commits(after=write.expected))

    def _require_access(self, write: Write, patch: Patch, sources: Set[str]) -> None:
        """Raise NotAllowed for a write to what its author does not read, or would not read after it."""
        for source in () if write.reads else sources:
            if self._whole.embargoed([source]) or embargo_of(source) in patch.added:
                repair = "Use a token that reads what is embargoed (`kg token make --embargoed`)."
                raise NotAllowed(f"{shorten(source)} is embargoed, which this token does not read", "", repair)

    def _report(self) -> Report:
        """Check what came in since the last time."""
        self._seen = None
        return self._whole.report()

    def _apply(self, patch: Patch) -> None:
        """Bring a patch into the live view, and what of it is public into that of what is public."""
        if not patch:
            return
        sources = {source for one in (*patch.added, *patch.removed) if (source := _source(one))}
        hidden = {one for one in sources if self._public and self._whole.embargoed([one])}
        self._whole.apply(patch)
        hidden |= {one for one in sources if self._public and self._whole.embargoed([one])}
        if self._public and (shown := _without(patch, hidden)):
            self._public.apply(shown)

    def _withdraw(self, brought: Sequence[Patch]) -> None:
        for patch in reversed(brought):
            self._apply(patch.inverted())

    def _findings(self, report: Report, patch: Patch, write: Write) -> list[Finding]:
        """Return what the check says of a change: each Violation, and the rest where it is about what was changed.

        What only who reads more can see, is told as what it is: a rule that is broken.
        """
        about = {value(quad.subject) for quad in parse_statements(patch.added + patch.removed)}
        results = [one for one in report.results if one.severity == "Violation" or one.focus in about]
        if not results:
            return []
        view = None if self._sees_all(write) else self._public
        mending = Mending((view or self._whole).engine, patch, write)
        if self._sees_all(write):
            return [_finding(one, mending) for one in results]
        if self._seen is None:
            self._seen = {_key(one): one for one in self._public.report().results} if self._public else {}
        shown = [_finding(self._seen[_key(one)], mending) for one in results if _key(one) in self._seen]
        others = sorted({one.rule for one in results if _key(one) not in self._seen and one.severity == "Violation"})
        return shown + [Finding(rule, "Violation", "", "", _NOT_SHOWN) for rule in others]


def _finding(result: Result, mending: Mending) -> Finding:
    mend = mending.fix(result)
    return Finding(
        result.rule,
        result.severity,
        result.focus,
        result.path or "",
        {"en": result.message_en, "it": result.message_it},
        _meant(result, mending.patch),
        "".join(mend.rows()) if mend else "",
    )


def _key(result: Result) -> tuple[str, str, str | None, str | None]:
    return result.rule, result.focus, result.path, result.value


def _without(patch: Patch, sources: Set[str]) -> Patch:
    """Return a patch without the statements of some sources."""
    added, removed = ([one for one in side if _source(one) not in sources] for side in (patch.added, patch.removed))
    return Patch(added, removed)


def promised(written: Written, commits: Sequence[Commit]) -> Written:
    """Return what became of a write, once its group is in the log."""
    commit = next((one for one in commits if one.number == written.head), None)
    return replace(written, commit=commit) if commit and _stands(written) else written


def _stands(written: Written) -> bool:
    return not written.refused and bool(written.added or written.removed)


def _require_message(write: Write) -> None:
    if len(write.message) > _LONGEST_MESSAGE:
        raise BadInput(f"the message has {len(write.message):,} characters", "", f"It may have {_LONGEST_MESSAGE:,}.")


def _rest(patch: Patch, brought: Sequence[Patch]) -> Patch:
    """Return what of a patch is not in the live view yet, after the steps that its operations took."""
    if not brought:
        return patch
    added, removed = set[str](), set[str]()
    for step in brought:
        for one in step.removed:
            added.discard(one) if one in added else removed.add(one)
        for one in step.added:
            removed.discard(one) if one in removed else added.add(one)
    return Patch(
        sorted((set(patch.added) - added) | (removed - set(patch.removed))),
        sorted((set(patch.removed) - removed) | (added - set(patch.added))),
    )


def _source(statement: str) -> str | None:
    return source_of(statement.rpartition(" ")[2][1:-1])


def _meant(result: Result, patch: Patch) -> list[str]:
    """Return the statements of a change that a result is about: those of its property, else those of its focus node."""
    subject = f"<{result.focus}> "
    sorted_from = patch.added[bisect_left(patch.added, subject) :]
    own = list(takewhile(lambda one: one.startswith(subject), sorted_from))
    exact = [one for one in own if result.path and one.startswith(f"<{result.focus}> <{result.path}> ")]
    valued = [one for one in exact if result.value and f" {result.value} " in one]
    return valued or exact or own
