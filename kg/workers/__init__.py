"""Disposable processes that do what a client asked for, one job at a time: what they are asked, and what comes back."""

from dataclasses import dataclass, field

from kg.errors import AtlanteError, QueryError


class NotAcceptable(AtlanteError):
    """None of the syntaxes that the client takes fits the form of its query; `form` is select, ask or graph."""

    def __init__(self, form: str) -> None:
        super().__init__(f"the answer of a {form} query has none of the formats asked for", "query")
        self.form = form


class WorkerDied(QueryError):
    """The process that did the job ended, which nobody had asked of it."""


class WorkersBusy(AtlanteError):
    """No process came free in time, or too many jobs wait for one: `limit` is the setting that says how many may be."""

    exit_code = 3

    def __init__(self, limit: str, what: str) -> None:
        super().__init__(what, "", "Try again in a few seconds.")
        self.limit = limit


class SnapshotGone(AtlanteError):
    """The snapshot was taken away before or while the job read it; the current one has what it had, and more."""


@dataclass(frozen=True)
class Bounds:
    """What one job may use: wall and CPU seconds, rows of a SELECT, bytes of its answer."""

    seconds: float = 10.0
    cpu_seconds: int = 10
    rows: int = 1_000_000
    size: int = 256 << 20


@dataclass(frozen=True)
class Job:
    """What a client asked for.

    `kind` is "query", a client's `query`; "graph", the quads of the graphs in `named_graphs` ("" is the default graph;
    none means all of them); or "export", the export called `query`. `results` and `graph` name the wanted syntaxes
    (kg.rdf.RESULTS_FORMATS for SELECT and ASK, kg.rdf.FORMATS for CONSTRUCT, DESCRIBE and graphs; "" if the client
    takes none); `rows` above 0 asks for that many rows of a query as plain JSON instead. `default_graphs` and
    `named_graphs` are the dataset of a query where its client names one (SPARQL 1.1 Protocol, section 2.1.4).
    """

    kind: str = "query"
    query: str = ""
    results: str = "json"
    graph: str = "turtle"
    rows: int = 0
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)
    evidence: bool = False
    """Whether the rows of a SELECT come with their evidence (kg.evidence)."""

    network: bool = False
    """Whether the job may open sockets: it asks endpoints that the operator lists."""
