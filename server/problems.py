"""What a client is told of an error: RFC 9457's members, a hint, and where in the query the trouble stands."""

import logging
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException

from kg.engine import groups, hints
from kg.errors import AtlanteError, BadInput, LimitReached, NotFound, QueryError, QueryTimeout, StoreBusy
from kg.log import Commit
from kg.names import BASE
from kg.workers import SnapshotGone, WorkerDied, WorkersBusy
from kg.writing.changing import NotAllowed
from kg.writing.committing import Outdated
from server.writes import Refused

MEDIA_TYPE = "application/problem+json"

_RETRY_SECONDS = 5
_log = logging.getLogger("server")


class TooMany(AtlanteError):
    """A client that asks more often, or more at once, than it may; `seconds` until it may again."""

    def __init__(self, limit: str, what: str, seconds: int) -> None:
        super().__init__(what, "", f"Try again in {seconds} s.")
        self.limit = limit
        self.seconds = seconds


_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (TooMany, 429, "Too many requests"),
    (Refused, 422, "The change is refused"),
    (Outdated, 412, "The graph has moved on"),
    (NotAllowed, 403, "Not allowed"),
    (StoreBusy, 503, "Another process is writing"),
    (WorkersBusy, 503, "All query processes are busy"),
    (SnapshotGone, 503, "The graph has just changed"),
    (QueryTimeout, 504, "The query took too long"),
    (WorkerDied, 500, "The query could not be evaluated"),
    (LimitReached, 400, "The query needs more than it may use"),
    (QueryError, 400, "The query is refused"),
    (NotFound, 404, "Not found"),
    (BadInput, 400, "Bad request"),
)


@dataclass
class Problem:
    """A problem as it is told."""

    status: int
    title: str
    detail: str
    hint: str = ""
    kind: str = "about:blank"
    line: int | None = None
    column: int | None = None
    limit: str = ""
    token: str = ""
    nearest: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    results: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    commits: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def members(self) -> dict[str, object]:
        """Return the members of the JSON object, those that are empty left out."""
        all_members = {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "hint": self.hint,
            "line": self.line,
            "column": self.column,
            "token": self.token,
            "limit": self.limit,
            "nearest": self.nearest,
            "results": self.results,
            "commits": self.commits,
        }
        return {name: value for name, value in all_members.items() if value or name in ("type", "title")}


def problem_of(error: Exception, query: str = "") -> Problem:
    """Return what a client is told of an error, `query` being what it asked; an error of our own is logged."""
    if isinstance(error, HTTPException):
        return _http(error)
    for kind, status, title in _KINDS:
        if isinstance(error, kind) and isinstance(error, AtlanteError):
            return _known(error, status, title, query)
    if isinstance(error, AtlanteError):
        _log.error("%s", error)
        return Problem(503, "Not available", _sentence(error.what), error.repair)
    _log.error("an error of the server's own", exc_info=error)
    return Problem(500, "Internal error", "The server met an error of its own; it has noted it.")


def _http(error: HTTPException) -> Problem:
    status = error.code or 500
    hint = "The graph is read-only here; facts change with `kg build`." if status == 405 else ""
    problem = Problem(status, error.name, error.description or error.name, hint)
    problem.nearest = getattr(error, "nearest", [])
    kept = ("Allow", "Location", "Retry-After", "Accept-Post", "Accept", "WWW-Authenticate")
    problem.headers = {name: value for name, value in error.get_headers() if name in kept}
    return problem


def _known(error: AtlanteError, status: int, title: str, query: str) -> Problem:
    kind = next(kind for kind, *_ in _KINDS if isinstance(error, kind))
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
    problem = Problem(status, title, _sentence(error.what), error.repair, f"{BASE}problems#{name}")
    problem.nearest = getattr(error, "nearest", [])
    problem.results = getattr(error, "findings", [])
    problem.commits = [_listed(one) for one in getattr(error, "commits", [])]
    problem.limit = getattr(error, "limit", "query_timeout" if isinstance(error, QueryTimeout) else "")
    if status in (429, 503):
        problem.headers["Retry-After"] = str(getattr(error, "seconds", _RETRY_SECONDS))
    if isinstance(error, QueryTimeout):
        problem.hint = _product(query) or problem.hint
    elif isinstance(error, QueryError) and status == 400 and not problem.limit:
        _place(problem, error, query)
    return problem


def _listed(commit: Commit) -> dict[str, Any]:
    told = {name: getattr(commit, name) for name in ("number", "time", "author", "message", "source")}
    return {**told, "href": f"/commits/{commit.number}"}


def _place(problem: Problem, error: QueryError, query: str) -> None:
    """Say in the query's own words what its parser has against it, and where."""
    if not hints.place_of(error.what):
        return
    found = hints.explain_syntax(query, error.what)
    problem.line, problem.column, problem.token = found.line, found.column, found.token
    problem.detail, problem.hint = _sentence(found.what), found.hint


def _product(query: str) -> str:
    """Return what a query that took too long multiplies, "" if it is no product."""
    for parts in groups.disconnected(query):
        pieces = " and ".join(f"`{' '.join(part.text.split())[:80]}` (line {part.line})" for part in parts[:3])
        return f"{pieces} share no variable, so each solution of one is joined with each of the other: join them."
    return ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def phrase(status: int) -> str:
    """Return the reason phrase of a status."""
    return HTTPStatus(status).phrase
