"""`/openapi.json`: the routes for programs, in OpenAPI 3.1, from the map of routes and `server.operations`."""

import re
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from server.operations import operations
from server.parameters import DIRECT, FORM, UPDATE, Operation, Parameter

blueprint = Blueprint("openapi", __name__)

_PROBLEM = "application/problem+json"
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_SCHEMA = {
    "type": "object",
    "description": "RFC 9457, with a hint, the place in the query, and things of a name near the one asked for.",
    "required": ["type", "title"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "token": {"type": "string"},
        "limit": {"type": "string"},
        "nearest": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        "results": {"type": "array", "items": {"type": "object"}},
        "commits": {"type": "array", "items": {"type": "object"}},
    },
}
_ERRORS = {
    400: "The request is malformed, or the query is refused.",
    401: "A write needs a token that holds.",
    403: "The service takes no writes, or not to this source.",
    404: "There is no such thing.",
    405: "The graph is only read here.",
    406: "None of the formats asked for is here.",
    412: "The graph has moved on since the commit relied on; `commits` lists what came.",
    413: "The request is too large.",
    415: "The body is of no media type that is taken here.",
    422: "The result would break a rule; `results` says which, and how to mend it.",
    429: "This client asks too much at a time; Retry-After says when to come again.",
    503: "No snapshot yet, or every query process is busy; Retry-After says when to come again.",
    504: "The query took longer than it may.",
}


@blueprint.get("/openapi.json")
def document() -> Response:
    """Describe these routes to programs (OpenAPI 3.1): parameters, formats and errors."""
    return jsonify(
        openapi="3.1.1",
        info={
            "title": "Atlante",
            "version": version("atlante"),
            "summary": "The AI industry as a graph in which every fact carries its evidence.",
            "description": "The terms of use of the data stand in `/.well-known/void`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        servers=[{"url": request.script_root or "/"}],
        paths=_paths(),
        components={
            "schemas": {"Problem": _SCHEMA},
            "responses": {_name(status): _error(said) for status, said in _ERRORS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "What `kg token` makes."}},
        },
    )


def _template(path: str) -> str:
    return _PLACE.sub(r"{\1}", path)


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations():
        methods = {method: _method(operation, method) for method in operation.methods}
        paths.setdefault(_template(operation.path), {}).update(methods)
    return paths


def _method(operation: Operation, method: str) -> dict[str, Any]:
    in_path = set(_PLACE.findall(operation.path))
    in_address = [one for one in operation.parameters if method != "post" or one.name != operation.body]
    name = re.sub(r"\W+", "_", _template(operation.path)).strip("_") or "home"
    described = {
        "operationId": f"{method}_{name}",
        "summary": operation.summary or _said(operation.path),
        "parameters": [_parameter(one, "path" if one.name in in_path else "query") for one in in_address],
        "responses": _responses(operation),
    }
    if operation.token:
        described["security"] = [{"token": []}]
    if operation.bodies:
        content = {media: {"schema": {"type": "string"}} for media in operation.bodies}
        return described | {"requestBody": {"required": True, "content": content}}
    return described | ({"requestBody": _body(operation)} if method == "post" else {})


def _said(path: str) -> str:
    """Return the first paragraph of the docstring of the view behind a path."""
    rule = next(rule for rule in current_app.url_map.iter_rules() if rule.rule == path)
    return " ".join((current_app.view_functions[rule.endpoint].__doc__ or "").partition("\n\n")[0].split())


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": place,
        "description": parameter.help,
        "required": parameter.required,
        "schema": parameter.schema,
    }
    if parameter.empty:
        described["allowEmptyValue"] = True
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _body(operation: Operation) -> dict[str, Any]:
    """Return the bodies of the SPARQL 1.1 Protocol (2.1.2, 2.1.3, 2.2.2): a form, the query, or an update."""
    # The language of pages is read from the address alone.
    inside = [one for one in operation.parameters if one.name != "lang"]
    fields = {one.name: {**one.schema, "description": one.help} for one in inside}
    form = {"type": "object", "properties": fields, "required": [operation.body]}
    return {
        "required": True,
        "content": {FORM: {"schema": form}, **{one: {"schema": {"type": "string"}} for one in (DIRECT, UPDATE)}},
    }


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if operation.media:
        responses["200"] = {"description": "The answer.", "content": {media: {} for media in operation.media}}
        if operation.token:
            responses["201"] = {**responses["200"], "description": "A commit was made; Location is its address."}
    for status in operation.redirects:
        headers = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "headers": headers}
    if operation.media and operation.cached:
        responses["304"] = {"description": "What the client has (If-None-Match) is still the answer."}
    for status in operation.errors:
        responses[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
    return responses


def _error(said: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": said, "content": {_PROBLEM: problem, "text/html": {}}}


def _name(status: int) -> str:
    return f"Error{status}"
