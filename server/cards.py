"""Cards: the questions that the page of a thing answers for it, by its kind; and the others that can be asked of it."""

from dataclasses import dataclass

from kg.ask import Question, run
from kg.ask import questions as named
from kg.names import RDF, shorten
from kg.rdf import DefaultGraph, Literal, NamedNode
from server import asking, language
from server.tables import Table
from server.terms import Shown, Terms
from server.view import Snapshot

ROWS = 6
"""Rows of an answer that a card shows; it links to all of them."""

_WIDTH, _HEIGHT, _MARGIN = 560, 150, 34


@dataclass(frozen=True)
class Card:
    """A question answered on the page of a thing: what is asked, where it is answered whole, and the first rows."""

    title: str
    href: str
    table: Table
    more: int


@dataclass(frozen=True)
class Point:
    """A rank in a chart: where it stands, and what it says."""

    x: float
    y: float
    rank: int
    edition: Shown
    date: str


@dataclass(frozen=True)
class Chart:
    """Ranks over time: the size of the picture, the points from left to right, and the line through them."""

    width: int
    height: int
    points: list[Point]

    @property
    def line(self) -> str:
        """The points as SVG writes those of a polyline."""
        return " ".join(f"{point.x:.0f},{point.y:.0f}" for point in self.points)


def cards(here: Snapshot, iri: str) -> list[Card]:
    """Return the answers that the page of a thing shows; questions without rows are left out."""
    kinds, terms, found = _kinds(here, iri), Terms(here), list[Card]()
    for question in sorted(named().values(), key=lambda one: one.place):
        if question.card in kinds:
            values = {question.params[0].name: _short(iri)}
            answer = run(here.engine, question, values, language.chosen())
            if answer.rows:
                title, href = asking.filled(question, values, terms), asking.address(question, values)
                table = asking.table_of(here, answer, ROWS)
                found.append(Card(title, href, table, len(answer.rows) - len(table.rows)))
    return found


def others(here: Snapshot, iri: str) -> list[asking.Link]:
    """Return the questions about a thing that its page does not answer, as links to their answers."""
    kinds, terms = _kinds(here, iri), Terms(here)
    asked = [one for one in named().values() if _about(one, kinds) and one.card not in kinds]
    values = [{one.params[0].name: _short(iri)} for one in asked]
    return [
        asking.Link(asking.filled(one, value, terms), asking.address(one, value))
        for one, value in zip(asked, values, strict=True)
    ]


def chart(here: Snapshot, iri: str) -> Chart | None:
    """Return the ranks of a system over the editions of a list; None where there are fewer than two."""
    ranks: dict[str, tuple[int, str]] = {}
    for _, edition, date, rank in here.select("ranks", entity=iri):
        if isinstance(edition, NamedNode) and isinstance(date, Literal) and isinstance(rank, Literal):
            ranks.setdefault(edition.value, (int(float(rank.value)), date.value))
    if len(ranks) < 2:
        return None
    best, worst = (pick(rank for rank, _ in ranks.values()) for pick in (min, max))
    across, down = (_WIDTH - 2 * _MARGIN) / (len(ranks) - 1), (_HEIGHT - 2 * _MARGIN) / max(1, worst - best)
    terms = Terms(here)
    points = [
        Point(_MARGIN + across * number, _MARGIN + down * (rank - best), rank, terms.iri(edition), date)
        for number, (edition, (rank, date)) in enumerate(ranks.items())
    ]
    return Chart(_WIDTH, _HEIGHT, points)


def _about(question: Question, kinds: set[str]) -> bool:
    return len(question.params) == 1 and question.params[0].kind in kinds


def _kinds(here: Snapshot, iri: str) -> set[str]:
    quads = here.engine.quads(NamedNode(iri), NamedNode(RDF + "type"), None, DefaultGraph())
    return {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}


def _short(iri: str) -> str:
    return shorten(iri).removeprefix("<").removesuffix(">")
