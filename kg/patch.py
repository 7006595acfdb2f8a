"""RDF Patch: the difference between two states of the graph, as text.

A patch holds ground quads only. Its text is the RDF Patch of Apache Jena's RDF Delta project
(https://afs.github.io/rdf-delta/rdf-patch.html): `TX .`, a row `D ... .` or `A ... .` per quad, `TC .`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.errors import BadInput


@dataclass(frozen=True)
class Patch:
    """Statements (canonical N-Quads without the closing " .") that a change adds and removes, each sorted."""

    added: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    @classmethod
    def between(cls, before: set[str], after: set[str]) -> "Patch":
        """Return the patch that leads from one set of statements to another."""
        return cls(added=sorted(after - before), removed=sorted(before - after))

    def inverted(self) -> "Patch":
        """Return the patch that undoes this one."""
        return Patch(added=self.removed, removed=self.added)

    def rows(self) -> Iterator[str]:
        """Yield the patch as lines of RDF Patch, removals first, each with its line end."""
        yield "TX .\n"
        for statement in self.removed:
            yield f"D {statement} .\n"
        for statement in self.added:
            yield f"A {statement} .\n"
        yield "TC .\n"

    @classmethod
    def read(cls, rows: Iterable[str]) -> "Patch":
        """Return the patch that lines of RDF Patch say; raises BadInput at a row that is none."""
        patch = cls()
        for number, row in enumerate(rows, 1):
            if row.startswith("A ") and row.endswith(" .\n"):
                patch.added.append(row[2:-3])
            elif row.startswith("D ") and row.endswith(" .\n"):
                patch.removed.append(row[2:-3])
            elif row not in ("TX .\n", "TC .\n"):
                raise BadInput(f"no row of an RDF Patch: {row.strip()!r}", f"line {number}")
        return patch
