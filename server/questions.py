"""Named questions, answered."""

from flask import Blueprint, render_template

blueprint = Blueprint("questions", __name__)


@blueprint.get("/questions/")
def index():
    return render_template("questions.html", questions=[], asked="")


@blueprint.get("/questions/<name>")
def question(name):
    return "x"
