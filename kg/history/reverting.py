"""Undoing a commit by another one; nothing leaves the log."""

import getpass
from collections.abc import Callable
from pathlib import Path

from kg.build import SHIPPED, Built, enter
from kg.errors import BadInput
from kg.history.changes import known, net, touches
from kg.log import Draft
from kg.patch import Patch
from kg.store import Store


def revert(
    store: Store, number: int, *, author: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> Built:
    """Undo a commit by a new one, by `author` (the user's login name if None), checked as a build is.

    The new commit has origin and digest of its source's last one: a file that is as it was then is not read again,
    so the next build does not bring back what was undone. Raises NotFound for a number that the log does not have,
    BadInput where a statement of the commit is no longer as the commit left it, CheckFailed if the result breaks a
    shape; the store stays as it was in each case.
    """
    log = store.log
    known(log, number)
    with store.writer() as writer:
        commit = next((one for one in log.commits(after=number - 1) if one.number == number), None)
        if commit is None:
            raise BadInput("before the first commit there is nothing to undo", str(number), "kg log lists the commits.")
        patch = Patch.read(log.rows(number))
        _refuse_ambiguous(store, number, patch)
        last = next(one for one in reversed(log.commits()) if one.source == commit.source)
        message = f"revert of commit {number} ({commit.message})"
        draft = Draft(author or getpass.getuser(), message, commit.source, last.origin, last.digest, patch.inverted())
        files = [Path(last.origin)] if last.origin not in ("", SHIPPED) and Path(last.origin).is_file() else []
        return enter(writer, [draft], files, progress)


def _refuse_ambiguous(store: Store, number: int, patch: Patch) -> None:
    """Refuse if what later commits did, taken together, touches a statement of the patch."""
    own = {*patch.added, *patch.removed}
    later = [touch for touch in touches(store.log, after=number) if touch.statement in own]
    changed = net(later)
    statement = next(iter(changed.added + changed.removed), "")
    if statement:
        last = max(touch.number for touch in later if touch.statement == statement)
        done = "removed" if statement in changed.removed else "brought back"
        did = "added" if statement in patch.added else "removed"
        raise BadInput(
            f"commit {last} has {done} what this commit {did}: {statement}",
            f"commit {number}",
            f"Revert commit {last} first, or write what you mean in the source's file and build it.",
        )
