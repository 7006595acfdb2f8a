"""Which times somebody asks for, as written, and what they come to in a store."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kg.errors import BadInput
from kg.log import Commit, Log

_NUMBER = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Asked:
    """The times asked for, as written; "" for one that is not asked for.

    `as_of` is a commit's number, an xsd:date or an xsd:dateTime (UTC where it names no zone); the others an xsd:date.
    `public` says that only what is public is to be seen; it is no time, and no view is asked for by it alone.
    """

    as_of: str = ""
    known_by: str = ""
    valid_on: str = ""
    public: bool = False

    def __bool__(self) -> bool:
        return bool(self.as_of or self.known_by or self.valid_on)


@dataclass(frozen=True)
class View:
    """What the graph is seen as: its state at a commit, less the sources not `known_by` a day or `excluded` by IRI,
    less what was not in force on the day `valid_on`."""

    commit: Commit
    known_by: date | None = None
    valid_on: date | None = None
    excluded: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether nothing is taken out of the commit's state."""
        return self.known_by is None and self.valid_on is None and not self.excluded


def view_of(asked: Asked, log: Log) -> View:
    """Return the view that is asked for of a log that has commits; raises BadInput for times that cannot be had."""
    number = asked.as_of.strip() or str(log.head())
    # Most ask for a commit by its number: the others need not be read.
    commit = log.commit(int(number)) if _NUMBER.fullmatch(number) else None
    commit = commit or commit_of(number, log.commits())
    return View(commit, _day(asked.known_by, "known-by"), _day(asked.valid_on, "valid-on"))


def last_day(written: str) -> date | None:
    """Return the last day of a date written as a year, a month or a day; None for anything else."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", written)
    try:
        if parts is None:
            return None
        year, month = int(parts[1]), int(parts[2] or 12)
        return date(year, month, int(parts[3] or calendar.monthrange(year, month)[1]))
    except ValueError:
        return None


def _day(text: str, where: str) -> date | None:
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(f"{text!r} is no date", where, "Write a day as in 2020-10-01.") from error


def commit_of(text: str, commits: Sequence[Commit], where: str = "as-of") -> Commit:
    """Return the commit that a number, a day (its end) or a time says, of commits, oldest first.

    Raises BadInput, naming `where` the text stands, for what is none of these and where there is none.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        found = next((commit for commit in commits if commit.number == int(text)), None)
        if found is None:
            repair = f"The commits are numbered 1 to {commits[-1].number}; `kg log` lists them."
            raise BadInput(f"there is no commit {text}", where, repair)
        return found
    until = _moment(text, where)
    found = next((commit for commit in reversed(commits) if datetime.fromisoformat(commit.time) <= until), None)
    if found is None:
        raise BadInput(f"{text} is before the first commit", where, f"The first is of {commits[0].time}.")
    return found


def _moment(text: str, where: str) -> datetime:
    """Return the moment that a date (its end) or a time says."""
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        # An address has a blank where a "+" was written.
        moment = datetime.fromisoformat(re.sub(r" (?=\d{2}:\d{2}$)", "+", text))
    except ValueError as error:
        repair = "Write a commit's number, a day (2026-11-24) or a time (2026-11-24T12:00:00Z)."
        raise BadInput(f"{text!r} is neither a commit nor a time", where, repair) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # Commits are stamped in whole seconds, and a time without a fraction stands for its whole second.
    return moment if moment.microsecond else moment + timedelta(microseconds=999_999)
