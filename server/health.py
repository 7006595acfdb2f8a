"""`/health`: whether this process can answer, and from which commit."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from kg.names import BASE
from server.view import snapshot

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Return status and commit; 503 while the store has no snapshot."""
    response = jsonify(status="ok", commit=snapshot().commit, base=BASE)
    response.headers["Cache-Control"] = "no-store"
    return response
