"""What routes take and give: the shape in which `server.operations` says it, and the parameters that several have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg import export
from kg.paths import query
from server import language
from server.dataset import ENDINGS
from server.negotiate import CSV, DATASETS, GRAPHS, HTML, OF_THINGS, PLAIN_JSON, RESULTS, Format

Schema = Mapping[str, Any]
STRING: Schema = {"type": "string"}
IRI: Schema = {"type": "string", "format": "iri"}
IRIS: Schema = {"type": "array", "items": IRI}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, what it is for, its JSON schema, a value to try, and whether it must be there."""

    name: str
    help: str
    schema: Schema = field(default_factory=lambda: STRING)
    example: object = None
    required: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Operation:
    """A route: parameters, media types of its answer, statuses of its redirects and errors.

    `summary` is for what no view's docstring says; `cached` tells whether the answer has an ETag; `body` is the
    name of the parameter that the body of a POST may be, `bodies` are the media types of one that is a document;
    `token` tells whether it needs a token.
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
    bodies: tuple[str, ...] = ()
    token: bool = False


def media(offers: Sequence[Format]) -> tuple[str, ...]:
    """Return the media types that formats are answered in."""
    return tuple(dict.fromkeys(offer.media[0] for offer in offers))


def one_of(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(dict.fromkeys(values))}


def in_format(offers: Sequence[Format]) -> Parameter:
    """Return the parameter that chooses one of some formats."""
    names = [name for offer in offers for name in offer.names]
    return Parameter("format", "The format of the answer, before what Accept says.", one_of(names))


LANG = Parameter("lang", "The language of labels, before what Accept-Language says.", one_of(language.LANGUAGES))
DATA = GRAPHS + DATASETS
ANY = (HTML, *OF_THINGS)
DESCRIBED = (*GRAPHS, HTML)
ANSWERED = (HTML, PLAIN_JSON, CSV)
LISTED = (HTML, CSV)
SPARQL = (*RESULTS, *DATA, HTML)
PAGE = media([HTML])
SLUG = Parameter("slug", "The thing's IRI after the base and id/.", example="gpt-3", required=True)
SOURCE = Parameter("slug", "The source's IRI after the base and source/.", example="top500-2021-11", required=True)
ENDING = Parameter("ending", "The format.", one_of([offer.ending for offer in OF_THINGS]), "ttl", required=True)
WHAT = Parameter("what", "What to export.", one_of(list(export.WHAT)), "ontology", required=True)
EXPORT_ENDING = Parameter(
    "ending",
    "The format; not each holds everything, `/export/` lists what there is.",
    one_of([ENDINGS[syntax] for syntax in export.FORMATS]),
    "ttl",
    required=True,
)
NAMED = Parameter("q", "What a thing is called, or how its name begins.", example="gpt")
KIND = Parameter("kind", "Leaves the things of a class.", example="kg:Model")
FOUND = (HTML, PLAIN_JSON)
NUMBER = Parameter("page", "The number of the page.", {"type": "integer", "minimum": 1})
QUERY = Parameter(
    "query", "The query (SPARQL 1.1); without one, a page with a form.", example=query("pages/examples/1-who-licenses")
)
OF_QUERY = (
    Parameter("default-graph-uri", "A graph of the query's default graph (SPARQL 1.1 Protocol, 2.1.4).", IRIS),
    Parameter("named-graph-uri", "A named graph of the query's dataset (SPARQL 1.1 Protocol, 2.1.4).", IRIS),
    Parameter(
        "timeout",
        "Seconds that the answer may take; the server has a limit of its own.",
        {"type": "number", "exclusiveMinimum": 0},
    ),
    in_format(SPARQL),
    Parameter("complete", "`required`: nothing is sent before the answer is whole.", one_of(["required"])),
    Parameter(
        "evidence",
        "`1`: the rows of a SELECT come with the places in sources that support them: in JSON the member `evidence`, "
        "in CSV and TSV a last column; XML has no room for it.",
        one_of(["1"]),
    ),
    Parameter("explain", "`empty`: why there are no rows, in their place, as JSON.", one_of(["empty"])),
    LANG,
)
GRAPH = (
    Parameter("graph", "The IRI of a named graph.", IRI, "https://w3id.org/atlante/ns"),
    Parameter("default", "Without a value: the default graph, in place of `graph`.", empty=True),
    in_format(DATA),
)


TIMES = (
    Parameter("as-of", "The graph as it was at a commit, or at the last one up to a day or a time."),
    Parameter("known-by", "Only what sources published by this day say.", {"type": "string", "format": "date"}),
    Parameter("valid-on", "Only what was in force on this day.", {"type": "string", "format": "date"}),
)


def term(name: str, example: str) -> Parameter:
    """Return a parameter that is an RDF term."""
    return Parameter(name, f"The {name}, as N-Triples writes it.", example=example, required=True)
