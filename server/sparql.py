"""`/sparql`: the SPARQL 1.1 Protocol's query operation, read-only, and a page for people."""

import json
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from werkzeug.wsgi import wrap_file

from kg.engine.workers import Answer, NotAcceptable, Request, Workers
from kg.errors import BadInput
from kg.names import PREFIXES
from kg.paths import query_dir
from kg.settings import get_number
from server import negotiate, tables
from server.negotiate import GRAPHS, HTML, RESULTS, Format
from server.terms import Terms
from server.view import snapshot

blueprint = Blueprint("sparql", __name__)

_ROWS_ON_PAGE = 500
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_READ_ONLY = "This endpoint is read-only; facts change with `kg build`, from the files of sources."
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Example:
    """An example query: what it asks, and its text."""

    title: str
    text: str


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response | str:
    """Evaluate a query and give its answer by Accept or `?format=`; without a query, show the form."""
    text = _query_text()
    g.query = text or ""
    chosen = negotiate.require([*RESULTS, *GRAPHS, HTML])
    if text is None:
        if chosen is HTML or request.accept_mimetypes.accept_html:
            return _page("")
        raise BadInput("the parameter query is missing", "", "Ask e.g. /sparql?query=ASK%20%7B%7D.")
    _refuse_dataset()
    if chosen is HTML:
        return _shown(text)
    results, graph = negotiate.best(RESULTS), negotiate.best(GRAPHS)
    return _sent(_answer(Request(text, _name(results), _name(graph))))


def _query_text() -> str | None:
    """Return the query of any of the protocol's three ways (SPARQL 1.1 Protocol, section 2.1); None without one."""
    if request.method == "POST" and request.mimetype == _DIRECT:
        return _decoded(request.get_data())
    if request.method == "POST" and request.mimetype != _FORM:
        if request.mimetype == "application/sparql-update":
            abort(403, _READ_ONLY)
        abort(415, f"A query comes as {_FORM} or {_DIRECT}, not as {request.mimetype or 'nothing'}.")
    sent = request.form if request.method == "POST" else request.args
    if "update" in sent:
        abort(403, _READ_ONLY)
    queries = sent.getlist("query")
    if len(queries) > 1:
        raise BadInput("there is more than one query", "", "Send the parameter query once.")
    if not queries and request.method == "POST":
        raise BadInput("the parameter query is missing", "", f"Send query=..., or the query itself as {_DIRECT}.")
    return queries[0] if queries and queries[0].strip() else None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadInput("the query is not UTF-8") from error


def _refuse_dataset() -> None:
    for name in ("default-graph-uri", "named-graph-uri", "using-graph-uri"):
        if name in request.values:
            raise BadInput(f"the parameter {name} is not supported", "", "Name graphs with FROM in the query itself.")


def _answer(wanted: Request) -> Answer:
    workers: Workers = current_app.extensions["atlante.workers"]
    try:
        return workers.answer(snapshot().path, wanted, get_number("query_timeout"))
    except NotAcceptable as error:
        raise negotiate.not_acceptable(GRAPHS if error.form == "graph" else RESULTS) from error


def _sent(answer: Answer) -> Response:
    """Return a whole answer; its bytes leave piece by piece."""
    offers = GRAPHS if answer.form == "graph" else RESULTS
    format = next(offer for offer in offers if offer.name == answer.syntax)
    if answer.size <= _CHUNK:
        with answer.body as body:
            return Response(body.read(), content_type=format.content_type)
    response = Response(wrap_file(request.environ, answer.body, _CHUNK), content_type=format.content_type)
    response.content_length = answer.size
    response.call_on_close(answer.body.close)
    response.direct_passthrough = True
    return response


def _shown(text: str) -> str:
    answer = _answer(Request(text, rows=_ROWS_ON_PAGE))
    with answer.body as body:
        content = json.load(body)
    if "boolean" in content:
        return _page(text, boolean=content["boolean"])
    offers = GRAPHS if answer.form == "graph" else RESULTS
    table = tables.from_worker(content, Terms(snapshot()))
    return _page(text, table=table, formats=[offer.names[0] for offer in offers])


def _page(
    text: str, *, table: tables.Table | None = None, boolean: bool | None = None, formats: list[str] | None = None
) -> str:
    return render_template(
        "sparql.html",
        query=text,
        table=table,
        boolean=boolean,
        formats=formats or [],
        examples=examples(),
        prefixes=sorted(PREFIXES.items()),
        seconds=f"{get_number('query_timeout'):g}",
    )


def _name(format: Format | None) -> str:
    return format.name if format else ""


@cache
def examples() -> list[Example]:
    """Return the example queries of `queries/pages/examples/`; a file's first line says what it asks."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(query_dir().glob("pages/examples/*.rq"))]
    return [Example(text.partition("\n")[0].lstrip("# "), text) for text in texts]
