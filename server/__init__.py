"""Atlante's web service: pages, data, a SPARQL endpoint and exports over the store's current snapshot."""

import atexit
import hashlib
import signal
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

from kg.engine.workers import Workers
from kg.errors import AtlanteError
from kg.settings import get_number, get_text
from server import entities, errors, exports, graphs, health, language, pages, questions, sparql
from server.view import View, snapshot

_BLUEPRINTS = (pages, entities, sparql, graphs, questions, exports, health)
_LARGEST_BODY = 2 << 20
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(store_dir: str | Path | None = None) -> Flask:
    """Return the application over a store's directory (default: the setting `store`, environment KG_STORE).

    It only reads; it starts its query processes at once and follows the store's current snapshot.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["atlante.view"] = View(Path(store_dir or get_text("store")))
    workers = Workers(int(get_number("query_workers")), int(get_number("query_memory")))
    app.extensions["atlante.workers"] = workers
    workers.start()
    atexit.register(_end, workers)
    language.register(app)
    errors.register(app)
    for module in _BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    app.context_processor(_on_every_page)
    app.add_template_global(_this_page_in, "this_page_in")
    app.after_request(_finish)
    # One proxy in front may say under which scheme and prefix it is reached (X-Forwarded-Proto, -Prefix).
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    return app


def _on_every_page() -> dict[str, Any]:
    try:
        commit = snapshot().commit
    except AtlanteError:
        commit = 0
    return {"commit": commit}


def _this_page_in(code: str) -> str:
    """Return the address of the page being answered, in another language."""
    if request.endpoint is None or request.method != "GET":
        return url_for("pages.home", lang=code)
    asked = {name: values for name, values in request.args.lists() if name != "lang"}
    return url_for(request.endpoint, **{**asked, **(request.view_args or {})}, lang=code)


def _finish(response: Response) -> Response:
    """Add what every answer carries: version, caching, cross-origin reading, and what a page may load."""
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Access-Control-Allow-Origin"] = "*"
    if "snapshot" in g and response.status_code == 200 and "Cache-Control" not in headers:
        headers["Atlante-Commit"] = str(g.snapshot.commit)
        headers["Vary"] = "Accept, Accept-Language"
        headers["Cache-Control"] = "no-cache"
        response.set_etag(_version(response), weak=True)
        response.make_conditional(request)
    elif response.status_code in (301, 302, 303):
        headers["Vary"] = "Accept, Accept-Language"
    return response


def _version(response: Response) -> str:
    """Return the commit; for a page, whose words may change without one, with a digest of its text."""
    commit = str(g.snapshot.commit)
    if response.mimetype != "text/html":
        return commit
    return f"{commit}-{hashlib.sha256(response.get_data()).hexdigest()[:12]}"


def _end(workers: Workers) -> None:
    """End the query processes; a second signal of the same Ctrl-C must not interrupt that with a traceback."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    workers.close()
