"""The list of exports at `/export/`; the exports themselves are written by `server.dumps`."""

from flask import Blueprint, render_template

from kg import export as writing
from kg.errors import BadInput

blueprint = Blueprint("exports", __name__)

ENDINGS = {
    "ttl": "turtle",
    "trig": "trig",
    "nq": "nquads",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "graphml": "graphml",
}


# The front answers this one itself; pages link to it.
blueprint.add_url_rule("/export/<what>.<ending>", "export", build_only=True)


@blueprint.get("/export/")
def index() -> str:
    """List what can be exported, and in which formats."""
    offers = [
        (what, words, [ending for ending in ENDINGS if _fits(what, ending)]) for what, words in writing.WHAT.items()
    ]
    return render_template("exports.html", offers=offers)


def _fits(what: str, ending: str) -> bool:
    try:
        return bool(writing.chosen(what, ENDINGS[ending]))
    except BadInput:
        return False
