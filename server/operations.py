"""What each route takes and gives, for `/openapi.json`: the part that its docstring and its path do not say."""

from dataclasses import replace

from kg import export
from kg.ask import Param, Question, questions
from kg.names import XSD
from server.change_operations import CHANGES
from server.exploring import DEPENDS_OFFERS, GRAPH_OFFERS, RELATED_OFFERS
from server.listing import FACETS, SORTS
from server.negotiate import HTML, OF_THINGS, PLAIN_JSON
from server.ontology import OFFERS
from server.parameters import (
    ANSWERED,
    ANY,
    DATA,
    DESCRIBED,
    ENDING,
    EXPORT_ENDING,
    FOUND,
    GRAPH,
    IRI,
    KIND,
    LANG,
    LISTED,
    NAMED,
    NUMBER,
    OF_QUERY,
    PAGE,
    QUERY,
    SLUG,
    SOURCE,
    SPARQL,
    STRING,
    TIMES,
    WHAT,
    Operation,
    Parameter,
    in_format,
    media,
    one_of,
    term,
)
from server.write_operations import WRITES


def _thing(name: str, example: str) -> Parameter:
    return Parameter(name, "A thing: its IRI, its slug, or any of its names.", example=example, required=True)


def operations() -> list[Operation]:
    """Return every route of the service, those of each named question among them."""
    of_questions = map(_question, questions().values())
    of_graph = (*_PAGES, *_OF_DATA, *_OF_SPARQL, *_OF_SERVICE, *WRITES, *of_questions)
    # What changed is told of the whole graph: it has no other times but as-of.
    return [*(_at_times(one, TIMES) for one in of_graph), *(_at_times(one, TIMES[:1]) for one in CHANGES)]


def _at_times(operation: Operation, times: tuple[Parameter, ...]) -> Operation:
    """Return an operation with the parameters of other times, where it answers from the graph."""
    return replace(operation, parameters=(*operation.parameters, *times)) if operation.cached else operation


