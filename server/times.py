"""Other times on every route: `as-of`, `known-by` and `valid-on` choose the graph that a request sees (kg.past)."""

from collections.abc import Callable
from typing import Any

from flask import Flask, g, request

from kg.past import Asked

NAMES = ("as-of", "known-by", "valid-on")
_NOT_OF_THE_GRAPH = ("static", "openapi.document")
_OF_THE_LOG = ("commits", "changes")
"""Blueprints whose pages tell of the whole graph: of the times, as-of alone means something to them."""


def asked_by(parameter: Callable[[str], str | None]) -> Asked:
    """Return the times that a request asks for, given what returns its parameters by name."""
    as_of, known_by, valid_on = (parameter(name) or "" for name in NAMES)
    return Asked(as_of, known_by, valid_on)


def register(app: Flask) -> None:
    """Settle the times before each request, show them on pages, and keep them in the links of a page."""
    app.before_request(_settle)
    app.url_defaults(_keep)
    app.add_template_global(told, "times_asked")
    app.add_template_global(_present, "present")


def told() -> dict[str, str]:
    """Return the times that this request asks for by the names of their parameters; none where it asks for none."""
    asked = g.get("times", Asked())
    values = zip(NAMES, (asked.as_of, asked.known_by, asked.valid_on), strict=True)
    return {name: value for name, value in values if value}


def _present() -> dict[str, None]:
    """Return what takes the times out of an address (see `this_page`)."""
    return dict.fromkeys(NAMES)


def _settle() -> None:
    g.times = asked_by(request.args.get)


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in _NOT_OF_THE_GRAPH:
        return
    of_log = endpoint.partition(".")[0] in _OF_THE_LOG
    for name, value in told().items():
        if name == "as-of" or not of_log:
            values.setdefault(name, value)
