"""Pages of evidence: the sources, what each says place by place, one place, and all places of one statement."""

from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.errors import BadInput, NotFound
from kg.names import NS, ONTOLOGY, PREFIXES, SOURCE, locator_of
from kg.paths import query
from kg.rdf import DefaultGraph, NamedNode, Quad, parse_statements
from server import negotiate
from server.describing import Describer
from server.evidence import Evidence, Note
from server.pages import require_known
from server.paging import page_asked
from server.places import place_order
from server.statements import Statement, StatementReader, evidence_order, grouped
from server.terms import Shown
from server.view import Snapshot, snapshot

blueprint = Blueprint("sources", __name__)

PLACES_ON_PAGE = 20
EVIDENCE_ON_PAGE = 200
_STATEMENTS_ON_SOURCE, _STATEMENTS_OF_PLACE = 50, 1_000
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


@blueprint.get("/source/")
def index() -> str:
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
    graphs = _places(here, iri)
    pages = max(1, -(-len(graphs) // PLACES_ON_PAGE))
    page = min(page_asked(), pages)
    shown = graphs[(page - 1) * PLACES_ON_PAGE : page * PLACES_ON_PAGE]
    return render_template(
        "source.html",
        source=Describer(here).describe(iri),
        slug=slug,
        places=[_place(here, reader, graph, _STATEMENTS_ON_SOURCE) for graph in shown],
        total=len(graphs),
        page=page,
        pages=pages,
    )


@blueprint.get("/evidence/<path:slug>/<locator>")
def place(slug: str, locator: str) -> str | Response:
    """Show one place of a source: all that it says, and its standing; 404 for a place that says nothing."""
    here = snapshot()
    iri = require_known(SOURCE + slug)
    graph = f"{iri}#{locator}"
    graphs = _places(here, iri)
    if graph not in graphs:
        repair = f"{url_for('sources.source', slug=slug, _external=True)} lists its places."
        raise NotFound(f"the source says nothing at {locator!r}", graph, repair)
    chosen = negotiate.require([negotiate.HTML, *negotiate.GRAPHS, *negotiate.DATASETS])
    if chosen is not negotiate.HTML:
        asked = query("pages/graph").replace(ONTOLOGY, graph)
        return redirect(url_for("sparql.endpoint", query=asked, format=chosen.names[0]), 303)
    at = graphs.index(graph)
    reader = StatementReader(here)
    return render_template(
        "evidence.html",
        place=_place(here, reader, graph, _STATEMENTS_OF_PLACE),
        source=Describer(here).describe(iri),
        before=reader.evidence.of(graphs[at - 1]) if at else None,
        after=reader.evidence.of(graphs[at + 1]) if at + 1 < len(graphs) else None,
    )


@blueprint.get("/statement")
def statement() -> str:
    """List all places that say one statement; `subject`, `property` and `value` are terms as N-Triples writes them."""
    terms = [request.args.get(name, "") for name in ("subject", "property", "value")]
    try:
        (wanted,) = parse_statements([" ".join(terms)])
    except (ValueError, SyntaxError) as error:
        repair = "Give subject, property and value as N-Triples writes them, e.g. subject=<https://example.org/a>."
        raise BadInput("these are not the three terms of a statement", " ".join(terms)[:200], repair) from error
    here = snapshot()
    reader = StatementReader(here)
    quads: list[Quad] = list(here.engine.quads(wanted.subject, wanted.predicate, wanted.object, None))  # pyright: ignore[reportArgumentType]
    if not quads:
        raise NotFound("no source says this", " ".join(terms)[:200])
    graphs = [quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)]
    places = sorted((reader.evidence.of(graph) for graph in graphs), key=evidence_order)
    pages, page = max(1, -(-len(places) // EVIDENCE_ON_PAGE)), page_asked()
    return render_template(
        "statement.html",
        statement=reader.statement(wanted),
        places=places[(page - 1) * EVIDENCE_ON_PAGE : page * EVIDENCE_ON_PAGE],
        total=len(places),
        page=page,
        pages=pages,
    )


def _places(here: Snapshot, iri: str) -> list[str]:
    """Return the evidence graphs of a source, in the order of its places."""
    return here.remember(("places", iri), lambda: _sorted_places(here, iri))


def _sorted_places(here: Snapshot, iri: str) -> list[str]:
    graphs = [term.value for _, term in here.select("places", source=iri) if term]
    return sorted(graphs, key=lambda graph: place_order(locator_of(graph)))


def _place(here: Snapshot, reader: StatementReader, graph: str, most: int) -> Place:
    quads = list(islice(here.engine.quads(None, None, None, NamedNode(graph)), most + 1))
    evidence = reader.evidence.of(graph)
    # What is only reported here may be asserted elsewhere, and the page says so.
    read = reader.read if evidence.standing == "asserted" else reader.read_in
    ordered = [one for group in grouped(read(quads[:most])) for one in group.statements]
    ordered.sort(key=lambda one: one.subject.text.casefold())
    return Place(
        locator_of(graph) or "",
        evidence,
        reader.evidence.notes(graph),
        ordered,
        len(quads) > most,
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
