"""What the routes that change the graph take and give, for `/openapi.json`."""

from kg.names import SOURCE
from server.negotiate import DATASETS, GRAPHS, PLAIN_JSON, RDF_PATCH
from server.parameters import IRI, LANG, Operation, Parameter, media, one_of

_DRY_RUN = Parameter("dry-run", "`1`: what would change and what the rules say of it; nothing is kept.", one_of(["1"]))
_EXPECTED = Parameter("expected", "The commit relied on, as If-Match says it too.", {"type": "integer", "minimum": 0})
_MESSAGE = Parameter("message", "What the commit says of itself.")
_INTO = Parameter("graph", "Where statements go that name no graph.", IRI)
_WRITTEN = Parameter("graph", "The IRI of a graph of a source.", IRI, f"{SOURCE}notes#p1")
_PATH = Parameter("path", "The graph's IRI after the base.", example="source/notes", required=True)
_OF_WRITE = (_MESSAGE, _EXPECTED, _DRY_RUN, LANG)
_REFUSALS = (400, 401, 403, 404, 405, 412, 413, 415, 422, 429, 503, 504)
_RDF = media(GRAPHS)
_SAID = {
    "put": "Replace a graph, as a commit (SPARQL 1.1 Graph Store HTTP Protocol, section 5.3).",
    "post": "Add to a graph, as a commit (the same protocol, section 5.5).",
    "delete": "Empty a graph, as a commit (the same protocol, section 5.4).",
}


def _changing(path: str, method: str, named: Parameter) -> Operation:
    return Operation(
        path,
        (named, *_OF_WRITE),
        media([PLAIN_JSON]),
        (),
        _REFUSALS,
        (method,),
        _SAID[method],
        cached=False,
        bodies=() if method == "delete" else _RDF,
        token=True,
    )


WRITES = (
    *(_changing("/graphs", method, _WRITTEN) for method in _SAID),
    *(_changing("/graphs/<path>", method, _PATH) for method in _SAID),
    Operation(
        "/commits",
        (_INTO, *_OF_WRITE),
        media([PLAIN_JSON]),
        (),
        _REFUSALS,
        ("post",),
        "Make a commit of an RDF Patch, or of a document whose statements are added.",
        cached=False,
        bodies=(*media([RDF_PATCH]), *media([*GRAPHS, *DATASETS])),
        token=True,
    ),
)
