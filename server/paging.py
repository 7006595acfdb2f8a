"""Lists cut into pages."""

from flask import request


def page_asked() -> int:
    """Return the number of the page asked for by `?page=`, 1 or more."""
    return max(1, request.args.get("page", 1, type=int))
