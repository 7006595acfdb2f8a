"""A live view that writes are tried on, and what it is checked for."""

from collections.abc import Sequence

from kg.check import Report, check
from kg.check.changed import check_change
from kg.engine import Engine
from kg.infer_change import infer_change
from kg.names import ACCESS, EMBARGOED
from kg.patch import Patch
from kg.rdf import NamedNode, Triple
from kg.rule import Rules


class LiveView:
    """An engine that follows patches, and knows what came into it since it was last checked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._rules: Rules | None = None
        self._touched: set[Triple] | None = set()
        self._graphs: set[str] = set()

    def apply(self, patch: Patch) -> None:
        """Bring a patch in, and what follows from it."""
        self._rules = self._rules or Rules(self.engine)
        touched = infer_change(self.engine, patch, self._rules)
        if touched is None:
            self._rules = None
        self._touched = None if touched is None or self._touched is None else self._touched | touched
        self._graphs |= {one.rpartition(" ")[2][1:-1] for one in (*patch.added, *patch.removed)}

    def report(self) -> Report:
        """Check what came in since the last time; the whole view where that is not enough."""
        report = check_change(self.engine, self._touched, self._graphs) if self._touched is not None else None
        self._touched, self._graphs = set(), set()
        return report or check(self.engine)

    def embargoed(self, sources: Sequence[str] = ()) -> bool:
        """Tell whether one of some sources (IRIs), or any where none is named, is embargoed."""
        property, term = NamedNode(ACCESS), NamedNode(EMBARGOED)
        nodes = [NamedNode(source) for source in sources] or [None]
        return any(True for node in nodes for _ in self.engine.quads(node, property, term, node))
