"""The page of the endpoint at `/sparql`: the form, and the first rows of an answer that the front has ready."""

from functools import cache

from flask import Blueprint, render_template

from kg.evidence.writing import SYNTAXES
from kg.names import PREFIXES
from kg.paths import query_dir
from kg.settings import get_number
from server import asking, tables
from server.asking import Example
from server.evidence import EvidenceReader
from server.negotiate import DATASETS, GRAPHS, RESULTS
from server.outcome import Outcome, outcome
from server.terms import Terms
from server.view import snapshot

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> str:
    """Evaluate a query and give its answer by Accept or `?format=`; without a query, show the form."""
    asked = outcome()
    table, boolean, formats = _shown(asked) if asked else (None, None, [])
    return render_template(
        "sparql.html",
        query=asked.query if asked else "",
        table=table,
        boolean=boolean,
        formats=formats,
        evidence=asked.evidence if asked else False,
        hints=asked.hints if asked else [],
        examples=examples(),
        questions=asking.as_queries(snapshot()),
        prefixes=sorted(PREFIXES.items()),
        seconds=f"{get_number('query_timeout'):g}",
    )


def _shown(asked: Outcome) -> tuple[tables.Table | None, bool | None, list[str]]:
    if asked.form == "ask":
        return None, asked.content["boolean"], []
    offers = (*GRAPHS, *DATASETS) if asked.form == "graph" else RESULTS
    offered = [offer.names[0] for offer in offers if not asked.evidence or offer.name in SYNTAXES]
    terms = Terms(snapshot())
    return tables.from_worker(asked.content, terms, EvidenceReader(snapshot(), terms)), None, offered


@cache
def examples() -> list[Example]:
    """Return the example queries of `queries/pages/examples/`; a file's first line says what it asks."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(query_dir().glob("pages/examples/*.rq"))]
    return [Example(text.partition("\n")[0].lstrip("# "), text) for text in texts]
