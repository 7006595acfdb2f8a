"""Errors of Flask's routes, in one shape: `application/problem+json` (RFC 9457), or a page that keeps the query."""

from flask import Flask, Response, jsonify, make_response, render_template, request

from server import negotiate
from server.outcome import outcome
from server.problems import MEDIA_TYPE, problem_of


def register(app: Flask) -> None:
    """Make `app` answer every error in the one shape."""
    app.before_request(_raise_what_is_known)
    app.register_error_handler(Exception, _handle)


def _raise_what_is_known() -> None:
    """Raise the error that the front met and has a person's page shown for."""
    asked = outcome()
    if asked and asked.error:
        raise asked.error


def _handle(error: Exception) -> Response:
    asked = outcome()
    problem = problem_of(error, asked.query if asked else "")
    if negotiate.for_people(request.headers.get("Accept", ""), request.args.get("format")):
        query = (asked.query if asked else "") if request.endpoint == "sparql.endpoint" else None
        page = render_template("error.html", problem=problem, query=query, evidence=bool(asked and asked.evidence))
        response = make_response(page, problem.status)
    else:
        response = jsonify(problem.members())
        response.status_code = problem.status
        response.content_type = MEDIA_TYPE
    response.headers.extend(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
