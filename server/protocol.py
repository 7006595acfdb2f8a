"""What a client asks of the endpoint, by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

import math
from dataclasses import dataclass

from werkzeug.exceptions import MethodNotAllowed, UnsupportedMediaType

from kg.errors import BadInput
from server.exchange import Exchange, decoded

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"


@dataclass(frozen=True)
class Asked:
    """A query, and what its client wants of it."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    seconds: float = math.inf
    complete: bool = False
    explain: bool = False
    language: str | None = None
    evidence: bool = False


@dataclass(frozen=True)
class Update:
    """An update, and the graphs that its patterns are matched on where its client names them (section 2.2.3)."""

    text: str
    graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


async def read(exchange: Exchange) -> Asked | Update | None:
    """Return what a request asks by one of the protocol's ways (sections 2.1, 2.2); None for a GET without a query.

    Raises BadInput for what is missing, twice there or makes no sense, and werkzeug's HTTP errors for what the
    endpoint does not take: 403, 405, 413, 415.
    """
    if exchange.method in ("GET", "HEAD"):
        return _asked(exchange.parameters)
    if exchange.method != "POST":
        raise MethodNotAllowed(["GET", "HEAD", "POST", "OPTIONS"], "A query comes by GET or POST.")
    media, _, parameters = exchange.header(b"content-type").partition(";")
    media = media.strip().lower()
    if media == FORM:
        asked = _asked(exchange.parameters + decoded(await exchange.body()), may_update=True)
    elif media == DIRECT:
        _require_utf8(parameters)
        asked = _asked([*exchange.parameters, ("query", _text(await exchange.body()))])
    elif media == UPDATE:
        _require_utf8(parameters)
        asked = _asked([*exchange.parameters, ("update", _text(await exchange.body()))], may_update=True)
    else:
        there = f"A query comes as {FORM} or {DIRECT}, not as {media or 'nothing'}."
        error = UnsupportedMediaType(there)
        error.get_headers = _accept_post  # type: ignore[method-assign]
        raise error
    if asked is None:
        raise BadInput("the parameter query is missing", "", f"Send query=..., or the query itself as {DIRECT}.")
    return asked


def _accept_post(*_: object) -> list[tuple[str, str]]:
    return [("Accept-Post", f"{FORM}, {DIRECT}")]


def _asked(pairs: list[tuple[str, str]], *, may_update: bool = False) -> Asked | Update | None:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        return _update(values, may_update)
    queries = values.get("query", [])
    if len(queries) > 1:
        raise BadInput("there is more than one query", "", "Send the parameter query once.")
    if not queries or not queries[0].strip():
        return None
    if "using-graph-uri" in values or "using-named-graph-uri" in values:
        raise BadInput("using-graph-uri belongs to an update", "", "A query names graphs by default-graph-uri.")
    return Asked(
        queries[0],
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        _one(values, "format"),
        _seconds(_one(values, "timeout")),
        _choice(values, "complete", "required"),
        _choice(values, "explain", "empty"),
        _one(values, "lang"),
        _choice(values, "evidence", "1"),
    )


def _update(values: dict[str, list[str]], may_update: bool) -> Update:
    if not may_update:
        raise BadInput("an update cannot come by GET", "", "Send it by POST.")
    if len(values["update"]) > 1 or "query" in values:
        raise BadInput("there is more than one operation", "", "Send the parameter update once, and no query.")
    if "default-graph-uri" in values or "named-graph-uri" in values:
        raise BadInput("default-graph-uri belongs to a query", "", "An update names graphs by using-graph-uri.")
    graphs = (tuple(values.get(name, ())) for name in ("using-graph-uri", "using-named-graph-uri"))
    return Update(values["update"][0], *graphs)


def _one(values: dict[str, list[str]], name: str) -> str | None:
    given = set(values.get(name, ()))
    if len(given) > 1:
        raise BadInput(f"the parameter {name} has several values", "", "Send it once.")
    return given.pop() if given else None


def _choice(values: dict[str, list[str]], name: str, only: str) -> bool:
    given = _one(values, name)
    if given not in (None, "", only):
        raise BadInput(f"the parameter {name} cannot be {given!r}", "", f"It can be {only!r}, or be left out.")
    return given == only


def _seconds(text: str | None) -> float:
    if not text:
        return math.inf
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise BadInput(f"the parameter timeout cannot be {text!r}", "", "It is a number of seconds, e.g. 2.5.")
    return seconds


def _require_utf8(parameters: str) -> None:
    """Refuse another charset: application/sparql-query is UTF-8 always (SPARQL 1.1 Query Language, appendix C)."""
    name, _, value = parameters.strip().partition("=")
    if name.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"A query is UTF-8, not {value}.")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadInput("the query is not UTF-8", f"byte {error.start}", "Save or send it as UTF-8.") from error
