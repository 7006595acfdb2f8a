"""Terms for the variables of a query that another server evaluates: SPARQL 1.1 has no way to send them beside it."""

from collections.abc import Iterator, Mapping

from kg.engine.tokens import Token, closes, opening, scan
from kg.errors import QueryError
from kg.rdf import BlankNode, Term

_CLAUSES = {"SELECT", "BY", "VALUES"}
"""What is followed by a list of variables, and not of terms."""

_ENDS = {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"}


def with_terms(text: str, bindings: Mapping[str, Term]) -> str:
    """Return the query with terms in the place of its variables, at any depth of its groups.

    The outermost group also binds the variables, so that they can be projected and sorted by. A list of variables
    (SELECT, GROUP BY, ORDER BY, VALUES, AS) stays as it is. Raises QueryError for a blank node, which no text can
    name, and for a query without a group.
    """
    if not bindings:
        return text
    if any(isinstance(term, BlankNode) for term in bindings.values()):
        raise QueryError("a blank node of one store has no name in another", "query")
    names, terms = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    made, end, bound = list[str](), 0, False
    for token, is_group, is_term in _marked(text):
        if is_group and not bound:
            made += [text[end : token.end], f" VALUES ({names}) {{ ({terms}) }} "]
            end, bound = token.end, True
        elif is_term and token.text[1:] in bindings:
            made += [text[end : token.offset], str(bindings[token.text[1:]])]
            end = token.end
    if not bound:
        raise QueryError("a query without a group has nothing to bind", "query", "Add WHERE { }.")
    return "".join([*made, text[end:]])


def _marked(text: str) -> Iterator[tuple[Token, bool, bool]]:
    """Yield each token, whether it opens an outermost group, and whether it is a variable that stands for a term."""
    depth, inside = 0, 0
    template, clause, before = False, "", ""
    for token in scan(text):
        word = token.text.upper() if token.kind == "word" else ""
        if depth == 0:
            template = before == "CONSTRUCT" and token.text == "{"
        if word in _CLAUSES:
            clause, inside = word, 0
        elif inside == 0 and (word in _ENDS or token.text == "}"):
            clause = ""
        listed = before == "AS" or clause == "VALUES" or (clause and inside == 0)
        is_group = depth == 0 and token.text == "{" and not template
        yield token, is_group, token.kind == "variable" and depth > 0 and not template and not listed
        change = bool(opening(token)) - closes(token)
        depth, inside = depth + change, inside + change
        if (token.text == "}") if clause == "VALUES" else (token.text == "{" and inside == 1):
            clause = ""
        before = token.text.upper()
