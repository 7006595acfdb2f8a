"""The front page, and the pages of Atlante's own things: `/`, `/id/<slug>`, `/page/<slug>`."""

import difflib

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.ask import questions as named
from kg.errors import BadInput, NotFound
from kg.names import ID, NS
from kg.rdf import Literal, NamedNode
from kg.store import counts
from server import asking, negotiate
from server.statements import StatementReader
from server.terms import Terms, url_of
from server.view import Snapshot, snapshot

blueprint = Blueprint("pages", __name__)

_FIRST_QUESTION = ("who-licenses", {"work": "id:gpt-3"})


@blueprint.get("/")
def home() -> str:
    """Say what is in the graph, and answer the first question."""
    here = snapshot()
    terms = Terms(here)
    classes = [
        (terms.show(kind), int(number.value))
        for kind, number in here.remember("classes", lambda: here.select("classes"))
        if isinstance(number, Literal)
    ]
    sources = [terms.show(source) for (source,) in here.remember("sources", lambda: here.select("sources"))]
    name, values = _FIRST_QUESTION
    first = asking.shown(here, named()[name], values) if name in named() else None
    return render_template(
        "home.html",
        counts=here.remember("counts", lambda: counts(here.engine)),
        classes=classes,
        sources=sources,
        answer=first if first and first.table and first.table.rows else None,
        questions=asking.listed(here),
    )


@blueprint.get("/id/<path:slug>")
def thing(slug: str) -> Response:
    """Lead from a thing to what describes it: 303 to its page or its data by Accept; 301 after a rename."""
    iri = _known(slug)
    moved = redirect_of(snapshot(), iri)
    if moved:
        return redirect(url_for("pages.thing", slug=moved[len(ID) :]) if moved.startswith(ID) else url_of(moved), 301)
    chosen = negotiate.require([negotiate.HTML, *negotiate.GRAPHS, *negotiate.DATASETS])
    local = iri[len(ID) :]
    if chosen is negotiate.HTML:
        return redirect(url_for("pages.page", slug=local), 303)
    return redirect(url_for("entities.data", slug=local, ending=chosen.ending), 303)


@blueprint.get("/page/<path:slug>")
def page(slug: str) -> str | Response:
    """Show a thing: its statements by property, each with its evidence, and what refers to it."""
    iri = _known(slug)
    moved = redirect_of(snapshot(), iri)
    if moved:
        return redirect(url_of(moved), 301)
    return describe(iri, slug=iri[len(ID) :])


def describe(iri: str, slug: str = "") -> str:
    """Return the page of any IRI of the graph; `slug` where it is one of Atlante's things."""
    description = StatementReader(snapshot()).describe(iri)
    return render_template("entity.html", entity=description, slug=slug, graphs=negotiate.GRAPHS + negotiate.DATASETS)


def require_known(iri: str) -> str:
    """Return the IRI if the graph speaks of it; else raises NotFound, with the nearest labels, or BadInput."""
    try:
        known = StatementReader(snapshot()).exists(iri)
    except ValueError as error:
        raise BadInput(f"{iri!r} is not an IRI", "", "Give an absolute IRI, e.g. https://schema.org/Person.") from error
    if known:
        return iri
    error = NotFound(f"nothing in the graph is called {iri}")
    error.nearest = nearest(iri)  # type: ignore[attr-defined]
    raise error


def nearest(iri: str) -> list[dict[str, str]]:
    """Return up to five things whose label or slug is near the last part of an IRI."""
    here = snapshot()
    wanted = iri.rstrip("/").replace("#", "/").rpartition("/")[2].replace("-", " ").casefold()
    names = here.remember("names", lambda: _names(here))
    found = difflib.get_close_matches(wanted[:100], names, n=8, cutoff=0.6)
    near = list(dict.fromkeys(names[name] for name in found))[:5]
    terms = Terms(here)
    return [{"label": terms.iri(item).text, "iri": item, "href": url_of(item)} for item in near]


def redirect_of(here: Snapshot, iri: str) -> str:
    """Return where a renamed thing went, "" for any other."""
    quads = here.engine.quads(NamedNode(iri), NamedNode(NS + "redirectsTo"))
    return next((quad.object.value for quad in quads if isinstance(quad.object, NamedNode)), "")


def _known(slug: str) -> str:
    """Return the IRI of a thing from its path; escapes that the web server undid are tried as they were written."""
    raw = request.environ.get("RAW_URI", "").partition("?")[0]
    tail = raw.partition(f"/{request.path.strip('/').partition('/')[0]}/")[2]
    if tail and tail != slug and StatementReader(snapshot()).exists(_safe(ID + tail)):
        return ID + tail
    return require_known(ID + slug)


def _safe(iri: str) -> str:
    return iri if not set(iri) & set(' <>"{}|\\^`') else ID


def _names(here: Snapshot) -> dict[str, str]:
    """Return the IRI of each label and slug, case folded; a bounded number of them."""
    names: dict[str, str] = {}
    for entity, label in here.select("names"):
        if isinstance(entity, NamedNode) and isinstance(label, Literal):
            names.setdefault(label.value.casefold(), entity.value)
            names.setdefault(entity.value.rpartition("/")[2].replace("-", " ").casefold(), entity.value)
    return names
