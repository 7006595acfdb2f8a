"""Whole graphs: `/export/<what>.<ending>`, and `/graphs`, the SPARQL 1.1 Graph Store HTTP Protocol for reading."""

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as HttpNotFound

from kg import export as writing
from kg.errors import BadInput, NotFound
from kg.names import BASE
from kg.rdf import NamedNode
from kg.settings import get_number
from kg.workers import Bounds, Job
from kg.workers.pool import Pool
from server import negotiate
from server.answering import Answering
from server.exchange import Exchange
from server.exports import ENDINGS
from server.negotiate import DATASETS, GRAPHS, Format
from server.view import Snapshot

_UNBOUNDED = 1 << 62
_READING = ["GET", "HEAD", "OPTIONS"]


class Dumps:
    """Writes whole graphs, in processes of their own: they take longer than a query may."""

    def __init__(self, pool: Pool, answering: Answering) -> None:
        self._pool = pool
        self._answering = answering
        seconds = get_number("export_timeout")
        self._bounds = Bounds(seconds, int(seconds) + 1, _UNBOUNDED, _UNBOUNDED)

    async def export(self, exchange: Exchange, here: Snapshot, name: str) -> None:
        """Send an export by its name and ending, e.g. `graph.ttl`."""
        _require_reading(exchange)
        what, _, ending = name.rpartition(".")
        try:
            writing.chosen(what, ENDINGS[ending])
        except (KeyError, BadInput):
            raise HttpNotFound(f"There is no export {name}; /export/ lists what there is.") from None
        media = writing.MEDIA_TYPES[ENDINGS[ending]]
        shown = f'inline; filename="atlante-{here.commit}-{name}"'.encode()
        job = Job("export", what, graph=ENDINGS[ending], bounds=self._bounds)
        content_type = media + ("; charset=utf-8" if media.startswith("text/") else "")
        await self._send(exchange, here, job, content_type, ("export", name), ((b"content-disposition", shown),))

    async def graph(self, exchange: Exchange, here: Snapshot, path: str) -> None:
        """Send a graph, named by `?graph=`, by `?default`, or by its path below Atlante's base (sections 4.1, 4.2).

        Without any of them it is every graph, in a syntax that tells them apart.
        """
        _require_reading(exchange)
        named = named_graph(exchange, path)
        offers = DATASETS if named is None else (*GRAPHS, *DATASETS)
        format = _chosen(exchange, offers)
        if named and not _exists(here, named):
            raise NotFound(f"there is no graph {named}", "", "Without graph= you get every graph, as TriG or N-Quads.")
        job = Job("graph", graph=format.name, named_graphs=() if named is None else (named,), bounds=self._bounds)
        await self._send(exchange, here, job, format.content_type, ("graph", named, format.name), ())

    async def _send(
        self,
        exchange: Exchange,
        here: Snapshot,
        job: Job,
        content_type: str,
        key: tuple[str | None, ...],
        headers: tuple[tuple[bytes, bytes], ...],
    ) -> None:
        if await self._answering.kept(exchange, here, (*key, headers)):
            return
        async with self._pool.answer(here.path, job, exchange.counted_as) as answer:
            await self._answering.send(exchange, here, answer, content_type, (*key, headers), headers=headers)


def _require_reading(exchange: Exchange) -> None:
    if exchange.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(_READING, "Graphs are only read here.")


def named_graph(exchange: Exchange, path: str) -> str | None:
    """Return the IRI of the graph asked for, "" for the default graph, None for all of them."""
    named = [value for name, value in exchange.parameters if name == "graph"]
    default = any(name == "default" for name, _ in exchange.parameters)
    if len(named) + default + bool(path) > 1:
        raise BadInput("the request names more than one graph", "", "Send graph=<IRI>, or default, or a path.")
    if path:
        return BASE + path
    return "" if default else named[0] if named else None


def _chosen(exchange: Exchange, offers: tuple[Format, ...]) -> Format:
    named = exchange.parameter("format")
    chosen = negotiate.choose(offers, exchange.header(b"accept"), named)
    if chosen is None:
        raise negotiate.not_acceptable(offers, named)
    return chosen


def _exists(here: Snapshot, graph: str) -> bool:
    try:
        node = NamedNode(graph)
    except ValueError as error:
        raise BadInput(f"{graph!r} is not an IRI", "", "Give an absolute IRI.") from error
    return next(here.engine.quads(None, None, None, node), None) is not None
