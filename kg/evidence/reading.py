"""From the text of a query to its parts, by the grammar of SPARQL 1.1 (section 19.8).

The tokens are those that the guard looks at. Only queries that the engine has taken are read, so this reader finds
its way and checks nothing; what it does not know, it says it cannot follow.
"""

from kg.engine.tokens import scan
from kg.evidence.patterns import Cursor, Names, PatternReader, Unreadable
from kg.evidence.tree import (
    Block,
    Clause,
    Element,
    Pattern,
    Piece,
    Query,
    SubSelect,
    Triples,
    pieces_of,
    renamed,
    variables,
    written,
)

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def read(text: str, names: Names) -> Query:
    """Return the parts of a query that the engine takes; raises Unreadable with what is not followed."""
    reader = _Reader(pieces_of(text, scan(text)), names)
    start = reader.at
    while not reader.done and not reader.sees("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"):
        reader.take()
    prologue = written(reader.since(start))
    query = reader.query()
    query.prologue = prologue
    return query


def read_group(pieces: list[Piece], names: Names) -> list[Element]:
    """Return the parts of a group that is written in braces."""
    return _Reader(pieces[1:-1], names).elements()


class _Reader(PatternReader):
    """Reads queries and groups."""

    def query(self) -> Query:
        """Read from the form of a query on to its end, or to the brace that closes the subquery."""
        query = Query(self.take().text.upper())
        start = self.at
        if query.form == "CONSTRUCT":
            query.template = self._template()
        elif query.form == "SELECT":
            self._columns(query)
        else:
            raise Unreadable(f"{query.form} has no rows")
        query.head = self.since(start)
        self._dataset(query)
        self.takes("WHERE")
        query.where = self.balanced()
        query.group = read_group(query.where, self._names)
        self._modifiers(query)
        return query

    def _inside(self) -> list[Element]:
        return read_group(self.balanced(), self._names)

    def elements(self) -> list[Element]:
        """Read the elements of a group to its end."""
        if self.sees("SELECT"):
            return [self._subselect()]
        found: list[Element] = []
        while not self.done:
            if not self.takes("."):
                self._element(found)
        return found

    def _element(self, found: list[Element]) -> None:
        word = self.here.text.upper() if self.here.kind in ("word", "mark") else ""
        if word == "{":
            groups = [self._inside()]
            while self.takes("UNION"):
                groups.append(self._inside())
            found.append(Block("group" if len(groups) == 1 else "union", groups))
        elif word == "OPTIONAL":
            self.take()
            found.append(Block("optional", [self._inside()]))
        elif word == "GRAPH":
            self.take()
            term = self.term()
            found.append(Block("graph", [self._inside()], term))
        elif word in ("FILTER", "BIND", "VALUES", "MINUS", "SERVICE"):
            found.append(self._clause(word))
        elif word == "LATERAL":
            raise Unreadable("LATERAL is not followed")
        else:
            patterns = self.triples()
            last = found[-1] if found else None
            if isinstance(last, Triples):
                last.patterns.extend(patterns)
            else:
                found.append(Triples(patterns))

    def _clause(self, word: str) -> Clause:
        start = self.at
        self.take()
        if word == "FILTER":
            exists = self._condition()
            return Clause(word, self.since(start), exists)
        if word == "SERVICE":
            self.takes("SILENT")
            self.take()
        if word == "VALUES":
            self.balanced()
        self.balanced()
        return Clause(word, self.since(start))

    def _condition(self) -> list[Piece]:
        """Go past the condition of a FILTER; return the group of its EXISTS where it is nothing else."""
        start = self.at
        self.takes("NOT")
        if not self.sees("("):
            self.take()
        self.balanced()
        said = self.since(start)
        if said[0].text == "(":
            said = said[1:-1]
        group = Cursor(said[1:], self._names).balanced()
        return group if said[0].text.upper() == "EXISTS" and len(group) == len(said) - 1 else []

    def _subselect(self) -> SubSelect:
        """Read a SELECT within a group; what it does not project gets names of its own."""
        pieces = self._pieces[self._at :]
        head = Query(self.take().text)
        self._columns(head)
        if head.columns is not None:
            hidden = variables(pieces) - set(head.columns)
            pieces = renamed(pieces, {name: self._names.fresh() for name in sorted(hidden)})
        self._at = len(self._pieces)
        return SubSelect(pieces, _Reader(pieces, self._names).query())

    def _template(self) -> list[Pattern]:
        inner = _Reader(self.balanced()[1:-1], self._names)
        patterns: list[Pattern] = []
        while not inner.done:
            if not inner.takes("."):
                patterns += inner.triples()
        return patterns

    def _columns(self, query: Query) -> None:
        _ = self.takes("DISTINCT") or self.takes("REDUCED")
        if self.takes("*"):
            return
        query.columns = []
        while self.here.kind == "variable" or self.sees("("):
            column = self.balanced()
            if len(column) > 1:
                query.computed.append(column)
            query.columns.append(column[-2].text[1:] if len(column) > 1 else column[0].text[1:])
        if any(map(_has_aggregate, query.computed)):
            query.keys = []

    def _dataset(self, query: Query) -> None:
        start = self.at
        while self.takes("FROM"):
            (query.named_graphs if self.takes("NAMED") else query.default_graphs).append(self.term())
        query.dataset = self.since(start)

    def _modifiers(self, query: Query) -> None:
        while not self.done and self.sees(*_MODIFIERS):
            start, word = self.at, self.here.text.upper()
            if word == "VALUES":
                query.group = [Block("group", [query.group]), self._clause(word)]
            elif self.takes("GROUP"):
                self.take()
                query.keys = self._keys(query)
            else:
                self.take()
                aggregated = self._past_modifier()
                query.limited |= word in ("LIMIT", "OFFSET")
                query.keys = query.keys or [] if aggregated or word == "HAVING" else query.keys
            if word in ("GROUP", "HAVING", "VALUES"):
                query.grouping += self.since(start)

    def _past_modifier(self) -> bool:
        """Go past what a modifier says; tell whether there is an aggregate in it."""
        start = self.at
        while not self.done and not self.sees(*_MODIFIERS):
            self.take()
        return _has_aggregate(self.since(start))

    def _keys(self, query: Query) -> list[str]:
        keys: list[str] = []
        while not self.done and not self.sees(*_MODIFIERS):
            key = self.balanced()
            if len(key) == 1 and key[0].kind == "variable":
                keys.append(key[0].text[1:])
            elif len(key) > 3 and key[-3].text.upper() == "AS":
                keys.append(key[-2].text[1:])
                query.group = [*query.group, Clause("BIND", [Piece("word", "BIND", apart=True), *key])]
            else:
                raise Unreadable("it is grouped by an expression that has no name")
        return keys


def _has_aggregate(pieces: list[Piece]) -> bool:
    return any(piece.kind == "word" and piece.text.upper() in _AGGREGATES for piece in pieces)
