"""Changes of a large graph: what applying one, inferring from it and checking it cost.

python -m bench.changes [STORE]

STORE, which holds ontology and data, is copied first: it stays as it is. Without it, the shipped data are measured.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import quantiles

from bench import steps
from kg.check.changed import check_change
from kg.infer_change import infer_change
from kg.names import ID, RDF, RDFS, SOURCE, expand
from kg.patch import Patch
from kg.rdf import DefaultGraph, NamedNode, value
from kg.store import Counts, Store, counts

_CHANGES = 200
_SOURCE = f"<{SOURCE}bench>"


def main(store: Path | None) -> None:
    """Print milliseconds per change of 10 statements: in the middle, and of the slowest of a hundred."""
    with tempfile.TemporaryDirectory() as name:
        copy = Store(steps.copied(store, Path(name)))
        with copy.writer() as writer:
            writer.change()
            held: Counts = counts(writer.engine)
            known = writer.engine.quads(predicate=NamedNode(expand("kg:developedBy")), graph=DefaultGraph())
            things = [f"<{value(quad.object)}>" for quad in islice(known, 50_000)]
            infer_change(writer.engine, Patch(added=sorted(_description())))
            inferring, checking = list[float](), list[float]()
            for patch in _patches(things):
                begun = time.perf_counter()
                touched = infer_change(writer.engine, patch)
                inferred = time.perf_counter()
                assert touched is not None, "a small change is followed"
                assert check_change(writer.engine, touched, [f"{_SOURCE[1:-1]}#p1"]) is not None
                inferring.append(inferred - begun)
                checking.append(time.perf_counter() - inferred)
    print(f"{held.statements:,} statements, {len(inferring)} changes of 10 statements; milliseconds, median and 99 %:")
    together = [sum(pair) for pair in zip(inferring, checking, strict=True)]
    for what, seconds in (("apply and infer", inferring), ("check", checking), ("together", together)):
        cuts = quantiles(seconds, n=100)
        print(f"  {what}: {1000 * cuts[49]:.1f}, {1000 * cuts[98]:.1f}")


def _description() -> Iterator[str]:
    yield f"{_SOURCE} <{RDF}type> <{expand('kg:Source')}> {_SOURCE}"
    yield f'{_SOURCE} <{RDFS}label> "Bench"@en {_SOURCE}'
    yield f'{_SOURCE} <{expand("kg:publisher")}> "bench" {_SOURCE}'


def _patches(things: list[str]) -> Iterator[Patch]:
    """Yield changes that add a thing of 10 statements, each followed by one that takes it away."""
    chance, place = random.Random(6), f"<{SOURCE}bench#p1>"
    for number in range(_CHANGES // 2):
        thing = f"<{ID}bench-{number}>"
        added = [
            f"{thing} <{RDF}type> <{expand('kg:Model')}> {place}",
            f'{thing} <{RDFS}label> "Bench {number}"@en {place}',
            f'{thing} <{RDFS}label> "Banco {number}"@it {place}',
            *(f"{thing} <{expand('kg:developedBy')}> {one} {place}" for one in chance.choices(things, k=7)),
        ]
        patch = Patch(added=sorted(set(added)))
        yield patch
        yield patch.inverted()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
