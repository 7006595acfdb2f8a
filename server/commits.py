"""`/commits`: what changed when, for people, feed readers and replicas; `/commits/<number>`: one change, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from kg.errors import BadInput, NotFound
from kg.history.changes import diff, touched
from kg.history.telling import Change, State, Teller
from kg.log import Commit, Log
from kg.names import BASE
from server import language, negotiate
from server.evidence import Evidence, EvidenceReader
from server.negotiate import ATOM, EVENTS, RDF_PATCH
from server.paging import page_asked
from server.terms import Shown, Terms
from server.view import Snapshot, snapshot, view

blueprint = Blueprint("commits", __name__)

LIST_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON, ATOM, RDF_PATCH, EVENTS)
OFFERS = (negotiate.HTML, RDF_PATCH)
_ON_PAGE = 50
_IN_FEED = 20
_TOLD = 300
"""Statements of a commit up to which its page tells them one by one."""

_LATER = 20_000
"""Statements of later commits that a page goes back through to tell what was said before."""


@dataclass(frozen=True)
class Listed:
    """A commit in a list, and the source that it changed."""

    commit: Commit
    source: Shown


@dataclass(frozen=True)
class Place:
    """A place of evidence that a commit changed, and how many statements it gained and lost."""

    evidence: Evidence
    added: int
    removed: int


@dataclass(frozen=True)
class Told:
    """A thing of which something changed, and that in sentences."""

    thing: Shown
    sentences: list[str]


@blueprint.get("/commits")
def index() -> str | Answer:
    """List the commits: a page, JSON, an Atom feed, or, after the commit `since`, their patches as RDF Patch.

    As Server-Sent Events they come as they are made, which the front does (server.stream).
    """
    chosen, here, log = negotiate.require(LIST_OFFERS), whole(), log_of_store()
    since = request.args.get("since", "0")
    if not since.isdecimal() or len(since) > 15:
        raise BadInput(f"since={since!r} is not the number of a commit", "since", "Say 0 for all commits.")
    commits = [commit for commit in log.commits(int(since)) if commit.number <= here.commit]
    if chosen is RDF_PATCH:
        patches = (row for commit in commits for row in _patch(log, commit))
        return Response(patches, content_type=chosen.content_type)
    commits.reverse()
    if chosen is negotiate.PLAIN_JSON:
        return jsonify([plain(commit, address(commit)) for commit in commits])
    if chosen is ATOM:
        feed = make_response(render_template("commits.atom", commits=commits[:_IN_FEED], base=BASE))
        feed.content_type = chosen.content_type
        return feed
    pages = max(1, -(-len(commits) // _ON_PAGE))
    page, terms = min(page_asked(), pages), Terms(here)
    some = [Listed(one, terms.iri(one.source)) for one in commits[(page - 1) * _ON_PAGE : page * _ON_PAGE]]
    return render_template("commits.html", commits=some, total=len(commits), page=page, pages=pages)


@blueprint.get("/commits/<int:number>")
def commit(number: int) -> str | Answer:
    """Show what a commit changed: place by place, and in words where it is not too large; or give its patch."""
    chosen, here, log = negotiate.require(OFFERS), whole(), log_of_store()
    found = log.commit(number)
    if found is None or number > here.commit:
        raise NotFound(f"there is no commit {number}", "", f"/commits lists them; the last one is {here.commit}.")
    if chosen is RDF_PATCH:
        return Response(_patch(log, found), content_type=chosen.content_type)
    evidence = EvidenceReader(here, Terms(here))
    graphs = touched(log, number)
    places = [Place(evidence.of(graph), *counts) for graph, counts in islice(graphs.items(), _TOLD)]
    return render_template(
        "commit.html",
        change=found,
        source=Terms(here).iri(found.source),
        places=places,
        left=len(graphs) - len(places),
        things=by_thing(here, _changes(here, log, found)),
        newest=here.commit,
    )


def whole() -> Snapshot:
    """Return the snapshot of this request; raises BadInput where it does not hold all that its commits say."""
    for name, value in (("known-by", g.times.known_by), ("valid-on", g.times.valid_on)):
        if value:
            raise BadInput("what changed is told of the whole graph", name, f"Leave {name} out; as-of= may stay.")
    return snapshot()


def log_of_store() -> Log:
    """Return the log that this request's client reads."""
    return view().store.log


def _patch(log: Log, commit: Commit) -> Iterator[str]:
    """Yield a commit's patch with its number and hash in the header (RDF Patch, `H`)."""
    yield f'H id "{commit.number}" .\nH hash "{commit.hash}" .\n'
    yield from log.rows(commit.number)


def address(commit: Commit) -> str:
    """Return the address of a commit's page, for this request."""
    return url_for("commits.commit", number=commit.number)


def plain(commit: Commit, href: str) -> dict[str, str | int]:
    """Return a commit as JSON takes it, with the address of its page."""
    told = {name: getattr(commit, name) for name in ("number", "time", "author", "message", "source")}
    counts = {name: getattr(commit, name) for name in ("added", "removed", "hash")}
    return {**told, **counts, "href": href}


def by_thing(here: Snapshot, changes: Iterable[Change]) -> list[Told]:
    """Return what changed by the thing of which it changed, in the order given."""
    told: dict[str, list[str]] = {}
    for change in changes:
        told.setdefault(change.subject, []).extend(change.sentences)
    terms = Terms(here)
    return [Told(terms.iri(iri), sentences) for iri, sentences in told.items()]


def _changes(here: Snapshot, log: Log, commit: Commit) -> Iterable[Change]:
    """Return what a commit changed in words; nothing where the commit, or what came after it, is too large."""
    later = sum(one.added + one.removed for one in log.commits(commit.number) if one.number <= here.commit)
    if commit.added + commit.removed > _TOLD or later > _LATER:
        return []
    patch = diff(log, commit.number - 1, commit.number)
    before, after = (State.at(at, here.engine, here.commit, log) for at in (commit.number - 1, commit.number))
    return Teller(here.engine, language.chosen()).changes(patch, before, after)