_PAGES = (
    Operation("/", (LANG,), PAGE),
    Operation("/page/<path:slug>", (SLUG, LANG), PAGE, (301,), (404, 503)),
    Operation("/id/<path:slug>", (SLUG, in_format(ANY), LANG), (), (301, 303), (400, 404, 406, 503)),
    Operation("/ns", (in_format(OFFERS), LANG), media([HTML, PLAIN_JSON]), (303,), (400, 406, 503)),
    Operation("/rules", (LANG,), PAGE),
    Operation("/source/", (LANG,), PAGE),
    Operation(
        "/source/<path:slug>",
        (
            SOURCE,
            NUMBER,
            in_format(ANY),
            LANG,
        ),
        PAGE,
        (303,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/evidence/<path:slug>/<locator>",
        (
            SOURCE,
            Parameter("locator", "The place in the source.", example="row1", required=True),
            in_format(ANY),
            LANG,
        ),
        PAGE,
        (303,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/statement",
        (
            term("subject", "<https://w3id.org/atlante/id/gpt-3>"),
            term("property", "<http://www.w3.org/2000/01/rdf-schema#label>"),
            term("value", '"GPT-3"@en'),
            NUMBER,
            LANG,
        ),
        PAGE,
        (),
        (400, 404, 503),
    ),
    Operation(
        "/incoming",
        (
            Parameter("iri", "The IRI of the thing.", IRI, "https://w3id.org/atlante/id/openai", required=True),
            Parameter("property", "The property.", IRI, "https://w3id.org/atlante/ns#developedBy", required=True),
            NUMBER,
            LANG,
        ),
        PAGE,
        (),
        (400, 404, 503),
    ),
    Operation(
        "/questions/",
        (Parameter("q", "A question in plain words, English or Italian; or the name of a thing."), LANG),
        PAGE,
        (303,),
    ),
    Operation("/search", (NAMED, KIND, NUMBER, in_format(FOUND), LANG), media(FOUND), (), (406, 503)),
    Operation("/complete", (NAMED, KIND, LANG), media([PLAIN_JSON])),
    Operation("/browse/", (LANG,), PAGE),
    Operation(
        "/browse/<name>",
        (
            Parameter("name", "The local name of a class.", example="Supercomputer", required=True),
            *(Parameter(name, f"Leaves the things of this {name}.") for name in FACETS),
            Parameter("sort", "What to sort by, downwards with a minus.", one_of(SORTS)),
            NUMBER,
            in_format(LISTED),
            LANG,
        ),
        media(LISTED),
        (),
        (400, 404, 406, 503),
    ),
    Operation(
        "/timeline",
        (*(Parameter(name, f"Leaves the events of this {name}.") for name in ("kind", "year")), NUMBER, LANG),
        PAGE,
    ),
    Operation(
        "/licences",
        (Parameter("day", "Leaves the agreements that may be in force on this day.", example="2020-10-01"), LANG),
        PAGE,
        (),
        (400, 503),
    ),
    Operation("/export/", (LANG,), PAGE),
    Operation(
        "/graph",
        (
            _thing("iri", "gpt-3"),
            Parameter("depth", "How many steps to go, 1 or 2.", one_of(["1", "2"])),
            Parameter("hide", "Properties to leave out, each a parameter of its own.", example="kg:locatedIn"),
            in_format(GRAPH_OFFERS),
            LANG,
        ),
        media(GRAPH_OFFERS),
        (),
        (400, 404, 406, 503),
    ),
    Operation(
        "/related",
        (_thing("from", "openai"), _thing("to", "nvidia"), in_format(RELATED_OFFERS), LANG),
        media(RELATED_OFFERS),
        (),
        (400, 404, 406, 503),
    ),
    Operation(
        "/depends",
        (_thing("iri", "gpt-3"), in_format(DEPENDS_OFFERS), LANG),
        media(DEPENDS_OFFERS),
        (),
        (400, 404, 406, 503),
    ),
)
_OF_DATA = (
    Operation("/data/<path:slug>.<ending>", (SLUG, ENDING), media(OF_THINGS), (301,), (404, 503)),
    Operation(
        "/entity",
        (
            Parameter("iri", "The IRI.", IRI, "https://w3id.org/atlante/ns#Model", required=True),
            in_format(ANY),
            LANG,
        ),
        media(ANY),
        (302,),
        (400, 404, 406, 503),
    ),
    Operation(
        "/export/<what>.<ending>",
        (WHAT, EXPORT_ENDING),
        tuple(export.MEDIA_TYPES.values()),
        (),
        (404, 429, 503),
        summary="Write an export, piece by piece.",
    ),
    Operation(
        "/graphs",
        GRAPH,
        media(DATA),
        (),
        (400, 404, 405, 406, 429, 503),
        summary="Give a graph, or all of them as quads (SPARQL 1.1 Graph Store HTTP Protocol, reading).",
    ),
    Operation(
        "/graphs/<path>",
        (Parameter("path", "The graph's IRI after the base.", example="ns", required=True), in_format(DATA)),
        media(DATA),
        (),
        (400, 404, 405, 406, 429, 503),
        summary="Give the graph that the path names (the same protocol, direct identification).",
    ),
)
_OF_SPARQL = (
    Operation(
        "/sparql",
        (QUERY, *OF_QUERY),
        media((*SPARQL, PLAIN_JSON)),
        (),
        (400, 401, 403, 404, 406, 412, 413, 415, 422, 429, 503, 504),
        methods=("get", "post"),
        summary="Evaluate a query and give its answer by Accept or `?format=`; or, with a token, carry out an update "
        "(SPARQL 1.1 Protocol).",
        body="query",
    ),
)
_OF_SERVICE = (
    Operation("/service", (in_format(DESCRIBED),), media(DESCRIBED), (), (400, 406, 503)),
    Operation("/.well-known/void", (in_format(DESCRIBED),), media(DESCRIBED), (), (400, 406, 503)),
    Operation("/openapi.json", (), media([PLAIN_JSON]), (), (), cached=False),
    Operation("/health/live", (), media([PLAIN_JSON]), (), (), summary="Tell that the process answers.", cached=False),
    Operation(
        "/health/ready", (), media([PLAIN_JSON]), summary="Tell whether queries can be answered now.", cached=False
    ),
    Operation("/metrics", (), ("text/plain",), (), (), summary="Give counts and times for Prometheus.", cached=False),
)


def _question(question: Question) -> Operation:
    return Operation(
        f"/questions/{question.name}",
        (*(_of_question(param, question) for param in question.params), in_format(ANSWERED), LANG),
        media(ANSWERED),
        (),
        (400, 404, 406, 503),
        summary=question.sentence["en"],
    )


def _of_question(param: Param, question: Question) -> Parameter:
    kinds = {XSD + "integer": {"type": "integer"}, XSD + "date": {"type": "string", "format": "date"}}
    return Parameter(param.name, param.help, kinds.get(param.kind, STRING), question.example.get(param.name))
