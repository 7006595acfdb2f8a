"""Atlante's web service: pages, data, a SPARQL endpoint and exports over the store's current snapshot."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for

from kg.errors import AtlanteError
from kg.settings import get_number, get_text
from server import (
    browse,
    changes,
    commits,
    description,
    entities,
    errors,
    exploring,
    exports,
    home,
    language,
    ontology,
    openapi,
    pages,
    questions,
    rules,
    search,
    sources,
    sparql,
    times,
)
from server.bundle import bundle, never_changes
from server.cache import Kept, coding_for
from server.endpoint import query_limits
from server.front import Front
from server.headers import ALWAYS, FOREVER, PREFLIGHT, PRIVATE
from server.scratch import Scratch
from server.view import Views, snapshot
from server.words import say

_BLUEPRINTS = (
    home,
    pages,
    browse,
    changes,
    commits,
    search,
    entities,
    exploring,
    sparql,
    sources,
    ontology,
    questions,
    rules,
    exports,
    description,
    openapi,
)
_LARGEST_BODY = 2 << 20


def create_app(store_dir: str | Path | None = None) -> Flask:
    """Return the pages over a store's directory (default: the setting `store`, environment KG_STORE).

    They only read, and follow the store's current snapshot.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["atlante.views"] = Views(Path(store_dir or get_text("store")))
    language.register(app)
    times.register(app)
    errors.register(app)
    for module in _BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    app.context_processor(_on_every_page)
    app.add_template_global(_this_page, "this_page")
    app.add_template_global(say, "say")
    app.add_template_global(bundle, "bundle")
    app.after_request(_finish)
    return app


def create_front(store_dir: str | Path | None = None) -> Front:
    """Return the whole service, an ASGI application: the pages, the endpoint, and whole graphs."""
    if not get_number("scratch"):
        return Front(create_app(store_dir))
    scratch = Scratch(query_limits())
    return Front(create_app(scratch.directory), scratch)


def _on_every_page() -> dict[str, Any]:
    try:
        commit = snapshot().commit
    except AtlanteError:
        commit = 0
    return {"commit": commit}


def _this_page(**changed: Any) -> str:
    """Return the address of the page being answered, with other values of some of its parameters."""
    if request.endpoint is None or request.method != "GET":
        return url_for("home.home", **changed)
    asked = dict[str, Any](request.args.lists())
    return url_for(request.endpoint, **{**asked, **(request.view_args or {}), **changed})


def _finish(response: Response) -> Response:
    """Add what every answer carries: version, caching, cross-origin reading, and what a page may load."""
    headers = response.headers
    headers.update(ALWAYS)
    if request.method == "OPTIONS":
        headers.update(PREFLIGHT)
    if "snapshot" in g and response.status_code == 200 and "Cache-Control" not in headers:
        headers["Atlante-Commit"] = str(g.snapshot.commit)
        headers["Vary"] = "Accept, Accept-Language, Authorization"
        settled = g.snapshot.pinned and response.mimetype != "text/html"
        headers["Cache-Control"] = PRIVATE if not g.snapshot.public else FOREVER if settled else "no-cache"
        response.set_etag(_version(response), weak=True)
        response.make_conditional(request)
    elif response.status_code == 200 and never_changes(request.path):
        headers["Cache-Control"] = FOREVER
    elif response.status_code in (301, 302, 303):
        headers["Vary"] = "Accept, Accept-Language"
    headers.pop("Date", None)  # the server that sends it adds one
    return _compressed(response)


def _compressed(response: Response) -> Response:
    if response.status_code != 200 or "Content-Encoding" in response.headers or request.method == "HEAD":
        return response
    response.vary.add("Accept-Encoding")
    response.direct_passthrough = False
    coding = coding_for(request.headers.get("Accept-Encoding", ""), response.calculate_content_length() or 0)
    if coding:
        response.set_data(Kept("", response.get_data()).coded(coding))
        response.headers["Content-Encoding"] = coding
    return response


def _version(response: Response) -> str:
    """Return the commit; for a page, whose words may change without one, with a digest of its text."""
    commit = g.snapshot.tag
    if response.mimetype != "text/html":
        return commit
    return f"{commit}-{hashlib.sha256(response.get_data()).hexdigest()[:12]}"
