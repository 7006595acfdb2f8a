"""A live view that writes are tried on, and what it is checked for."""

from collections.abc import Sequence

from kg.check import Report, check
from kg.check.changed import check_change
from kg.engine import Engine
from kg.names import ACCESS, EMBARGOED
from kg.patch import Patch
from kg.rdf import NamedNode, Triple
from kg.store import Writer


class LiveView:
    """The engine of a writer that follows patches, and what came into it since it was last checked."""

    def __init__(self, writer: Writer) -> None:
        self.evidence: Engine = writer.engine
        """The engine, good for its evidence graphs: what is inferred may lack what follows from the last patches."""

        self._inference = writer.inference
        self._touched: set[Triple] | None = set()
        self._graphs: set[str] = set()

    @property
    def engine(self) -> Engine:
        """The engine, with what follows from all patches."""
        self.complete()
        return self.evidence

    def complete(self) -> None:
        """Bring in what follows from the patches since the last time."""
        touched = self._inference.complete()
        self._touched = None if touched is None or self._touched is None else self._touched | touched

    def apply(self, patch: Patch) -> None:
        """Bring a patch in."""
        self._inference.apply(patch)
        self._graphs |= {one.rpartition(" ")[2][1:-1] for one in (*patch.added, *patch.removed)}

    def report(self) -> Report:
        """Check what came in since the last time; the whole view where that is not enough."""
        engine = self.engine
        report = check_change(engine, self._touched, self._graphs) if self._touched is not None else None
        self._touched, self._graphs = set(), set()
        return report or check(engine)

    def embargoed(self, sources: Sequence[str] = ()) -> bool:
        """Tell whether one of some sources (IRIs), or any where none is named, is embargoed."""
        property, term = NamedNode(ACCESS), NamedNode(EMBARGOED)
        nodes = [NamedNode(source) for source in sources] or [None]
        return any(True for node in nodes for _ in self.evidence.quads(node, property, term, node))
