"""The store behind one narrow interface; any SPARQL 1.1 store can stand behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol, cast

from kg.errors import QueryError
from kg.rdf import DefaultGraph, NamedNode, Quad, QueryResultsFormat, RdfFormat, Term, Triple


class Solutions(Protocol):
    """The solutions of a SELECT query, to be read once."""

    @property
    def variables(self) -> list[str]:
        """The projected variables, in order, without the question mark."""
        ...

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        """Yield each solution as terms in the order of `variables`; None where a variable is unbound."""
        ...

    def serialize(self, output: IO[bytes], syntax: QueryResultsFormat) -> None:
        """Write the solutions to a binary stream in a SPARQL 1.1 results format."""
        ...


class Triples(Protocol):
    """The triples of a CONSTRUCT or DESCRIBE query, to be read once."""

    def __iter__(self) -> Iterator[Triple]:
        """Yield each triple."""
        ...

    def serialize(self, output: IO[bytes], syntax: RdfFormat) -> None:
        """Write the triples to a binary stream in an RDF syntax, with Atlante's prefixes."""
        ...


class Boolean(Protocol):
    """The answer of an ASK query."""

    def __bool__(self) -> bool: ...

    def serialize(self, output: IO[bytes], syntax: QueryResultsFormat) -> None:
        """Write the answer to a binary stream in a SPARQL 1.1 results format (JSON or XML have one for it)."""
        ...


class Engine(Protocol):
    """A quad store that answers SPARQL 1.1 queries, all prefixes of Atlante declared."""

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Solutions | Triples | Boolean:
        """Evaluate a query; `bindings` gives variables their terms before evaluation (SPARQL-dev SEP-0007).

        Lists of IRIs as `default_graphs` or `named_graphs`, even empty ones, make the query's dataset, whatever its
        FROM says (SPARQL 1.1 Protocol, section 2.1.4): the default graph is the merge of the former, and graphs of
        neither are not seen. Relative IRIs of the text stand on `base`. Raises QueryError for a query that does not
        parse, and for a graph or base that is no IRI.
        """
        ...

    def update(
        self,
        text: str,
        *,
        using: Sequence[str] | None = None,
        using_named: Sequence[str] | None = None,
        base: str | None = None,
    ) -> None:
        """Carry out a SPARQL 1.1 update: all its operations, or none if one fails.

        Lists of IRIs as `using` or `using_named` make the dataset in which patterns match (SPARQL 1.1 Protocol,
        section 2.2.3). LOAD fetches nothing: it fails, and LOAD SILENT passes (SPARQL 1.1 Update, section 3.1.4).
        Raises QueryError for an update that does not parse or fails, that has USING or WITH while graphs are given,
        and for a graph or base that is no IRI.
        """
        ...

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads that match; None matches any term and, as graph, any graph and the default graph."""
        ...

    def insert(self, quads: Iterable[Quad]) -> None:
        """Add quads in one transaction."""
        ...

    def delete(self, quads: Iterable[Quad]) -> None:
        """Remove quads, and the named graphs that they leave empty; those that are not there are passed over."""
        ...

    def load(self, nquads: bytes) -> None:
        """Add many quads fast, from N-Quads text; not atomic."""
        ...

    def snapshot(self, directory: Path) -> None:
        """Write everything, flushed to disk, as a store of its own into a folder that does not exist yet."""
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...


def select(engine: Engine, text: str, bindings: Mapping[str, Term] | None = None) -> Solutions:
    """Evaluate a SELECT query; raises QueryError for any other form."""
    answer = engine.query(text, bindings)
    if not hasattr(answer, "variables"):
        raise QueryError("this is no SELECT query", "query")
    return cast(Solutions, answer)


def construct(engine: Engine, text: str, bindings: Mapping[str, Term] | None = None) -> Triples:
    """Evaluate a CONSTRUCT or DESCRIBE query; raises QueryError for any other form."""
    answer = engine.query(text, bindings)
    if hasattr(answer, "variables") or not hasattr(answer, "__iter__"):
        raise QueryError("this is no CONSTRUCT or DESCRIBE query", "query")
    return cast(Triples, answer)


def construct_each(engine: Engine, text: str, runs: Sequence[Mapping[str, Term]]) -> Iterator[Triple]:
    """Evaluate a CONSTRUCT query once for each of some bindings of the same variables, all in one.

    The text ends with the group of its WHERE. LATERAL (SPARQL-dev SEP-0006) has the group evaluated for each, where a
    join may look at everything first.
    """
    head, _, group = text.partition("WHERE {")
    for start in range(0, len(runs), _AT_ONCE):
        some = runs[start : start + _AT_ONCE]
        names = " ".join(f"?{name}" for name in some[0])
        rows = " ".join(f"({' '.join(map(str, run.values()))})" for run in some)
        yield from construct(engine, f"{head}WHERE {{ VALUES ({names}) {{ {rows} }} LATERAL {{{group} }}")


_AT_ONCE = 200
"""Bindings in one query, whose text grows with them."""
