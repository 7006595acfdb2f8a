"""What each route takes and gives, for `/openapi.json`: the part that its docstring and its path do not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg import export
from kg.ask import Param, Question, questions
from kg.names import XSD
from kg.paths import query
from server import language
from server.dataset import ENDINGS
from server.listing import FACETS, SORTS
from server.negotiate import CSV, DATASETS, GRAPHS, HTML, OF_THINGS, PLAIN_JSON, RESULTS, Format

Schema = Mapping[str, Any]
_STRING: Schema = {"type": "string"}
_IRI: Schema = {"type": "string", "format": "iri"}
_IRIS: Schema = {"type": "array", "items": _IRI}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, what it is for, its JSON schema, a value to try, and whether it must be there."""

    name: str
    help: str
    schema: Schema = field(default_factory=lambda: _STRING)
    example: object = None
    required: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Operation:
    """A route: parameters, media types of its answer, statuses of its redirects and errors.

    `summary` is for what no view's docstring says; `cached` tells whether the answer has an ETag; `body` is the
    name of the parameter that the body of a POST may be.
    """

    path: str
    parameters: tuple[Parameter, ...] = ()
    media: tuple[str, ...] = ()
    redirects: tuple[int, ...] = ()
    errors: tuple[int, ...] = (503,)
    methods: tuple[str, ...] = ("get",)
    summary: str = ""
    cached: bool = True
    body: str = ""


def _media(offers: Sequence[Format]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(offer.media[0] for offer in offers))


def _one_of(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(dict.fromkeys(values))}


def _format(offers: Sequence[Format]) -> Parameter:
    names = [name for offer in offers for name in offer.names]
    return Parameter("format", "The format of the answer, before what Accept says.", _one_of(names))


_LANG = Parameter("lang", "The language of labels, before what Accept-Language says.", _one_of(language.LANGUAGES))
_DATA = GRAPHS + DATASETS
_ANY = (HTML, *OF_THINGS)
_DESCRIBED = (*GRAPHS, HTML)
_NS = (HTML, *(offer for offer in GRAPHS if offer.name != "rdfxml"))
_ANSWERED = (HTML, PLAIN_JSON, CSV)
_LISTED = (HTML, CSV)
_SPARQL = (*RESULTS, *_DATA, HTML)
_PAGE = _media([HTML])
_SLUG = Parameter("slug", "The thing's IRI after the base and id/.", example="gpt-3", required=True)
_SOURCE = Parameter("slug", "The source's IRI after the base and source/.", example="top500-2021-11", required=True)
_ENDING = Parameter("ending", "The format.", _one_of([offer.ending for offer in OF_THINGS]), "ttl", required=True)
_WHAT = Parameter("what", "What to export.", _one_of(list(export.WHAT)), "ontology", required=True)
_EXPORT_ENDING = Parameter(
    "ending",
    "The format; not each holds everything, `/export/` lists what there is.",
    _one_of([ENDINGS[syntax] for syntax in export.FORMATS]),
    "ttl",
    required=True,
)
_NAMED = Parameter("q", "What a thing is called, or how its name begins.", example="gpt")
_KIND = Parameter("kind", "Leaves the things of a class.", example="kg:Model")
_FOUND = (HTML, PLAIN_JSON)
_NUMBER = Parameter("page", "The number of the page.", {"type": "integer", "minimum": 1})
_QUERY = Parameter(
    "query", "The query (SPARQL 1.1); without one, a page with a form.", example=query("pages/examples/1-who-licenses")
)
_OF_QUERY = (
    Parameter("default-graph-uri", "A graph of the query's default graph (SPARQL 1.1 Protocol, 2.1.4).", _IRIS),
    Parameter("named-graph-uri", "A named graph of the query's dataset (SPARQL 1.1 Protocol, 2.1.4).", _IRIS),
    Parameter(
        "timeout",
        "Seconds that the answer may take; the server has a limit of its own.",
        {"type": "number", "exclusiveMinimum": 0},
    ),
    _format(_SPARQL),
    Parameter("complete", "`required`: nothing is sent before the answer is whole.", _one_of(["required"])),
    Parameter(
        "evidence",
        "`1`: the rows of a SELECT come with the places in sources that support them: in JSON the member `evidence`, "
        "in CSV and TSV a last column; XML has no room for it.",
        _one_of(["1"]),
    ),
    Parameter("explain", "`empty`: why there are no rows, in their place, as JSON.", _one_of(["empty"])),
    _LANG,
)
_GRAPH = (
    Parameter("graph", "The IRI of a named graph.", _IRI, "https://w3id.org/atlante/ns"),
    Parameter("default", "Without a value: the default graph, in place of `graph`.", empty=True),
    _format(_DATA),
)


def _term(name: str, example: str) -> Parameter:
    return Parameter(name, f"The {name}, as N-Triples writes it.", example=example, required=True)


def operations() -> list[Operation]:
    """Return every route of the service, those of each named question among them."""
    return [*_PAGES, *_OF_DATA, *_OF_SPARQL, *_OF_SERVICE, *map(_question, questions().values())]


