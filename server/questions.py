"""`/questions/`: all named questions and questions in plain words; `/questions/<name>`: one, and its answer."""

import csv
import io
from typing import Any

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.ask import Answer, NotUnderstood, Param, ask
from kg.ask import questions as named
from kg.names import NS, shorten
from kg.rdf import NamedNode, Term, value
from server import asking, language, negotiate, search
from server.terms import Terms, url_of
from server.view import snapshot

blueprint = Blueprint("questions", __name__)

_LONGEST = 500
_ANYTHING = Param("thing", NS + "Entity", "")


@blueprint.get("/questions/")
def index() -> str | Response:
    """List the questions; with `?q=`, lead to the answer of a question in plain words, or to the thing named."""
    text = request.args.get("q", "").strip()[:_LONGEST]
    trouble, near, things = "", list[str](), list[search.Result]()
    if text:
        found = _found(text)
        if not isinstance(found, NotUnderstood):
            return redirect(found, 303)
        trouble, near, things = found.what, found.near, search.things(snapshot(), text)
    listed = asking.listed(snapshot())
    suggestions = {link["href"]: link for link in (_suggestion(phrasing, listed) for phrasing in near)}
    return render_template(
        "questions.html", questions=listed, asked=text, trouble=trouble, near=list(suggestions.values()), found=things
    )


@blueprint.get("/questions/<name>")
def question(name: str) -> Response:
    """Answer a named question for the values in the address: a page, JSON or CSV."""
    if name not in named():
        abort(404, f"There is no question called {name}; /questions/ lists them.")
    chosen = negotiate.require([negotiate.HTML, negotiate.PLAIN_JSON, negotiate.CSV])
    here = snapshot()
    given = {param.name: request.args.get(param.name, "") for param in named()[name].params}
    if chosen is negotiate.HTML:
        page = asking.shown(here, named()[name], given)
        return make_response(render_template("question.html", answer=page), page.status)
    result = asking.answered(here, named()[name], given)
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(_json(result))
    response = make_response(_csv(result))
    response.content_type = negotiate.CSV.content_type
    return response


def _found(text: str) -> str | NotUnderstood:
    """Return the address of the answer, or of the thing that goes by this name; else what was not understood."""
    here = snapshot()
    try:
        result = ask(here.engine, text, asking.names_of(here))
    except NotUnderstood as error:
        things = asking.names_of(here).find(text, _ANYTHING)
        return url_of(things[0]) if len(things) == 1 else error
    things = {param.name for param in result.question.params if not param.is_literal}
    values = {
        name: shorten(given).removeprefix("<").removesuffix(">") if name in things else given
        for name, given in result.values.items()
    }
    # Who asks in Italian is answered in Italian; else the reader's own language stays.
    asked_in = {} if result.language == language.chosen() else {"lang": result.language}
    return asking.address(result.question, values, **asked_in)


def _suggestion(phrasing: str, listed: list[asking.Listed]) -> dict[str, str]:
    """Return a link for a suggestion: a phrasing with open places leads to its question, any other is asked."""
    for one in listed:
        if any(phrasing in phrasings for phrasings in named()[one.name].phrasings.values()):
            return {"label": one.filled, "href": one.filled_href}
    return {"label": phrasing, "href": url_for("questions.index", q=phrasing)}


def _json(result: Answer) -> dict[str, Any]:
    """Return what `kg ask --format json` prints, with the commit that it holds for."""
    terms = Terms(snapshot())
    rows = [
        {name: _term(term, terms) for name, term in zip(result.columns, row.terms, strict=True) if term}
        | {"evidence": list(row.evidence)}
        for row in result.rows
    ]
    return {
        "question": result.question.name,
        "language": result.language,
        "values": result.values,
        "rows": rows,
        "sparql": result.sparql,
        "commit": snapshot().commit,
    }


def _term(term: Term, terms: Terms) -> dict[str, str]:
    label = {"label": terms.iri(term.value).text} if isinstance(term, NamedNode) else {}
    return {"value": value(term), **label}


def _csv(result: Answer) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*result.columns, "evidence"])
    for row in result.rows:
        writer.writerow([*(value(term) if term else "" for term in row.terms), " ".join(row.evidence)])
    return text.getvalue()
