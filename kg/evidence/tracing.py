"""From a query to the query that tells how each of its solutions came about, and what to look up for each.

The traced query has the same groups. Variables that the query hides are seen, what a blank node stood for has a
variable, subqueries are groups, and a marker that is bound tells which OPTIONALs and branches of UNION took part.
Aggregates, DISTINCT, ORDER BY and LIMIT are gone: all ways in which a row came about are solutions of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.evidence.patterns import Names
from kg.evidence.reading import read_group
from kg.evidence.tree import (
    Block,
    Clause,
    Element,
    Pattern,
    Piece,
    Query,
    SubSelect,
    Triples,
    certain,
    renamed,
    variables,
    written,
)


@dataclass(frozen=True)
class Trace:
    """What to look up for a solution: a triple pattern, or where it is None, the graph alone.

    `graph` is the term of the GRAPH around it, "" for the default graph; `marker` is the variable that is bound
    where the pattern took part, "" where it always did; `member` tells that it is one of many in an aggregate.
    """

    pattern: Pattern | None
    graph: str
    marker: str
    member: bool


@dataclass(frozen=True)
class Remark:
    """What a row rests on that no triple says: the code of a reason, where `marker` is bound and `unless` is not."""

    code: str
    marker: str
    unless: str = ""


@dataclass
class Traced:
    """A traced query: what stands before and in its group, and what to look up for its solutions."""

    query: Query
    group: str = ""
    traces: list[Trace] = field(default_factory=list[Trace])
    remarks: list[Remark] = field(default_factory=list[Remark])

    def text(self, names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
        """Return the query; only solutions that have one of the `rows` of terms for the variables `names`."""
        given = ["VALUES", "(", *(f"?{name}" for name in names), ")", "{"]
        given += ["(" + " ".join(map(str, row)) + ")" for row in rows]
        inner = [*given, "}", self.group] if names else [self.group]
        dataset = written(self.query.dataset)
        return "\n".join([self.query.prologue, "SELECT", "*", dataset, "WHERE", "{", *inner, "}"])

    def pushable(self, names: Iterable[str]) -> list[str]:
        """Return those of some variables whose terms may be given to the query beforehand."""
        leading = certain(self.query.group)
        return [name for name in names if name in leading]

    def constants(self) -> Iterator[str]:
        """Yield the terms of the traces and of the dataset that are no variables, as the query writes them."""
        yield from self.query.default_graphs
        yield from self.query.named_graphs
        yield from (trace.graph for trace in self.traces if trace.graph and trace.graph[0] not in "?$")
        patterns = [trace.pattern for trace in self.traces if trace.pattern]
        for pattern in [*patterns, *self.query.template]:
            terms = [pattern.subject, pattern.object, *_named_in(pattern)]
            yield from (term for term in terms if term[0] not in "?$")


def traced(query: Query, names: Names) -> Traced:
    """Return the traced form of a SELECT or CONSTRUCT query."""
    result = Traced(query)
    writer = _Writer(result, names)
    result.group = writer.group(_with_columns(query), _Around(member=query.keys is not None))
    return result


@dataclass(frozen=True)
class _Around:
    """What surrounds a part of a query."""

    graph: str = ""
    marker: str = ""
    member: bool = False


class _Writer:
    """Writes groups anew, and notes what is to be looked up."""

    def __init__(self, result: Traced, names: Names) -> None:
        self._result = result
        self._names = names

    def group(self, elements: list[Element], around: _Around, *, mark: bool = False) -> str:
        """Return a group without its braces; with `mark`, its last part binds the marker of `around`."""
        parts = [self._element(element, around) for element in elements]
        parts += [self._witness(element, elements, around) for element in elements if isinstance(element, Clause)]
        if mark:
            parts.append(f"BIND(1 AS {around.marker})")
        return "\n".join(part for part in parts if part)

    def _marked(self, elements: list[Element], around: _Around) -> str:
        inner = _Around(around.graph, "?" + self._names.fresh(), around.member)
        return "{ " + self.group(elements, inner, mark=True) + " }"

    def _element(self, element: Element, around: _Around) -> str:
        if isinstance(element, Triples):
            return "\n".join(self._pattern(pattern, around) for pattern in element.patterns)
        if isinstance(element, Block):
            return self._block(element, around)
        if isinstance(element, SubSelect):
            return self._subselect(element, around)
        self._note(element, around)
        return written(element.pieces)

    def _pattern(self, pattern: Pattern, around: _Around) -> str:
        self._result.traces.append(Trace(pattern, around.graph, around.marker, around.member))
        return f"{pattern.subject} {pattern.verb} {pattern.object} ."

    def _block(self, block: Block, around: _Around) -> str:
        if block.kind == "union":
            return "\nUNION\n".join(self._marked(group, around) for group in block.groups)
        if block.kind == "optional":
            return "OPTIONAL " + self._marked(block.groups[0], around)
        inner = _Around(block.term or around.graph, around.marker, around.member)
        if block.term and not block.groups[0]:
            self._result.traces.append(Trace(None, block.term, around.marker, around.member))
        written_group = "{ " + self.group(block.groups[0], inner) + " }"
        return f"GRAPH {block.term} {written_group}" if block.term else written_group

    def _note(self, clause: Clause, around: _Around) -> None:
        words = [piece.text.upper() for piece in clause.pieces if piece.kind == "word"]
        negated = clause.kind == "MINUS" or words[1:3] == ["NOT", "EXISTS"]
        if negated:
            self._result.remarks.append(Remark("absent", around.marker))
        elif clause.kind == "SERVICE":
            self._result.remarks.append(Remark("elsewhere", around.marker))
        elif "EXISTS" in words and not clause.exists:
            self._result.remarks.append(Remark("condition", around.marker))

    def _witness(self, clause: Clause, elements: list[Element], around: _Around) -> str:
        """Return an OPTIONAL that finds again what a FILTER's EXISTS found, "" for another clause."""
        if not clause.exists:
            return ""
        outside = set[str]().union(*(_mentioned(element) for element in elements))
        hidden = variables(clause.exists) - outside
        pieces = renamed(clause.exists, {name: self._names.fresh() for name in sorted(hidden)})
        inner = _Around(around.graph, "?" + self._names.fresh(), around.member)
        self._result.remarks.append(Remark("condition", around.marker, unless=inner.marker))
        return "OPTIONAL { " + self.group(read_group(pieces, self._names), inner, mark=True) + " }"

    def _subselect(self, element: SubSelect, around: _Around) -> str:
        query = element.query
        if query.keys is None and not query.limited:
            return "{ " + self.group(_with_columns(query), around) + " }"
        whole = "{ " + written(element.pieces) + " }"
        shared = certain(query.group)
        joined = set(query.keys) if query.keys is not None else set(query.columns or shared)
        computed = {column[-2].text[1:] for column in query.computed} if query.keys is None else set[str]()
        told = query.columns is None or joined <= set(query.columns)
        if not told or not joined - computed <= shared or computed or query.columns is None:
            self._result.remarks.append(Remark("subquery", around.marker))
            return whole
        inner = _Around(around.graph, around.marker, around.member or query.keys is not None)
        if query.keys == []:  # one group, which may have no member
            return whole + "\nOPTIONAL " + self._marked(query.group, inner)
        return whole + "\n{ " + self.group(query.group, inner) + " }"


