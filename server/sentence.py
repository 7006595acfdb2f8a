"""The answer of a question as a sentence: what it names, and which sources say so."""

from dataclasses import dataclass

from kg.ask import Answer
from kg.names import source_of
from server.statements import StatementReader
from server.terms import Shown

_NAMED, _SOURCES = 4, 2


@dataclass(frozen=True)
class Sentence:
    """What the first column that is no parameter holds, under its heading, and the sources: the first few of each.

    `others` and `more_sources` are how many are left.
    """

    heading: str
    names: list[Shown]
    others: int
    sources: list[Shown]
    more_sources: int


def sentence(reader: StatementReader, result: Answer) -> Sentence | None:
    """Return an answer as a sentence; None for one without rows."""
    asked = {param.name for param in result.question.params}
    column = next((at for at, name in enumerate(result.columns) if name not in asked), None)
    if column is None or not result.rows:
        return None
    terms = dict.fromkeys(row.terms[column] for row in result.rows if row.terms[column] is not None)
    names = list(dict.fromkeys(reader.terms.show(term) for term in list(terms)[: 4 * _NAMED]))
    graphs = (graph for row in result.rows for graph in row.evidence)
    sources = list(dict.fromkeys(filter(None, map(source_of, graphs))))
    return Sentence(
        result.headings[column],
        names[:_NAMED],
        len(terms) - min(len(names), _NAMED),
        [reader.terms.iri(iri) for iri in sources[:_SOURCES]],
        len(sources) - len(sources[:_SOURCES]),
    )
