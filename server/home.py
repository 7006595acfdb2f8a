"""The front page: what is in the graph, and live answers to the first questions."""

from flask import Blueprint, render_template

from kg.ask import questions as named
from kg.store import counts
from server import asking
from server.browse import kinds
from server.terms import Terms
from server.view import snapshot

blueprint = Blueprint("home", __name__)

_FIRST = (
    ("who-licenses", {"work": "id:gpt-3"}),
    ("who-invested-in", {"organisation": "id:openai"}),
    ("place-in-rankings", {"system": "id:voyager-eus2"}),
)
"""The questions that are answered on the front page, where the graph answers them."""


@blueprint.get("/")
def home() -> str:
    """Say what is in the graph, and answer the first questions."""
    here = snapshot()
    terms = Terms(here)
    answers = [asking.shown(here, named()[name], values) for name, values in _FIRST]
    return render_template(
        "home.html",
        counts=here.remember("counts", lambda: counts(here.engine)),
        kinds=kinds(here),
        sources=[terms.show(source) for (source,) in here.remember("sources", lambda: here.select("sources"))],
        answers=[answer for answer in answers if answer.table and answer.table.rows],
        questions=asking.listed(here),
    )
