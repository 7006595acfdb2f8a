"""Whole graphs as files: `/export/<what>.<ending>`, written piece by piece."""

from collections.abc import Iterator
from itertools import chain

from flask import Blueprint, Response, abort, render_template

from kg import export as writing
from kg.errors import BadInput
from server.view import snapshot

blueprint = Blueprint("exports", __name__)

_ENDINGS = {
    "ttl": "turtle",
    "trig": "trig",
    "nq": "nquads",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "graphml": "graphml",
}


@blueprint.get("/export/")
def index() -> str:
    """List what can be exported, and in which formats."""
    offers = [
        (what, words, [ending for ending in _ENDINGS if _fits(what, ending)]) for what, words in writing.WHAT.items()
    ]
    return render_template("exports.html", offers=offers)


@blueprint.get("/export/<what>.<ending>")
def export(what: str, ending: str) -> Response:
    """Write an export; what goes wrong before its first bytes is an error as any other."""
    if not _fits(what, ending):
        abort(404, f"There is no export {what}.{ending}; /export/ lists what there is.")
    pieces = iter(writing.export(snapshot().engine, what, _ENDINGS[ending]))
    first = next(pieces, b"")
    body: Iterator[bytes] = chain([first], pieces)
    media = writing.MEDIA_TYPES[_ENDINGS[ending]]
    response = Response(body, content_type=media + ("; charset=utf-8" if media.startswith("text/") else ""))
    response.headers["Content-Disposition"] = f'inline; filename="atlante-{snapshot().commit}-{what}.{ending}"'
    return response


def _fits(what: str, ending: str) -> bool:
    try:
        return ending in _ENDINGS and bool(writing.chosen(what, _ENDINGS[ending]))
    except BadInput:
        return False
