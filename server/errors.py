"""Errors, in one shape: `application/problem+json` (RFC 9457), or a page that keeps what the person wrote."""

import re
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kg.engine import guard
from kg.engine.workers import WorkerDied, WorkersBusy
from kg.errors import AtlanteError, BadInput, NotFound, QueryError, QueryTimeout
from kg.names import BASE
from server import negotiate

_PROBLEM = negotiate.Format("json", ("json",), "json", ("application/problem+json", "application/json"))
_RETRY_SECONDS = 5

_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (WorkersBusy, 503, "All query processes are busy"),
    (QueryTimeout, 504, "The query took too long"),
    (WorkerDied, 500, "The query could not be evaluated"),
    (QueryError, 400, "The query is refused"),
    (NotFound, 404, "Not found"),
    (BadInput, 400, "Bad request"),
)


@dataclass
class Problem:
    """What a client is told: RFC 9457's members, a hint, and where in the query the trouble stands."""

    status: int
    title: str
    detail: str
    hint: str = ""
    kind: str = "about:blank"
    line: int | None = None
    column: int | None = None
    nearest: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

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
            "nearest": self.nearest,
        }
        return {name: value for name, value in all_members.items() if value or name in ("type", "title")}


def register(app: Flask) -> None:
    """Make `app` answer every error in the one shape."""
    app.register_error_handler(Exception, _handle)


def _handle(error: Exception) -> Response:
    problem = _problem(error)
    if _for_people():
        page = render_template("error.html", problem=problem, query=_query())
        response = make_response(page, problem.status)
    else:
        response = jsonify(problem.members())
        response.status_code = problem.status
        response.content_type = "application/problem+json"
    if isinstance(error, HTTPException):
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name in ("Allow", "Location", "Retry-After")
        )
    if problem.status == 503:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _for_people() -> bool:
    """Tell whether the client takes a page. Only the address is looked at: the body may be what was wrong."""
    named = request.args.get("format")
    if named:
        return named in negotiate.HTML.names
    return negotiate.best_by_accept([_PROBLEM, negotiate.HTML]) is negotiate.HTML


def _query() -> str | None:
    """Return the query that the person wrote, where the error comes from the endpoint."""
    return g.get("query", "") if request.endpoint == "sparql.endpoint" else None


def _problem(error: Exception) -> Problem:
    nearest = getattr(error, "nearest", [])
    if isinstance(error, HTTPException):
        status = error.code or 500
        return Problem(status, error.name, error.description or error.name, _hint(status), nearest=nearest)
    for kind, status, title in _KINDS:
        if isinstance(error, kind) and isinstance(error, AtlanteError):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
            problem = Problem(status, title, _sentence(error.what), error.repair, f"{BASE}problems#{name}")
            problem.nearest = nearest
            return _placed(problem, error) if isinstance(error, QueryError) else problem
    if isinstance(error, AtlanteError):
        current_app.logger.error("%s", error)
        return Problem(503, "Not available", _sentence(error.what), error.repair)
    current_app.logger.exception("while answering %s", request.path)
    return Problem(500, "Internal error", "The server met an error of its own; it has noted it.")


def _placed(problem: Problem, error: QueryError) -> Problem:
    """Add line and column where the parser names them, and name the prefixes that nobody declared."""
    place = guard.place_of(error.what)
    if place:
        problem.line, problem.column = place
        problem.detail = _sentence(guard.without_place(error.what))
    unknown = guard.undeclared_prefixes(g.get("query", "")) if problem.status == 400 else []
    if unknown:
        names = ", ".join(f"{prefix}:" for prefix in unknown)
        problem.hint = f"Declare the prefix {names} with PREFIX; Atlante's own prefixes need no declaration."
    return problem


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _hint(status: int) -> str:
    if status == 405:
        return "The graph is read-only here; facts change with `kg build`."
    return ""
