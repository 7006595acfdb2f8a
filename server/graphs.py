"""Pages of graphs: `/ns`, the ontology; `/source/<slug>`, what a source says, place by place."""

from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.names import NS, ONTOLOGY, PREFIXES, SOURCE, locator_of
from kg.paths import query
from kg.rdf import DefaultGraph, NamedNode
from server import negotiate
from server.evidence import Evidence, Note
from server.glossary import Glossary
from server.pages import require_known
from server.places import place_order
from server.statements import Statement, StatementReader, grouped
from server.terms import PLACES_ON_PAGE, Shown
from server.view import Snapshot, snapshot

blueprint = Blueprint("graphs", __name__)

_STATEMENTS_OF_PLACE = 100
_LINE_OF_SOURCE = (NS + "publisher", NS + "published", NS + "url", PREFIXES["dct"] + "publisher")


@dataclass(frozen=True)
class Place:
    """What a source says at one place; `query` asks for all of it where the page shows a part."""

    anchor: str
    evidence: Evidence
    notes: list[Note]
    statements: list[Statement]
    more: bool
    query: str


@dataclass(frozen=True)
class Line:
    """A source in the list of sources: its title, and who published it, when and where."""

    title: Shown
    facts: list[Shown]


@blueprint.get("/ns")
def ontology() -> str | Response:
    """Show the ontology's terms to people; lead to its data by Accept."""
    chosen = negotiate.require([negotiate.HTML, *(offer for offer in negotiate.GRAPHS if offer.name != "rdfxml")])
    if chosen is not negotiate.HTML:
        return redirect(url_for("exports.export", what="ontology", ending=chosen.ending), 303)
    sections = Glossary(snapshot()).sections()
    return render_template("ontology.html", sections=sections, namespace=NS)


@blueprint.get("/source/")
def sources() -> str:
    """List the sources."""
    here = snapshot()
    reader = StatementReader(here)
    iris = [term.value for (term,) in here.remember("sources", lambda: here.select("sources")) if term]
    return render_template("sources.html", sources=[_line(here, reader, iri) for iri in iris])


@blueprint.get("/source/<path:slug>")
def source(slug: str) -> str | Response:
    """Show a source: its description, and what it says place by place, with the standing of each."""
    here = snapshot()
    iri = require_known(SOURCE + slug)
    chosen = negotiate.require([negotiate.HTML, *negotiate.GRAPHS, *negotiate.DATASETS])
    if chosen is not negotiate.HTML:
        return redirect(url_for("entities.entity", iri=iri, format=chosen.names[0]), 303)
    reader = StatementReader(here)
    graphs = here.remember(("places", iri), lambda: _places(here, iri))
    pages = max(1, -(-len(graphs) // PLACES_ON_PAGE))
    page = min(_page_asked(graphs), pages)
    shown = graphs[(page - 1) * PLACES_ON_PAGE : page * PLACES_ON_PAGE]
    return render_template(
        "source.html",
        source=reader.describe(iri),
        slug=slug,
        places=[_place(here, reader, graph) for graph in shown],
        total=len(graphs),
        page=page,
        pages=pages,
    )


def _page_asked(graphs: list[str]) -> int:
    """Return the number of the page asked for by `?page=`, or of the one that holds `?place=`."""
    place = request.args.get("place")
    if place:
        index = next((index for index, graph in enumerate(graphs) if locator_of(graph) == place), 0)
        return index // PLACES_ON_PAGE + 1
    return max(1, request.args.get("page", 1, type=int))


def _places(here: Snapshot, iri: str) -> list[str]:
    graphs = [term.value for _, term in here.select("places", source=iri) if term]
    return sorted(graphs, key=lambda graph: place_order(locator_of(graph)))


def _place(here: Snapshot, reader: StatementReader, graph: str) -> Place:
    quads = list(islice(here.engine.quads(None, None, None, NamedNode(graph)), _STATEMENTS_OF_PLACE + 1))
    evidence = reader.evidence.of(graph)
    # What is only reported here may be asserted elsewhere, and the page says so.
    read = reader.read if evidence.standing == "asserted" else reader.read_in
    statements = read(quads[:_STATEMENTS_OF_PLACE])
    ordered = [statement for group in grouped(statements) for statement in group.statements]
    ordered.sort(key=lambda statement: statement.subject.text.casefold())
    return Place(
        locator_of(graph) or "",
        evidence,
        reader.evidence.notes(graph),
        ordered,
        len(quads) > _STATEMENTS_OF_PLACE,
        query("pages/all-of-a-place").replace(ONTOLOGY, graph),
    )


def _line(here: Snapshot, reader: StatementReader, iri: str) -> Line:
    node = NamedNode(iri)
    facts = [
        reader.terms.show(quad.object)  # pyright: ignore[reportArgumentType]
        for predicate in _LINE_OF_SOURCE
        for quad in here.engine.quads(node, NamedNode(predicate), None, DefaultGraph())
    ]
    return Line(reader.terms.iri(iri), facts)
