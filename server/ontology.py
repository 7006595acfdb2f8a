"""`/ns`: the ontology's terms for people, and the way to its data."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kg.names import NS, PREFIXES, shorten
from server import negotiate
from server.glossary import Glossary, Section
from server.terms import reader
from server.view import snapshot

blueprint = Blueprint("ontology", __name__)

OFFERS = (negotiate.HTML, *(offer for offer in negotiate.GRAPHS if offer.name != "rdfxml"), negotiate.PLAIN_JSON)


@blueprint.get("/ns")
def terms() -> str | Response:
    """Show the ontology's terms to people, and to editors as JSON; lead to its data by Accept."""
    chosen = negotiate.require(OFFERS)
    if chosen not in (negotiate.HTML, negotiate.PLAIN_JSON):
        return redirect(url_for("exports.export", what="ontology", ending=chosen.ending), 303)
    here = snapshot()
    sections = here.remember(("glossary", *reader()), lambda: Glossary(here).sections())
    if chosen is negotiate.PLAIN_JSON:
        return jsonify(_json(sections))
    return render_template("ontology.html", sections=sections, namespace=NS)


def _json(sections: list[Section]) -> dict[str, Any]:
    """Return what an editor of queries completes: the prefixes, and each term with its words."""
    terms = [
        {
            "name": shorten(entry.iri),
            "kind": section.title.partition(".")[2],
            "label": entry.labels[0].text if entry.labels else "",
            "definition": entry.comments[0].text if entry.comments else "",
        }
        for section in sections
        for entry in section.terms
    ]
    return {"prefixes": PREFIXES, "terms": terms}
