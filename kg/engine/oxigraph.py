"""The engine on Oxigraph (RocksDB on disk, or memory): the only module that holds a pyoxigraph store."""

import re
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import IO

import pyoxigraph
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Variable

from kg.engine import Boolean, Solutions, Triples, checkpoint, updates
from kg.engine.checkpoint import Checkpoint
from kg.engine.tokens import scan
from kg.errors import AtlanteError, QueryError, RemoteError
from kg.names import PREFIXES
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Term, Triple

_LARGE_BOOLEAN = re.compile("(?!true|false)(?i:true|false)")


_SHORT = 10_000
"""Characters of a query up to which it is kept as it is prepared: our own are run again and again."""


@lru_cache(256)
def _prepared(text: str) -> tuple[str, dict[str, str]]:
    return with_small_booleans(text), _named_in(text)


def _named_in(text: str) -> dict[str, str]:
    """Return those of Atlante's prefixes that a text may use: the parser takes time for each that it is given."""
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"{prefix}:" in text}


class _Solutions:
    def __init__(self, solutions: QuerySolutions) -> None:
        self._solutions = solutions
        self.variables = [variable.value for variable in solutions.variables]

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        for solution in self._solutions:
            yield tuple(solution)  # pyright: ignore[reportReturnType]

    def serialize(self, output: IO[bytes], syntax: QueryResultsFormat) -> None:
        self._solutions.serialize(output, syntax)


class _Triples:
    def __init__(self, triples: QueryTriples) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def serialize(self, output: IO[bytes], syntax: RdfFormat) -> None:
        pyoxigraph.serialize(self._triples, output, syntax, prefixes=PREFIXES)


class _Boolean:
    def __init__(self, answer: QueryBoolean) -> None:
        self._answer = answer

    def __bool__(self) -> bool:
        return bool(self._answer)

    def serialize(self, output: IO[bytes], syntax: QueryResultsFormat) -> None:
        self._answer.serialize(output, syntax)


def read_results(document: bytes, syntax: QueryResultsFormat, where: str) -> Solutions | Boolean:
    """Return the answer that a document in a SPARQL 1.1 results format holds.

    Raises RemoteError, naming `where` the document is from, for one that is something else or breaks off.
    """
    try:
        answer = pyoxigraph.parse_query_results(document, syntax)
        if isinstance(answer, QueryBoolean):
            return _Boolean(answer)
        # Solutions are parsed as they are read, and then it would be too late to say that they break off.
        deque(answer, maxlen=0)
        return _Solutions(pyoxigraph.parse_query_results(document, syntax))  # pyright: ignore[reportArgumentType]
    except (SyntaxError, ValueError, OSError) as error:
        raise RemoteError(f"the answer is not what it says, {syntax.name}: {error}", where) from error


