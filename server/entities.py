"""Data of one entity: `/data/<slug>.<ending>` for Atlante's things, `/entity?iri=` for any other IRI."""

import csv
import io
from io import BytesIO

from flask import Blueprint, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kg.errors import BadInput
from kg.names import ID, INFERRED, SHAPES, source_of
from kg.rdf import FORMATS, DefaultGraph, Literal, NamedNode, Quad, Triple, serialize, value
from server import negotiate
from server.citing import described_page
from server.evidence import EvidenceReader
from server.negotiate import Format
from server.pages import describe, redirect_of, require_known
from server.terms import Terms, url_of
from server.view import snapshot

blueprint = Blueprint("entities", __name__)

_OFFERS = negotiate.OF_THINGS
_COLUMNS = ("property", "value", "datatype", "language", "standing", "evidence")


@blueprint.get("/data/<path:slug>.<ending>")
def data(slug: str, ending: str) -> Response:
    """Return a thing's statements in the format that the ending names; TriG and N-Quads tell the evidence too."""
    chosen = next((offer for offer in _OFFERS if ending == offer.ending), None)
    if chosen is None:
        endings = ", ".join(f".{offer.ending}" for offer in _OFFERS)
        abort(404, f"There is no data ending in .{ending}; there are: {endings}.")
    iri = require_known(ID + slug)
    moved = redirect_of(snapshot(), iri)
    if moved.startswith(ID):
        return redirect(url_for("entities.data", slug=moved[len(ID) :], ending=ending), 301)
    response = _written(iri, chosen)
    response.headers["Link"] = described_page(slug)
    return response


@blueprint.get("/entity")
def entity() -> str | Response:
    """Show any IRI of the graph, or give its data, by Accept or `?format=`."""
    iri = request.args.get("iri", "")
    if not iri:
        raise BadInput("the parameter iri is missing", "", "Ask e.g. /entity?iri=https://schema.org/Person.")
    require_known(iri)
    chosen = negotiate.require([negotiate.HTML, *_OFFERS])
    if chosen is not negotiate.HTML:
        return _written(iri, chosen)
    if iri.startswith(ID) or source_of(iri):
        own = url_of(iri)
        if not own.startswith(url_for("entities.entity")):
            return redirect(own, 302)
    return describe(iri)


def _written(iri: str, chosen: Format) -> Response:
    """Return what sources say of an entity; what follows by rule, and the shapes, are left out."""
    quads = list(snapshot().engine.quads(NamedNode(iri), None, None, None))
    if chosen is negotiate.CSV:
        response = make_response(_table(quads))
        response.content_type = chosen.content_type
        return response
    items = _with_evidence(quads) if chosen in negotiate.DATASETS else _asserted(quads)
    output = BytesIO()
    serialize(items, FORMATS[chosen.name], output)
    response = make_response(output.getvalue())
    response.content_type = chosen.content_type
    return response


def _table(quads: list[Quad]) -> str:
    """Return statements as CSV, a line for each place that says one, with the standing of the place."""
    here, text = snapshot(), io.StringIO()
    evidence = EvidenceReader(here, Terms(here))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for quad in _with_evidence(quads):
        graph, term = str(quad.graph_name)[1:-1], quad.object
        kind = (term.datatype.value, term.language or "") if isinstance(term, Literal) else ("", "")
        writer.writerow([quad.predicate.value, value(term), *kind, evidence.of(graph).standing, graph])
    return text.getvalue()


def _with_evidence(quads: list[Quad]) -> list[Quad]:
    left_out = (DefaultGraph(), NamedNode(INFERRED), NamedNode(SHAPES))
    return sorted((quad for quad in quads if quad.graph_name not in left_out), key=_graph_first)


def _graph_first(quad: Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad)


def _asserted(quads: list[Quad]) -> list[Triple]:
    inferred = {str(quad.triple) for quad in quads if quad.graph_name == NamedNode(INFERRED)}
    asserted = (quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph))
    return sorted((triple for triple in asserted if str(triple) not in inferred), key=str)
