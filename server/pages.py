"""The pages of things: `/id/<slug>`, `/page/<slug>`, and what refers to one by a property, `/incoming`."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.errors import BadInput, NotFound
from kg.names import ID, NS
from kg.rdf import NamedNode
from server import cards, citing, negotiate
from server.describing import Describer
from server.paging import page_asked
from server.search import nearest
from server.statements import Group, StatementReader
from server.terms import Terms, url_of
from server.view import Snapshot, snapshot

blueprint = Blueprint("pages", __name__)

_REFERRING = 100


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
def page(slug: str) -> Response:
    """Show a thing: its statements by property, each with its evidence, and what refers to it."""
    iri = _known(slug)
    moved = redirect_of(snapshot(), iri)
    if moved:
        return redirect(url_of(moved), 301)
    response = make_response(describe(iri, slug=iri[len(ID) :]))
    response.headers["Link"] = citing.signposts(iri, iri[len(ID) :], negotiate.OF_THINGS)
    return response


def describe(iri: str, slug: str = "") -> str:
    """Return the page of any IRI of the graph; `slug` where it is one of Atlante's things."""
    description = Describer(snapshot()).describe(iri)
    here = snapshot()
    return render_template(
        "entity.html",
        entity=description,
        slug=slug,
        graphs=negotiate.OF_THINGS,
        schema=citing.for_search_engines(here, description),
        bibtex=citing.bibtex(description, here.commit),
        cards=cards.cards(here, iri),
        chart=cards.chart(here, iri),
        others=cards.others(here, iri),
    )


@blueprint.get("/incoming")
def incoming() -> str:
    """List what refers to a thing (`iri`) by one property (`property`), page by page."""
    iri, property = require_known(request.args.get("iri", "")), request.args.get("property", "")
    here = snapshot()
    counted = {term.value: number for _, term, number in here.select("incoming", entity=iri) if term}
    if property not in counted:
        raise NotFound(f"nothing refers to it by {property or 'no property'}", iri, "Its page lists what does.")
    total, page = int(counted[property].value), page_asked()  # pyright: ignore[reportAttributeAccessIssue,reportOptionalMemberAccess]
    pages = -(-total // _REFERRING)
    statements = Describer(here).refers(iri, property, (min(page, pages) - 1) * _REFERRING, _REFERRING)
    terms = Terms(here)
    return render_template(
        "incoming.html",
        title=terms.iri(iri),
        group=Group(terms.iri(property), statements, total),
        page=min(page, pages),
        pages=pages,
    )


def require_known(iri: str) -> str:
    """Return the IRI if the graph speaks of it; else raises NotFound, with the nearest labels, or BadInput."""
    try:
        known = StatementReader(snapshot()).exists(iri)
    except ValueError as error:
        raise BadInput(f"{iri!r} is not an IRI", "", "Give an absolute IRI, e.g. https://schema.org/Person.") from error
    if known:
        return iri
    error = NotFound(f"nothing in the graph is called {iri}")
    wanted = iri.rstrip("/").replace("#", "/").rpartition("/")[2].replace("-", " ")
    error.nearest = nearest(snapshot(), wanted)  # type: ignore[attr-defined]
    raise error


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