def _with_columns(query: Query) -> list[Element]:
    """Return the group of a query, and its computed columns as a part of it where they are no aggregates."""
    if query.keys is not None:
        return query.group
    bind = Piece("word", "BIND", apart=True)
    return [*query.group, *(Clause("BIND", [bind, *column]) for column in query.computed)]


def _mentioned(element: Element) -> set[str]:
    """Return the variables of a part that another part of its group may share; those of a condition are not."""
    if isinstance(element, Triples):
        terms = [term for pattern in element.patterns for term in (pattern.subject, pattern.verb, pattern.object)]
        return {term[1:] for term in terms if term[0] in "?$"}
    if isinstance(element, Block):
        found = set[str]().union(*(_mentioned(part) for group in element.groups for part in group))
        return found | ({element.term[1:]} if element.term[:1] in ("?", "$") else set[str]())
    if isinstance(element, SubSelect):
        return variables(element.pieces) if element.query.columns is None else set(element.query.columns)
    return set() if element.kind in ("FILTER", "MINUS") else variables(element.pieces)


def _named_in(pattern: Pattern) -> Iterator[str]:
    if pattern.path is None:
        return
    todo = [pattern.path]
    while todo:
        path = todo.pop()
        todo += path.parts
        if path.term:
            yield path.term
