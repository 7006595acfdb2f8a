"""What changed, in words: `/history` of one thing, and `/compare` of the graph at two commits."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from kg.errors import BadInput
from kg.history.blaming import meant
from kg.history.changes import net, touches
from kg.history.telling import Change, State, Teller, as_plain, told_by_commit
from kg.log import Commit, Log
from kg.past import commit_of
from kg.patch import Patch
from server import language, negotiate
from server.commits import address, by_thing, log_of_store, plain, whole
from server.paging import page_asked
from server.terms import Shown, Terms, url_of
from server.view import Snapshot

blueprint = Blueprint("changes", __name__)

HISTORY_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON)
COMPARE_OFFERS = (negotiate.HTML, negotiate.PLAIN_JSON, negotiate.RDF_PATCH)
_ON_PAGE = 20
_TOLD = 2_000
"""Statements that differ up to which they are told in words."""

_SHOWN = 100
"""Things that a page tells of, of those that differ; JSON and the patch have all."""

_BETWEEN = 50_000
"""Statements of commits up to which those are gone through to tell in words who says what."""


@dataclass(frozen=True)
class Step:
    """A commit that changed what is said of a thing, that in sentences, and the address of the thing as it was then."""

    commit: Commit
    source: Shown
    href: str
    sentences: list[str]


@dataclass(frozen=True)
class Compared:
    """What differs between two commits: its patch, and the changes in words unless there are too many (None)."""

    first: Commit
    last: Commit
    patch: Patch
    changes: list[Change] | None


@blueprint.get("/history")
def history() -> str | Response:
    """Tell what each commit changed in what is said of a thing (`thing`, an IRI or a name), newest first."""
    chosen, here, log = negotiate.require(HISTORY_OFFERS), whole(), log_of_store()
    iri = _thing(here, log)
    if not iri:
        raise BadInput("thing= is missing", "thing", "Say which thing: ?thing=gpt-3")
    told = here.remember(
        ("history", iri, language.chosen()),
        lambda: list(told_by_commit(here.engine, here.commit, log, iri, language.chosen())),
    )
    told = told[::-1]
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(
            [
                {"commit": plain(commit, address(commit)), "changes": [as_plain(one) for one in changes]}
                for commit, changes in told
            ]
        )
    pages, terms = max(1, -(-len(told) // _ON_PAGE)), Terms(here)
    page = min(page_asked(), pages)
    steps = [
        Step(commit, terms.iri(commit.source), _then(iri, commit), [text for one in changes for text in one.sentences])
        for commit, changes in told[(page - 1) * _ON_PAGE : page * _ON_PAGE]
    ]
    return render_template(
        "history.html", thing=terms.iri(iri), iri=iri, steps=steps, total=len(told), page=page, pages=pages
    )


@blueprint.get("/compare")
def compare() -> str | Response:
    """Tell what differs between two commits (`from`, `to`: numbers, days or times), of one thing or of all."""
    chosen, here, log = negotiate.require(COMPARE_OFFERS), whole(), log_of_store()
    given = {name: request.args.get(name, "").strip() for name in ("from", "to", "thing")}
    if not given["from"]:
        if chosen is not negotiate.HTML:
            raise BadInput("from= is missing", "from", "Say which commits: ?from=1&to=2, or days.")
        return render_template("compare.html", given=given, found=None)
    commits = [commit for commit in log.commits() if commit.number <= here.commit]
    first = commit_of(given["from"], commits, "from")
    last = commit_of(given["to"], commits, "to") if given["to"] else commits[-1]
    found = _compared(here, log, first, last, _thing(here, log))
    if chosen is negotiate.RDF_PATCH:
        return Response(found.patch.rows(), content_type=chosen.content_type)
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(_plain(found))
    things = by_thing(here, found.changes or ())
    return render_template("compare.html", given=given, found=found, things=things[:_SHOWN], left=len(things[_SHOWN:]))


def _then(iri: str, commit: Commit) -> str:
    parts = urlsplit(url_of(iri))
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | {"as-of": commit.number})))


def _thing(here: Snapshot, log: Log) -> str:
    name = request.args.get("thing", "").strip()
    return meant(here.engine, log, name) if name else ""


def _compared(here: Snapshot, log: Log, first: Commit, last: Commit, thing: str) -> Compared:
    """Return what differs of a thing (its IRI), or of all; in words unless there is too much to go through."""
    low, high = sorted((first.number, last.number))
    patch = net(touches(log, low, high, thing))
    patch = patch if first.number == low else patch.inverted()
    size = len(patch.added) + len(patch.removed)
    between = 0 if thing else sum(one.added + one.removed for one in log.commits(low) if one.number <= here.commit)
    if size > _TOLD or between > _BETWEEN:
        return Compared(first, last, patch, None)
    states = (State.at(at, here.engine, here.commit, log, thing) for at in (first.number, last.number))
    return Compared(first, last, patch, list(Teller(here.engine, language.chosen()).changes(patch, *states)))


def _plain(found: Compared) -> dict[str, Any]:
    return {
        "from": plain(found.first, address(found.first)),
        "to": plain(found.last, address(found.last)),
        "added": len(found.patch.added),
        "removed": len(found.patch.removed),
        "changes": None if found.changes is None else [as_plain(one) for one in found.changes],
    }
