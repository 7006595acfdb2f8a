"""Checking: what the graph holds against the shapes, with a report that people understand.

Rules are SHACL shapes. What a shape cannot see from one thing alone is found by the queries in
`queries/check/`, evaluated on the engine, and added as properties of the namespace `check#`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from kg.check.report import SEVERITIES, Report, Result
from kg.check.shacl import validate
from kg.engine import Engine
from kg.names import CHECK
from kg.paths import shapes_files

__all__ = ["SEVERITIES", "Locate", "Report", "Result", "check"]

Locate = Callable[[str, str | None], tuple[str, int] | None]
"""Finds file and line of a focus node's IRI and its property's IRI (None where a result has no property)."""


def check(engine: Engine, shapes: Sequence[Path] | None = None, locate: Locate | None = None) -> Report:
    """Check the default graph, with its inferred triples, against shapes (Turtle files; ours if None).

    Shapes apply to the default graph: what is only reported or superseded is not checked, except that its terms
    must be defined and its source described. Raises BadInput for shapes that cannot be used.
    """
    results = validate(engine, shapes_files() if shapes is None else shapes)
    if locate:
        results = [_placed(result, locate) for result in results]
    return Report(sorted(results, key=_order))


def _placed(result: Result, locate: Locate) -> Result:
    stated = result.path
    if stated and stated.startswith(CHECK):
        # What the check itself has found stands in no file; the term that it found may.
        stated = result.value.strip("<>") if result.value else None
    place = locate(result.focus, stated)
    return result.at(*place) if place else result


def _order(result: Result) -> tuple[int, str, int, str, str, str]:
    place = (result.file or "", result.line or 0)
    return (SEVERITIES.index(result.severity), *place, result.focus, result.rule, result.value or "")
