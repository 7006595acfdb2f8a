"""`/ns`: the ontology's terms for people, and the way to its data."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kg.names import NS
from server import negotiate
from server.glossary import Glossary
from server.terms import reader
from server.view import snapshot

blueprint = Blueprint("ontology", __name__)


@blueprint.get("/ns")
def terms() -> str | Response:
    """Show the ontology's terms to people; lead to its data by Accept."""
    chosen = negotiate.require([negotiate.HTML, *(offer for offer in negotiate.GRAPHS if offer.name != "rdfxml")])
    if chosen is not negotiate.HTML:
        return redirect(url_for("exports.export", what="ontology", ending=chosen.ending), 303)
    here = snapshot()
    sections = here.remember(("glossary", *reader()), lambda: Glossary(here).sections())
    return render_template("ontology.html", sections=sections, namespace=NS)
