"""`make bench`: Atlante beside rdflib on the same data, paired in one run.

    python -m bench [STATEMENTS ...]        default: 100000 1000000

Times are CPU seconds, so that a busy machine changes them less; ratios are what to quote.
"""

import sys
import tempfile
from pathlib import Path

from bench import checking, steps
from bench.generate import write
from bench.measure import alone

DEFAULT_SIZES = (100_000, 1_000_000)
RDFLIB_LIMIT = 1_000_000
"""Above so many statements rdflib is not run: it would take more memory and minutes than the pair is worth."""

PYSHACL_LIMIT = 100_000
"""Above so many statements pyshacl is not run: it would take minutes."""


def main(sizes: tuple[int, ...]) -> None:
    """Print the figures of the shipped data, then of a generated graph of each size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cost = alone(steps.shipped, folder / "shipped")
        print(f"shipped data, nothing to served: {cost.wall:.2f} s wall, {cost.cpu:.2f} CPU s, {cost.memory:.0f} MB")
        pair(folder, folder / "shipped", "shipped data")
        for size in sizes:
            generated(folder, size)


def generated(folder: Path, size: int) -> None:
    """Generate a graph, import it with and without inference, and print the pairs on it."""
    file, store = folder / "generated.nq", folder / f"store-{size}"
    with file.open("w", encoding="utf-8") as output:
        write(size, output)
    for inferring in (True, False):
        cost = alone(steps.import_file, file, store, inferring)
        count = int(str(cost.result))
        print(
            f"import {count:,} statements, inference {'on' if inferring else 'off'}: {cost.cpu:.1f} CPU s, "
            f"{count / cost.cpu:,.0f} statements per CPU s, {cost.memory:.0f} MB"
        )
    if size <= RDFLIB_LIMIT:
        pair(folder, store, f"{size:,} statements", loaded=cost.cpu)
    checks(file, folder / "checked", beside=size <= PYSHACL_LIMIT)


def checks(file: Path, folder: Path, beside: bool) -> None:
    """Print what the check of a file costs once ontology and inference stand beside it, and what it costs pyshacl."""
    count = int(str(alone(checking.fill, file, folder).result))
    ways = [("by queries", checking.ours), *([("by pyshacl", checking.by_pyshacl)] if beside else [])]
    times: list[float] = []
    for title, way in ways:
        cost = alone(way, folder)
        assert isinstance(cost.result, tuple)
        times.append(cost.result[0])
        print(
            f"check of {count:,} triples {title}: {times[-1]:.1f} CPU s, {cost.memory:.0f} MB, {cost.result[1]} results"
        )
    if beside:
        print(f"  ratio {times[1] / times[0]:.0f}x\n")


def pair(folder: Path, store: Path, title: str, loaded: float | None = None) -> None:
    """Print load, queries and Turtle export of a store beside rdflib's on its default graph."""
    count = alone(steps.default_graph, store, folder / "default.nt").result
    own = alone(steps.ours, store).result
    other = alone(steps.rdflibs, folder / "default.nt").result
    assert isinstance(own, dict)
    assert isinstance(other, dict)
    if loaded is not None:
        own["load"] = loaded
    print(f"\n{title}: {count:,} triples in the default graph, CPU ms")
    print(f"  {'':14}{'Atlante':>12}{'rdflib':>12}{'ratio':>9}")
    for name in sorted(own.keys() & other.keys()):
        ratio = other[name] / own[name]
        print(f"  {name:14}{own[name] * 1000:>12,.2f}{other[name] * 1000:>12,.2f}{ratio:>8.1f}x")
    print()


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or DEFAULT_SIZES)
