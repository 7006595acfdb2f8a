"""What is compared with what a suite expects: graphs up to the names of blank nodes, solutions, truth values.

Literals compare in the canonical form that the store keeps them in: "1.0" is "1" where both are xsd:decimal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyoxigraph import CanonicalizationAlgorithm, Dataset

from kg.errors import BadInput
from kg.rdf import BlankNode, Literal, NamedNode, Quad, Term, Triple, canonical

_SOLUTION, _INDEX = NamedNode("urn:x-test:solution"), NamedNode("urn:x-test:index")


@dataclass(frozen=True)
class Rows:
    """The solutions of a query; `ordered` where their order is what was asked for."""

    variables: frozenset[str]
    solutions: tuple[dict[str, Term], ...]
    ordered: bool = False


Answer = Rows | list[Quad] | bool


def same(got: Answer, wanted: Answer, *, lax: bool = False) -> bool:
    """Tell whether two answers say the same; the order of solutions counts where both are ordered.

    Where the cardinality is `lax` (REDUCED), it does not matter how often a solution comes.
    """
    if isinstance(got, Rows) and isinstance(wanted, Rows):
        if lax:
            got, wanted = _once(got), _once(wanted)
        ordered = got.ordered and wanted.ordered
        if got.variables != wanted.variables or len(got.solutions) != len(wanted.solutions):
            return False
        return _canonical(_quads(got, ordered)) == _canonical(_quads(wanted, ordered))
    if isinstance(got, list) and isinstance(wanted, list):
        return _canonical(got) == _canonical(wanted)
    return got is wanted


def shown(answer: Answer) -> str:
    """Return an answer as lines for the message of a failure."""
    if isinstance(answer, Rows):
        rows = [", ".join(f"?{name} = {row[name]}" for name in sorted(row)) for row in answer.solutions]
        return "\n".join(
            [f"variables: {' '.join(sorted(answer.variables))}", *(rows if answer.ordered else sorted(rows))]
        )
    return "\n".join(sorted(map(str, answer))) if isinstance(answer, list) else str(answer)


def _once(rows: Rows) -> Rows:
    return replace(rows, solutions=tuple({frozenset(row.items()): row for row in rows.solutions}.values()))


def _canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Return quads with the blank nodes that RDF Dataset Canonicalization (RDFC-1.0) names."""
    dataset = Dataset(Quad(quad.subject, quad.predicate, _by_value(quad.object), quad.graph_name) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def _quads(rows: Rows, ordered: bool) -> Iterable[Quad]:
    """Yield solutions as a graph, each a blank node, so that blank nodes of different solutions stay the same."""
    for number, solution in enumerate(rows.solutions):
        node = BlankNode(f"solution{number}")
        yield Quad(node, _INDEX, Literal(number if ordered else 0))
        for name, term in solution.items():
            yield Quad(node, NamedNode(f"{_SOLUTION.value}:{name}"), term)


def _by_value(term: Term | Triple) -> Term | Triple:
    try:
        return canonical(term) if isinstance(term, Literal) else term
    except BadInput:  # of a datatype that the store would change
        return term
