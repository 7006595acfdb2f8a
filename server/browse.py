"""Lists: the kinds, `/browse/`; things of one, `/browse/<class>`; events, `/timeline`; agreements, `/licences`."""

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import groupby

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from kg.errors import BadInput, NotFound
from kg.names import NS, RDFS, shorten
from kg.rdf import Literal, NamedNode, Term, Triple
from server import negotiate
from server.listing import FACETS, SORTS, Item, listing, narrowed
from server.paging import page_asked
from server.statements import Statement, StatementReader
from server.terms import Shown, Terms
from server.view import Snapshot, snapshot

blueprint = Blueprint("browse", __name__)

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_COLUMNS = ("licensor", "licensee", "work", "kind", "exclusivity", "scope", "status")


@dataclass(frozen=True)
class Kind:
    """A class in the tree of kinds: its name, its local name, how many things it has, and how deep it stands."""

    shown: Shown
    name: str
    count: int
    depth: int


@dataclass
class Agreement:
    """A licence agreement in the table: its terms by column, its days ("" if not known), and its evidence."""

    shown: Shown
    cells: dict[str, list[Shown]] = field(default_factory=dict[str, list[Shown]])
    start: str = ""
    end: str = ""
    announced: str = ""
    statement: Statement | None = None


@blueprint.get("/browse/")
def index() -> str:
    """Show the kinds of things that the graph holds, as a tree, with counts."""
    return render_template("browse.html", kinds=kinds(snapshot()))


@blueprint.get("/browse/<name>")
def things(name: str) -> str | Response:
    """List the things of a class: a page narrowed by facets, or all of them as CSV."""
    here = snapshot()
    kind = next((one for one in kinds(here) if one.name == name), None)
    if kind is None:
        raise NotFound(f"there is no kind of thing called {name}", "", "/browse/ lists them.")
    chosen = {facet: value for facet in FACETS if (value := request.args.get(facet, "").strip())}
    sort = request.args.get("sort", "name")
    if sort not in SORTS:
        raise BadInput(f"a list cannot be sorted by {sort!r}", "sort", f"It is sorted by {', '.join(SORTS)}.")
    if negotiate.require([negotiate.HTML, negotiate.CSV]) is negotiate.CSV:
        return _csv(narrowed(here, NS + name, chosen, sort))
    found = listing(here, NS + name, chosen, sort, page_asked())
    return render_template("listing.html", kind=kind, listing=found, sort=sort, terms=Terms(here))


@blueprint.get("/timeline")
def timeline() -> str:
    """Show the events, the latest first, year by year, each at the precision that its source gives."""
    here = snapshot()
    chosen = {facet: value for facet in ("kind", "year") if (value := request.args.get(facet, "").strip())}
    found = listing(here, NS + "Event", chosen, "-date", page_asked())
    years = [(year, list(items)) for year, items in groupby(found.items, key=lambda item: item.date[:4])]
    return render_template("timeline.html", listing=found, years=years, terms=Terms(here))


@blueprint.get("/licences")
def licences() -> str:
    """Show the licence agreements as a table; `day` leaves those in force on a day, as far as days are known."""
    day = request.args.get("day", "").strip()
    if day and not _DAY.fullmatch(day):
        raise BadInput(f"{day!r} is no day", "day", "Write it as 2020-10-01; a year or a month will do.")
    here = snapshot()
    found = [one for one in _agreements(here) if not day or _in_force(one, day)]
    return render_template("licences.html", agreements=found, columns=_COLUMNS, day=day)


def kinds(here: Snapshot) -> list[Kind]:
    """Return the classes that have things, as a tree: narrower ones after theirs, and deeper."""
    counted = here.remember("classes", lambda: here.select("classes"))
    counts = {
        term.value: int(number.value)
        for term, number in counted
        if isinstance(term, NamedNode) and isinstance(number, Literal)
    }
    above = here.remember("class tree", lambda: {value: _parent(here, value, counts) for value in counts})
    terms, found = Terms(here), list[Kind]()

    def add(parent: str, depth: int) -> None:
        below = [value for value in counts if above[value] == parent]
        for value in sorted(below, key=lambda value: (-counts[value], value)):
            found.append(Kind(terms.iri(value), value.removeprefix(NS), counts[value], depth))
            add(value, depth + 1)

    add("", 0)
    return found


def _parent(here: Snapshot, kind: str, counts: dict[str, int]) -> str:
    above = here.engine.quads(NamedNode(kind), NamedNode(RDFS + "subClassOf"))
    found = {quad.object.value for quad in above if isinstance(quad.object, NamedNode)} - {kind}
    return min((value for value in found if value in counts), key=lambda value: counts[value], default="")


def _csv(items: list[Item]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["iri", "name", "kinds", "countries", "date", "standing"])
    for item in items:
        kinds, countries = (" ".join(sorted(map(shorten, values))) for values in (item.kinds, item.countries))
        writer.writerow([item.iri, item.shown().text, kinds, countries, item.date, item.standing])
    response = make_response(text.getvalue())
    response.content_type = negotiate.CSV.content_type
    return response


def _agreements(here: Snapshot) -> list[Agreement]:
    reader = StatementReader(here)
    found: dict[str, Agreement] = {}
    for row in here.select("agreements"):
        node, *terms, start, end, announced = row
        if not isinstance(node, NamedNode):
            continue
        one = found.setdefault(node.value, Agreement(reader.terms.iri(node.value)))
        one.start, one.end, one.announced = (
            one.start or _day(start),
            one.end or _day(end),
            one.announced or _day(announced),
        )
        for column, term in zip(_COLUMNS, terms, strict=True):
            shown = reader.terms.show(term)
            if term is not None and shown not in one.cells.setdefault(column, []):
                one.cells[column].append(shown)
        if one.statement is None and isinstance(terms[2], NamedNode):
            one.statement = reader.statement(Triple(node, NamedNode(NS + "licensedWork"), terms[2]))
    return list(found.values())


def _day(term: Term | None) -> str:
    return term.value if isinstance(term, Literal) else ""


def _in_force(one: Agreement, day: str) -> bool:
    """Tell whether an agreement may be in force on a day: what is not known of its days keeps nothing out."""
    start = one.start or one.announced
    return start[: len(day)] <= day and (not one.end or one.end[: len(day)] >= day)
