"""What the endpoint has found out about a query, for the page that shows it."""

from dataclasses import dataclass, field
from typing import Any

from flask import has_request_context, request

KEY = "atlante.outcome"
"""Where the ASGI scope of a request for the page holds its outcome."""


@dataclass
class Outcome:
    """A query as it was sent, with its first rows as plain data (kg.workers.Job.rows), its form, or its error."""

    query: str
    form: str = ""
    content: dict[str, Any] = field(default_factory=dict[str, Any])
    error: Exception | None = None
    hints: list[str] = field(default_factory=list[str])
    evidence: bool = False


def outcome() -> Outcome | None:
    """Return the outcome that this request brings to its page; None for a page without a query."""
    if not has_request_context():
        return None
    return request.environ.get("asgi.scope", {}).get(KEY)
