"""`/search`: what goes by a name, ranked; `/complete`: the same as one types, for programs and forms."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from kg.names import NS, expand, shorten
from kg.search import Found, Hit, NoIndex, Searcher, index_of
from server import language, negotiate
from server.paging import page_asked
from server.terms import Shown, Terms, url_of
from server.view import Snapshot, names, snapshot

blueprint = Blueprint("search", __name__)

ON_PAGE = 20
_COMPLETIONS = 10
_LONGEST = 200


@dataclass(frozen=True)
class Result:
    """A thing that was found, ready to be shown: its name, its kind, another name that matched, what describes it."""

    shown: Shown
    kind: Shown | None
    also: str
    description: Shown | None
    asserted: bool


@blueprint.get("/search")
def search() -> str | Response:
    """Find things by name (`q`), of one kind (`kind`, a class) or of any: a page, or JSON."""
    text, kind = _asked()
    page = page_asked()
    found = _searcher().search(text, kind=kind, start=(page - 1) * ON_PAGE, count=ON_PAGE)
    if negotiate.require([negotiate.HTML, negotiate.PLAIN_JSON]) is negotiate.PLAIN_JSON:
        return jsonify(_json(found, text))
    here = snapshot()
    terms = Terms(here)
    return render_template(
        "search.html",
        asked=text,
        found=found,
        results=results(here, found.hits, text),
        kinds=[(terms.iri(facet.kind), shorten(facet.kind), facet.count, facet.kind == kind) for facet in found.facets],
        near=[] if found.hits or not text else results(here, _searcher().near(text), text),
        page=page,
        pages=max(1, -(-found.total // ON_PAGE)),
    )


@blueprint.get("/complete")
def complete() -> Response:
    """Return up to ten things whose names begin like `q`, as JSON; `kind` is a class or one above."""
    text, kind = _asked()
    found = _searcher().search(text, within=kind, count=_COMPLETIONS)
    return jsonify([_short(hit) for hit in found.hits])


def results(here: Snapshot, hits: list[Hit], text: str) -> list[Result]:
    """Return things that were found, ready to be shown in the language of the request."""
    terms = Terms(here)
    return [_result(terms, hit, text) for hit in hits]


def things(here: Snapshot, text: str) -> list[Result]:
    """Return the first few things that go by a text; none where names have no index."""
    try:
        return results(here, _searcher().search(text, count=5).hits, text)
    except NoIndex:
        return []


def nearest(here: Snapshot, text: str) -> list[dict[str, str]]:
    """Return up to five things whose names are spelled like a text; none where names have no index."""
    try:
        hits = _searcher().near(text)
    except NoIndex:
        return []
    return [{"label": _name(hit)[0], "iri": hit.iri, "href": url_of(hit.iri)} for hit in hits]


def _searcher() -> Searcher:
    """Return what searches this request's snapshot; raises NoIndex, when it is asked, where there is no index."""
    return Searcher(names() or index_of(snapshot().path))


def _asked() -> tuple[str, str]:
    kind = request.args.get("kind", "").strip()
    return request.args.get("q", "").strip()[:_LONGEST], expand(kind) if ":" in kind else (NS + kind if kind else "")


def _result(terms: Terms, hit: Hit, text: str) -> Result:
    name, tag = _name(hit)
    wanted = text.casefold()
    others = [other for other, _ in (*hit.labels, *hit.aliases) if other != name and wanted in other.casefold()]
    described = _best(hit.descriptions)
    return Result(
        Shown(name, tag, url_of(hit.iri), iri=hit.iri),
        terms.iri(hit.kind) if hit.kind else None,
        others[0] if others and wanted not in name.casefold() else "",
        Shown(*described) if described else None,
        hit.asserted,
    )


def _name(hit: Hit) -> tuple[str, str]:
    return _best(hit.labels) or _best(hit.aliases) or (shorten(hit.iri), "")


def _best(names: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the text in the best language, with its tag; None without any."""
    order = language.preferred()
    return min(names, key=lambda name: order.index(name[1]) if name[1] in order else len(order), default=None)


def _short(hit: Hit) -> dict[str, str]:
    name, tag = _name(hit)
    value = shorten(hit.iri).removeprefix("<").removesuffix(">")
    kind = Terms(snapshot()).iri(hit.kind).text if hit.kind else ""
    return {"iri": hit.iri, "value": value, "label": name, "lang": tag, "kind": kind, "href": url_of(hit.iri)}


def _json(found: Found, text: str) -> dict[str, Any]:
    return {
        "query": text,
        "total": found.total,
        "more": found.more,
        "kinds": [{"kind": facet.kind, "count": facet.count} for facet in found.facets],
        "results": [_short(hit) | {"asserted": hit.asserted, "names": hit.labels + hit.aliases} for hit in found.hits],
        "commit": snapshot().commit,
    }