class OxigraphEngine:
    """An engine on a pyoxigraph store; make one with `in_memory`, `open` or `read_only`."""

    def __init__(self, store: pyoxigraph.Store, directory: Path | None = None, *, writable: bool = True) -> None:
        self._store = store
        self._directory = directory
        self._writable = writable
        self._checkpoint: Checkpoint | None = None

    @classmethod
    def in_memory(cls) -> "OxigraphEngine":
        """Return an empty engine that keeps its quads in memory; it cannot be snapshot."""
        return cls(pyoxigraph.Store())

    @classmethod
    def open(cls, directory: Path) -> "OxigraphEngine":
        """Open, or make, the store in a folder for reading and writing; one process at a time may do so."""
        return cls(_opened(pyoxigraph.Store, directory), directory)

    @classmethod
    def open_copy(cls, snapshot: Path, directory: Path) -> "OxigraphEngine":
        """Open a copy of a snapshot, made in a folder that does not exist yet, for reading and writing."""
        checkpoint.copy(snapshot, directory)
        return cls.open(directory)

    @classmethod
    def read_only(cls, directory: Path) -> "OxigraphEngine":
        """Open a snapshot, which nobody writes, for reading; any number of processes may do so."""
        return cls(_opened(pyoxigraph.Store.read_only, directory), directory, writable=False)

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base: str | None = None,
    ) -> Solutions | Triples | Boolean:
        """See Engine.query."""
        substitutions: dict[Variable, Term | Triple] = {Variable(name): term for name, term in (bindings or {}).items()}
        given = default_graphs is not None or named_graphs is not None
        told, prefixes = _prepared(text) if len(text) < _SHORT else (with_small_booleans(text), _named_in(text))
        with _query_errors("query"):
            answer = self._store.query(
                told,
                base_iri=base,
                prefixes=prefixes,
                substitutions=substitutions,
                default_graph=list(_nodes(default_graphs)) if given else None,
                named_graphs=list(_nodes(named_graphs)) if given else None,
            )
        if isinstance(answer, QuerySolutions):
            return _Solutions(answer)
        if isinstance(answer, QueryTriples):
            return _Triples(answer)
        return _Boolean(answer)

    def update(
        self,
        text: str,
        *,
        using: Sequence[str] | None = None,
        using_named: Sequence[str] | None = None,
        base: str | None = None,
    ) -> None:
        """See Engine.update."""
        told = updates.without_sources(with_small_booleans(text))
        try:
            with _query_errors("update"):
                if using is not None or using_named is not None:
                    told = updates.with_dataset(told, _nodes(using), _nodes(using_named))
                self._store.update(told, base_iri=base, prefixes=_named_in(told))
        except QueryError as error:
            if isinstance(error.__cause__, OSError) and updates.NOTHING in told:
                repair = "Fetch the document yourself, and send its statements with INSERT DATA."
                raise QueryError("LOAD is refused: no update makes us read a document", "update", repair) from error
            raise

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """See Engine.quads."""
        found = self._store.quads_for_pattern(subject, predicate, object, graph)
        if isinstance(object, Literal):
            # On disk, a number whose last byte is 255 finds all that come after it too (pyoxigraph 0.5.13).
            return (quad for quad in found if quad.object == object)
        return found

    def insert(self, quads: Iterable[Quad]) -> None:
        """See Engine.insert."""
        self._store.extend(quads)

    def delete(self, quads: Iterable[Quad]) -> None:
        """See Engine.delete."""
        touched = set[NamedNode]()
        for quad in quads:
            self._store.remove(quad)
            if isinstance(quad.graph_name, NamedNode):
                touched.add(quad.graph_name)
        # Oxigraph keeps the names of empty graphs, and patterns would find them.
        for graph in touched:
            if next(self._store.quads_for_pattern(None, None, None, graph), None) is None:
                self._store.remove_graph(graph)

    def load(self, nquads: bytes) -> None:
        """See Engine.load."""
        # What is loaded so does not go through the log.
        self._checkpoint = None
        self._store.bulk_load(nquads, RdfFormat.N_QUADS, lenient=True)

    def snapshot(self, directory: Path) -> None:
        """See Engine.snapshot; hard links make it cheap on one file system."""
        live = self._directory
        if live is None:
            raise AtlanteError("what is in memory cannot be snapshot", str(directory))
        if not self._writable:
            checkpoint.copy(live, directory)
        elif self._checkpoint is None or not checkpoint.next_to(self._checkpoint, live, directory):
            self._store.flush()
            self._store.backup(directory)
            self._checkpoint = checkpoint.written(live, directory)
        else:
            self._checkpoint = replace(self._checkpoint, directory=directory)

    def close(self) -> None:
        """See Engine.close; pyoxigraph closes a store when its last reference goes."""
        if self._writable:
            # What is only in RocksDB's log has not been waited for.
            self._store.flush()
        del self._store


def _opened(factory: Callable[[str], pyoxigraph.Store], directory: Path) -> pyoxigraph.Store:
    try:
        return factory(str(directory))
    except (OSError, RuntimeError) as error:
        repair = "Delete live/ and snapshots/ of the store: both are rebuilt from its log."
        raise AtlanteError(f"the view cannot be opened: {error}", str(directory), repair) from error


def _nodes(iris: Sequence[str] | None) -> Iterator[NamedNode]:
    return map(NamedNode, iris or ())


def with_small_booleans(text: str) -> str:
    """Write TRUE and FALSE as Oxigraph knows them; keywords have no case (SPARQL 1.1 Query Language, section 19.8)."""
    if not _LARGE_BOOLEAN.search(text):
        return text
    letters = list(text)
    for token in scan(text):
        if token.kind == "word" and _LARGE_BOOLEAN.fullmatch(token.text):
            letters[token.offset : token.end] = token.text.lower()
    return "".join(letters)


@contextmanager
def _query_errors(what: str) -> Generator[None]:
    """Raise what pyoxigraph has against a query or an update as QueryError."""
    try:
        yield
    except SyntaxError as error:
        raise QueryError(_readable(str(error)), what, f"Mend the {what} at this place.") from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(str(error), what) from error


def _readable(message: str) -> str:
    """Shorten the parser's list of everything that it would have taken."""
    text = " ".join(message.split())
    text = re.sub(r"expected one of .*?(Prefix not found|[A-Z][a-z]+ [a-z ]+)\b.*", r"\1", text)
    return re.sub(r", \['.*|, \[\".*", " ...", text)