_PAGES = (
    Operation("/", (_LANG,), _PAGE),
    Operation("/page/<path:slug>", (_SLUG, _LANG), _PAGE, (301,), (404, 503)),
    Operation("/id/<path:slug>", (_SLUG, _format(_ANY), _LANG), (), (301, 303), (400, 404, 406, 503)),
    Operation("/ns", (_format(_NS), _LANG), _PAGE, (303,), (400, 406, 503)),
    Operation("/rules", (_LANG,), _PAGE),
    Operation("/source/", (_LANG,), _PAGE),
    Operation(
        "/source/<path:slug>",
        (
            _SOURCE,
            _NUMBER,
            _format(_ANY),
            _LANG,
        ),
        _PAGE,
        (303,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/evidence/<path:slug>/<locator>",
        (
            _SOURCE,
            Parameter("locator", "The place in the source.", example="row1", required=True),
            _format(_ANY),
            _LANG,
        ),
        _PAGE,
        (303,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/statement",
        (
            _term("subject", "<https://w3id.org/atlante/id/gpt-3>"),
            _term("property", "<http://www.w3.org/2000/01/rdf-schema#label>"),
            _term("value", '"GPT-3"@en'),
            _NUMBER,
            _LANG,
        ),
        _PAGE,
        (),
        (400, 404, 503),
    ),
    Operation(
        "/incoming",
        (
            Parameter("iri", "The IRI of the thing.", _IRI, "https://w3id.org/atlante/id/openai", required=True),
            Parameter("property", "The property.", _IRI, "https://w3id.org/atlante/ns#developedBy", required=True),
            _NUMBER,
            _LANG,
        ),
        _PAGE,
        (),
        (400, 404, 503),
    ),
    Operation(
        "/questions/",
        (Parameter("q", "A question in plain words, English or Italian; or the name of a thing."), _LANG),
        _PAGE,
        (303,),
    ),
    Operation("/search", (_NAMED, _KIND, _NUMBER, _format(_FOUND), _LANG), _media(_FOUND), (), (406, 503)),
    Operation("/complete", (_NAMED, _KIND, _LANG), _media([PLAIN_JSON])),
    Operation("/browse/", (_LANG,), _PAGE),
    Operation(
        "/browse/<name>",
        (
            Parameter("name", "The local name of a class.", example="Supercomputer", required=True),
            *(Parameter(name, f"Leaves the things of this {name}.") for name in FACETS),
            Parameter("sort", "What to sort by, downwards with a minus.", _one_of(SORTS)),
            _NUMBER,
            _format(_LISTED),
            _LANG,
        ),
        _media(_LISTED),
        (),
        (400, 404, 406, 503),
    ),
    Operation(
        "/timeline",
        (*(Parameter(name, f"Leaves the events of this {name}.") for name in ("kind", "year")), _NUMBER, _LANG),
        _PAGE,
    ),
    Operation(
        "/licences",
        (Parameter("as-of", "Leaves the agreements that may be in force on this day.", example="2020-10-01"), _LANG),
        _PAGE,
        (),
        (400, 503),
    ),
    Operation("/export/", (_LANG,), _PAGE),
)
_OF_DATA = (
    Operation("/data/<path:slug>.<ending>", (_SLUG, _ENDING), _media(OF_THINGS), (301,), (404, 503)),
    Operation(
        "/entity",
        (
            Parameter("iri", "The IRI.", _IRI, "https://w3id.org/atlante/ns#Model", required=True),
            _format(_ANY),
            _LANG,
        ),
        _media(_ANY),
        (302,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/export/<what>.<ending>",
        (_WHAT, _EXPORT_ENDING),
        tuple(export.MEDIA_TYPES.values()),
        (),
        (404, 429, 503),
        summary="Write an export, piece by piece.",
    ),
    Operation(
        "/graphs",
        _GRAPH,
        _media(_DATA),
        (),
        (400, 404, 405, 406, 429, 503),
        summary="Give a graph, or all of them as quads (SPARQL 1.1 Graph Store HTTP Protocol, reading).",
    ),
    Operation(
        "/graphs/<path>",
        (Parameter("path", "The graph's IRI after the base.", example="ns", required=True), _format(_DATA)),
        _media(_DATA),
        (),
        (400, 404, 405, 406, 429, 503),
        summary="Give the graph that the path names (the same protocol, direct identification).",
    ),
)
_OF_SPARQL = (
    Operation(
        "/sparql",
        (_QUERY, *_OF_QUERY),
        _media((*_SPARQL, PLAIN_JSON)),
        (),
        (400, 403, 404, 406, 413, 415, 429, 503, 504),
        methods=("get", "post"),
        summary="Evaluate a query and give its answer by Accept or `?format=` (SPARQL 1.1 Protocol, query operation).",
        body="query",
    ),
)
_OF_SERVICE = (
    Operation("/service", (_format(_DESCRIBED),), _media(_DESCRIBED), (), (400, 406, 503)),
    Operation("/.well-known/void", (_format(_DESCRIBED),), _media(_DESCRIBED), (), (400, 406, 503)),
    Operation("/openapi.json", (), _media([PLAIN_JSON]), (), (), cached=False),
    Operation("/health/live", (), _media([PLAIN_JSON]), (), (), summary="Tell that the process answers.", cached=False),
    Operation(
        "/health/ready", (), _media([PLAIN_JSON]), summary="Tell whether queries can be answered now.", cached=False
    ),
    Operation("/metrics", (), ("text/plain",), (), (), summary="Give counts and times for Prometheus.", cached=False),
)


def _question(question: Question) -> Operation:
    return Operation(
        f"/questions/{question.name}",
        (*(_of_question(param, question) for param in question.params), _format(_ANSWERED), _LANG),
        _media(_ANSWERED),
        (),
        (400, 404, 406, 503),
        summary=question.sentence["en"],
    )


def _of_question(param: Param, question: Question) -> Parameter:
    kinds = {XSD + "integer": {"type": "integer"}, XSD + "date": {"type": "string", "format": "date"}}
    return Parameter(param.name, param.help, kinds.get(param.kind, _STRING), question.example.get(param.name))
