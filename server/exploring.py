"""How things hang together: `/graph` around one, `/related` of two, and `/depends`, what depends on one."""

import csv
import io

from flask import Blueprint, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from kg.errors import BadInput
from kg.explore import Exposure, Paths, exposure, neighbourhood, paths
from kg.names import expand, shorten
from kg.rdf import NamedNode
from kg.show import find
from server import asking, exposed, negotiate
from server.around import GraphView, graphml, plain_graph
from server.joined import Joined, plain_paths
from server.terms import Terms
from server.view import Snapshot, snapshot

blueprint = Blueprint("exploring", __name__)

GRAPH_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON, negotiate.GRAPHML)
RELATED_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON)
DEPENDS_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON, negotiate.CSV)


@blueprint.get("/graph")
def graph() -> str | Response:
    """Show what lies around a thing (`iri`, or a name): a table of edges, JSON, or GraphML."""
    chosen, here = negotiate.require(GRAPH_OFFERS), snapshot()
    iri = thing_asked(here, "iri")
    depth = request.args.get("depth", "1")
    if depth not in ("1", "2"):
        raise BadInput(f"depth={depth!r} is not 1 or 2", "depth", "Leave it out for the neighbours alone, or say 2.")
    hidden = [_property(name) for name in request.args.getlist("hide") if name]
    found = neighbourhood(here.engine, iri, depth=int(depth), hide=hidden)
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(plain_graph(here, found))
    if chosen is negotiate.GRAPHML:
        response = make_response(graphml(here.engine, found))
        response.content_type = chosen.content_type
        return response
    return render_template("graph.html", view=GraphView.of(here, found, int(depth), hidden))


def _property(name: str) -> str:
    try:
        return NamedNode(expand(name)).value
    except ValueError as error:
        raise BadInput(f"hide={name!r} names no property", "hide", "Name one as in ?hide=kg:locatedIn.") from error


@blueprint.get("/related")
def related() -> str | Response:
    """Tell how two things (`from`, `to`) hang together: the best paths in words, each step with its evidence."""
    chosen, here = negotiate.require(RELATED_OFFERS), snapshot()
    given = {name: request.args.get(name, "").strip() for name in ("from", "to")}
    if not all(given.values()):
        if chosen is negotiate.PLAIN_JSON:
            raise BadInput("two things are needed", "from, to", "Say both: ?from=openai&to=nvidia")
        return render_template("related.html", view=Joined.unasked(here, given))
    start, end = (thing_asked(here, name) for name in given)
    found: Paths = here.remember(("paths", start, end), lambda: paths(here.engine, start, end, count=5))
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(plain_paths(here, found))
    return render_template("related.html", view=Joined.of(here, given, (start, end), found))


@blueprint.get("/depends")
def depends() -> str | Response:
    """Show what depends on a thing (`iri`, or a name), and what depends on that: a tree with counts, JSON, or CSV."""
    chosen, here = negotiate.require(DEPENDS_OFFERS), snapshot()
    iri = thing_asked(here, "iri")
    found: Exposure = here.remember(("exposure", iri), lambda: exposure(here.engine, iri))
    if chosen is negotiate.HTML:
        return render_template("depends.html", view=exposed.Tree.of(here, found))
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(exposed.plain_tree(here, found))
    response = make_response(_csv(here, found))
    response.content_type = chosen.content_type
    return response


def thing_asked(here: Snapshot, parameter: str) -> str:
    """Return the IRI of the thing that a parameter names: an IRI, a slug, or any of its names.

    Raises BadInput where it is missing or fits several things, NotFound where nothing is called so.
    """
    name = request.args.get(parameter, "").strip()
    if not name:
        raise BadInput(f"{parameter}= is missing", parameter, f"Say which thing: ?{parameter}=gpt-3")
    return find(here.engine, name, asking.names_of(here))


def _csv(here: Snapshot, found: Exposure) -> str:
    text, terms = io.StringIO(), Terms(here)
    writer = csv.writer(text)
    writer.writerow(["steps", "thing", "label", "property", "on", "evidence"])
    for depth, above, one in found.root.walk():
        for link in one.links:
            label = terms.iri(one.iri).text
            writer.writerow([depth, one.iri, label, shorten(link.property), above, " ".join(link.evidence)])
    return text.getvalue()
