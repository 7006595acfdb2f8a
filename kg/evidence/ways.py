"""How rows came about: the triples that took part in the solutions of a traced query, row by row."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import cast

from kg.engine import Engine, Solutions, guard
from kg.errors import LimitReached
from kg.evidence.graphs import Atom, Graphs
from kg.evidence.paths import TooFar, Walk, is_recursive
from kg.evidence.patterns import Names, Unreadable
from kg.evidence.reading import read
from kg.evidence.tracing import Trace, Traced, traced
from kg.evidence.tree import Path, written
from kg.names import BASE
from kg.rdf import Literal, NamedNode, Term, value
from kg.settings import get_text

MOST_WAYS = 20_000
"""Solutions of a traced query that are read; more are said to be left out."""

Row = tuple[Term | None, ...]
Solution = Mapping[str, Term | None]


@dataclass
class Found:
    """What a row rests on: triples by role, and the codes of reasons for what no triple says."""

    atoms: dict[Atom, str] = field(default_factory=dict[Atom, str])
    remarks: set[str] = field(default_factory=set[str])

    def add(self, atom: Atom, role: str) -> None:
        """Add a triple; one that is there keeps the role it has."""
        self.atoms.setdefault(atom, role)


class Tracer:
    """Asks how rows of one query came about; raises Unreadable where the query has what is not followed."""

    def __init__(self, engine: Engine, text: str, dataset: tuple[Sequence[str], Sequence[str]] | None = None) -> None:
        self._engine = engine
        self._names = Names(text)
        self._traced = _planned(text)
        self.query = self._traced.query
        self._dataset = dataset
        self._terms = self._constants()
        self._graphs = Graphs(engine, self._default_graphs())
        self._paths: dict[tuple[Path, Term, Term, str], tuple[set[Atom], str]] = {}

    @property
    def graphs(self) -> Graphs:
        """The graphs that the query sees."""
        return self._graphs

    def constant(self, text: str) -> Term:
        """Return the term that the query writes so."""
        return self._terms[text]

    def groups(self) -> Iterator[Solution]:
        """Yield the rows of a query with aggregates, all of them, each with what it was grouped by."""
        query = self.query
        columns = query.head[1:] if query.head[0].text.upper() in ("DISTINCT", "REDUCED") else query.head
        hidden = [f"?{key}" for key in query.keys or () if key not in (query.columns or ())]
        parts = [query.prologue, "SELECT", written(columns), *hidden, written(query.dataset), "WHERE"]
        return self._solutions("\n".join([*parts, written(query.where), written(query.grouping)]))

    def ways(self, names: Sequence[str], rows: Collection[Row]) -> tuple[dict[Row, Found], bool]:
        """Return what each of some rows rests on, the rows being of terms for the variables `names`.

        A row that does not come about again is left out. The second is whether there were more ways than are read.
        """
        given = self._traced.pushable(names)
        places = [names.index(name) for name in given]
        pushed = dict.fromkeys(tuple(row[place] for place in places) for row in rows)
        wanted, found = set(rows), dict[Row, Found]()
        if not all(isinstance(term, NamedNode | Literal) for row in pushed for term in row):
            given = []
        solutions = self._solutions(self._traced.text(given, pushed if given else []))
        for number, solution in enumerate(islice(solutions, MOST_WAYS + 1)):
            if number == MOST_WAYS:
                return found, True
            row = tuple(solution.get(name) for name in names)
            if row in wanted:
                self._collect(solution, found.setdefault(row, Found()))
        return found, False

    def _solutions(self, text: str) -> Iterator[Solution]:
        dataset: dict[str, Sequence[str]] = {}
        if self._dataset:
            dataset = dict(zip(("default_graphs", "named_graphs"), self._dataset, strict=True))
        answer = cast(Solutions, self._engine.query(text, base=BASE, **dataset))  # pyright: ignore[reportArgumentType]
        for solution in answer:
            yield dict(zip(answer.variables, solution, strict=True))

    def _collect(self, solution: Solution, found: Found) -> None:
        for remark in self._traced.remarks:
            took_part = _bound(solution, remark.marker)
            if took_part and not (remark.unless and _bound(solution, remark.unless)):
                found.remarks.add(remark.code)
        for trace in self._traced.traces:
            if _bound(solution, trace.marker):
                self._trace(trace, solution, found)

    def _trace(self, trace: Trace, solution: Solution, found: Found) -> None:
        role = "member" if trace.member else "statement"
        place = self._term(trace.graph, solution) if trace.graph else None
        graph = value(place) if place else ""
        pattern = trace.pattern
        if pattern is None:
            found.add(Atom(None, None, None, graph), role)
            return
        subject, object = self._term(pattern.subject, solution), self._term(pattern.object, solution)
        if subject is None or object is None:
            return
        if pattern.path is None:
            found.add(Atom(subject, self._term(pattern.verb, solution), object, graph), role)
        elif pattern.path.kind == "link":
            found.add(Atom(subject, self._terms[pattern.path.term], object, graph), role)
        else:
            on_path = "path" if role == "statement" and is_recursive(pattern.path) else role
            atoms, remark = self._along(pattern.path, subject, object, graph)
            found.remarks |= {remark} if remark else set[str]()
            for atom in atoms:
                found.add(atom, on_path)

    def _along(self, path: Path, subject: Term, object: Term, graph: str) -> tuple[set[Atom], str]:
        """Return the triples along a path, and the code of the reason why there may be none, or more."""
        key = path, subject, object, graph
        if key not in self._paths:
            try:
                atoms, stepless = Walk(self._graphs, graph, self._terms).between(path, subject, object)
                self._paths[key] = atoms, "no-step" if stepless else ""
            except TooFar:
                self._paths[key] = set(), "path"
        return self._paths[key]

    def _term(self, text: str, solution: Solution) -> Term | None:
        return solution.get(text[1:]) if text[0] in "?$" else self._terms[text]

    def _constants(self) -> dict[str, Term]:
        """Return the terms that the query writes, as the engine reads them."""
        texts = list(dict.fromkeys(self._traced.constants()))
        names = [self._names.fresh() for _ in texts]
        columns = [f"?{name}" for name in names]
        asked = ["SELECT", *columns, "WHERE", "{", "VALUES", "(", *columns, ")"]
        query = "\n".join([self.query.prologue, *asked, "{", "(", *texts, ")", "}", "}"])
        terms: list[Term | None] = list(next(self._solutions(query)).values()) if texts else []
        return {text: term for text, term in zip(texts, terms, strict=True) if term}

    def _default_graphs(self) -> tuple[str, ...] | None:
        if self._dataset:
            return tuple(self._dataset[0])
        if not self.query.dataset:
            return None
        return tuple(value(self._terms[text]) for text in self.query.default_graphs)


def _bound(solution: Solution, marker: str) -> bool:
    return not marker or solution.get(marker[1:]) is not None


@lru_cache(32)  # the rules are asked about again and again
def _planned(text: str) -> Traced:
    """Return how a query is traced; raises Unreadable, also where the engine's stack may not bear what it becomes."""
    names = Names(text)
    plan = traced(read(text, names), names)
    try:
        guard.check(plan.text([], []), services=frozenset(get_text("service_endpoints").split()))
    except LimitReached as error:
        raise Unreadable("it is too large to be followed") from error
    return plan
