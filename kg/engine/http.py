"""The engine on any server that speaks SPARQL 1.1: Protocol, Update, and the Graph Store HTTP Protocol.

What the server would change is refused before it is written: each literal is tried there first. docs/engines.md
says in what servers differ.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

import httpx

from kg.engine import Boolean, Solutions, Triples, requests, select, updates
from kg.engine.bindings import with_terms
from kg.engine.connection import Connection, Fields
from kg.engine.oxigraph import OxigraphEngine, read_results, with_small_booleans
from kg.engine.trial import refuse_changed
from kg.errors import BadInput, Conflict, Damaged, QueryError, RemoteError
from kg.names import BASE, RDF
from kg.paths import query as text_of
from kg.rdf import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Term,
    Triple,
    parse,
    parse_statements,
    serialize,
    value,
)

VERSION = NamedNode(BASE + "version")
"""The graph, and the one subject in it, that says at which commit a server stands."""

VIRTUOSO_GRAPHS = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/ns/ldp#",
    "http://localuriqaserver/sparql",
)

_VALUE = NamedNode(RDF + "value")
_NOWHERE = BASE + "nowhere"
"""A graph that is never made: the one graph of a dataset that is to be empty."""

_CHUNK = 1_000
"""Quads that `load` sends in one request."""


@dataclass(frozen=True)
class Endpoints:
    """Where a server takes queries, updates, and requests of the Graph Store HTTP Protocol."""

    query: str
    update: str
    graphs: str


class _Triples:
    def __init__(self, triples: list[Triple]) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def serialize(self, output: IO[bytes], syntax: RdfFormat) -> None:
        serialize(self._triples, syntax, output)


class HttpEngine:
    """An engine on a SPARQL server. There must be one writer at a time; `change` tells where there were two.

    `default_graph` names the graph that is the default graph on a server that has none of its own, and `hidden` are
    graphs of the server's own, which `quads` passes over (for Virtuoso: VIRTUOSO_GRAPHS).
    Whatever it does raises RemoteError where the server cannot be reached, lets nobody in, fails, or gives another
    answer than it was asked for, and QueryTimeout after `timeout` seconds without a sign of it.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        *,
        auth: httpx.Auth | None = None,
        timeout: float = 60,
        default_graph: str | None = None,
        hidden: Iterable[str] = (),
    ) -> None:
        self.endpoints = endpoints
        self._connection = Connection(auth, timeout)
        self._default = NamedNode(default_graph) if default_graph else DefaultGraph()
        self._passed_over = {self._default, *map(NamedNode, hidden)}

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Solutions | Triples | Boolean:
        """See Engine.query. A text with SERVICE is checked by the server alone: to try it here would ask others."""
        form = requests.form(text)
        if not requests.has_words(text, "SERVICE"):
            OxigraphEngine.in_memory().query(
                text, bindings, default_graphs=default_graphs, named_graphs=named_graphs, base=base
            )
        told = with_small_booleans(with_terms(text, bindings or {}))
        given = default_graphs is not None or named_graphs is not None
        fields: dict[str, str | list[str]] = {}
        if isinstance(self._default, NamedNode):
            if given or requests.has_words(text, "FROM"):
                raise QueryError(
                    "this server does not keep to a dataset", "query", "Name graphs by GRAPH, not by FROM."
                )
            told = requests.in_graph(told, self._default)
        elif given:
            fields["default-graph-uri"] = list(default_graphs or [_NOWHERE])
            fields["named-graph-uri"] = list(named_graphs or [_NOWHERE])
        fields["query"] = requests.declared(told, base)
        if form in ("CONSTRUCT", "DESCRIBE"):
            return _Triples(list(self._triples(self._ask(fields, RdfFormat.N_TRIPLES))))
        return self._solutions(fields) if form == "SELECT" else self._truth(fields)

    def _solutions(self, fields: Fields) -> Solutions:
        answer = self._read(self._ask(fields, QueryResultsFormat.JSON))
        if not hasattr(answer, "variables"):
            raise RemoteError("the answer to a SELECT is none", self.endpoints.query)
        return cast(Solutions, answer)

    def _truth(self, fields: dict[str, str | list[str]]) -> Boolean:
        if isinstance(self._default, NamedNode):
            # Virtuoso that has ResultSetMaxRows answers an ASK with a table.
            found = self._solutions({**fields, "query": requests.as_select(str(fields["query"]))})
            return cast(Boolean, self._read(json.dumps({"head": {}, "boolean": any(True for _ in found)}).encode()))
        answer = self._read(self._ask(fields, QueryResultsFormat.JSON))
        if hasattr(answer, "variables"):
            raise RemoteError("the answer to an ASK is none", self.endpoints.query)
        return cast(Boolean, answer)

    def _read(self, document: bytes) -> Solutions | Boolean:
        return read_results(document, QueryResultsFormat.JSON, self.endpoints.query)

    def _ask(self, fields: Fields, syntax: RdfFormat | QueryResultsFormat) -> bytes:
        return self._connection.ask(self.endpoints.query, fields, syntax.media_type)

    def _triples(self, document: bytes) -> Iterator[Triple]:
        try:
            yield from (quad.triple for quad in parse(document, RdfFormat.N_TRIPLES))
        except BadInput as error:
            raise RemoteError(f"the answer is no N-Triples: {error.what}", self.endpoints.query) from error

    def update(
        self,
        text: str,
        *,
        using: Sequence[str] | None = None,
        using_named: Sequence[str] | None = None,
        base: str | None = None,
    ) -> None:
        """See Engine.update; whether it is undone where one of its operations fails, is up to the server."""
        told = updates.without_sources(with_small_booleans(text))
        if requests.loads(told):
            repair = "Fetch the document yourself, and send its statements with INSERT DATA."
            raise QueryError("LOAD is refused: no update makes us read a document", "update", repair)
        if isinstance(self._default, NamedNode) and requests.has_words(told, "WHERE", "GRAPH"):
            # Virtuoso then finds nothing in the graphs that WHERE names, and says that it is done.
            repair = "Ask for the statements first, and send them with DELETE DATA and INSERT DATA."
            raise QueryError("this server cannot be trusted with GRAPH and WHERE in one update", "update", repair)
        if using is not None or using_named is not None:
            graphs, named = requests.nodes(using), requests.nodes(using_named)
            told = updates.with_dataset(told, graphs, named)
        self._tell(requests.declared(told, base))

    def _tell(self, text: str) -> None:
        known = {"using-graph-uri": self._default.value} if isinstance(self._default, NamedNode) else {}
        self._connection.tell(self.endpoints.update, text, known)

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """See Engine.quads; a whole graph is read by the Graph Store HTTP Protocol."""
        asked: dict[str, Term | None] = {"s": subject, "p": predicate, "o": object}
        bound = {name: term for name, term in asked.items() if term is not None}
        if graph is not None and not bound:
            yield from self._whole(graph)
            return
        if graph is None or isinstance(graph, DefaultGraph):
            for s, p, o in select(self, text_of("engine/default"), bound):
                yield Quad(s, p, o, DefaultGraph())  # pyright: ignore[reportArgumentType]
        if isinstance(graph, NamedNode):
            bound["g"] = graph
        if not isinstance(graph, DefaultGraph):
            for s, p, o, g in select(self, text_of("engine/named"), bound):
                if g not in self._passed_over:
                    yield Quad(s, p, o, g)  # pyright: ignore[reportArgumentType]

    def _whole(self, graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
        """Read a graph (SPARQL 1.1 Graph Store HTTP Protocol, section 5.2); one that is not there is empty."""
        at = self._default if isinstance(graph, DefaultGraph) else graph
        named = {"default": ""} if isinstance(at, DefaultGraph) else {"graph": at.value}
        document = self._connection.get(self.endpoints.graphs, named, RdfFormat.N_TRIPLES.media_type)
        if document is None and (isinstance(at, DefaultGraph) or at not in self._empty([at])):
            repair = "Look whether this is where the server takes requests of the Graph Store HTTP Protocol."
            raise RemoteError(f"there is no {at} here, and its queries know it", self.endpoints.graphs, repair)
        for triple in self._triples(document or b""):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def insert(self, quads: Iterable[Quad]) -> None:
        """See Engine.insert; raises BadInput, with nothing written, for a literal that the server would change."""
        added = list(quads)
        self._try(added)
        self._write(added, [])

    def delete(self, quads: Iterable[Quad]) -> None:
        """See Engine.delete; the quads go in one request, the names of empty graphs in another."""
        self._write([], list(quads))

    def load(self, nquads: bytes) -> None:
        """See Engine.load; what came before a literal that the server would change, stays."""
        quads = parse(nquads, RdfFormat.N_QUADS)
        while chunk := list(islice(quads, _CHUNK)):
            self.insert(chunk)

    def version(self) -> int:
        """Return the number of the commit that the server stands at, 0 for none; raises Damaged where it has two."""
        found = [quad.object for quad in self._versions()]
        if len(found) > 1:
            repair = "Fill it anew from the log; then let one process at a time write to it."
            raise Damaged("two processes have written to this server at once", self.endpoints.update, repair)
        return int(value(found[0])) if found else 0

    def _versions(self) -> list[Quad]:
        return list(self.quads(VERSION, _VALUE, None, VERSION))

    def change(self, added: Iterable[str], removed: Iterable[str], version: int) -> None:
        """Carry out a patch, given as canonical statements, and set the version, in one request.

        Raises BadInput, with nothing written, for a literal that the server would change; Conflict where the server
        stands at this version or a later one; RemoteError where it does not do what it says it did.
        """
        before = self.version()
        if before >= version:
            raise Conflict(f"the server stands at version {before}, the change is for {version}", self.endpoints.update)
        comes, goes = list(parse_statements(added)), list(parse_statements(removed))
        self._try(comes)
        now = Quad(VERSION, _VALUE, Literal(version), VERSION)
        self._write([*comes, now], [*goes, *self._versions()])
        if self.version() != version:
            repair = "Look whether whoever asks may write."
            raise RemoteError("the server says that it has written, and has not", self.endpoints.update, repair)

    def _try(self, quads: Iterable[Quad]) -> None:
        refuse_changed(
            (quad.object for quad in quads if isinstance(quad.object, Literal)),
            lambda tried: self._write(tried, []),
            lambda graph: self.quads(predicate=_VALUE, graph=graph),
            self._forget,
        )

    def _forget(self, graph: NamedNode) -> None:
        self._tell(requests.filled("drop", graph=str(graph)))

    def _write(self, added: list[Quad], removed: list[Quad]) -> None:
        if added or removed:
            self._tell(requests.change(added, removed, self._default))
        for graph in self._empty({quad.graph_name for quad in removed if isinstance(quad.graph_name, NamedNode)}):
            self._forget(graph)

    def _empty(self, graphs: Iterable[NamedNode]) -> list[NamedNode]:
        """Return which of some graphs hold nothing."""
        named = " ".join(map(str, graphs))
        found = select(self, requests.filled("empty", graphs=named)) if named else ()
        return [graph for (graph,) in found if isinstance(graph, NamedNode)]

    def snapshot(self, directory: Path) -> None:
        """Write everything that the server holds into a folder that OxigraphEngine opens; see Engine.snapshot."""
        copy = OxigraphEngine.open(directory)
        copy.insert(self.quads())
        copy.close()

    def close(self) -> None:
        """See Engine.close."""
        self._connection.close()
