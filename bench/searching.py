"""Search on a generated graph: how long one waits for an answer, and what making and following the index cost.

python -m bench.searching [STATEMENTS]        default: 1000000
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from bench import steps
from bench.generate import write
from bench.measure import alone
from kg.names import ID, RDFS
from kg.search import Searcher, index_of, refresh
from kg.store import Store

_ASKED = 500
_COMPLETIONS = 10
_TOUCHED = 100
"""Things that the commit touches which the index follows."""


def main(size: int) -> None:
    """Print milliseconds of searches and completions, then the cost of the index."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "generated.nq").open("w", encoding="utf-8") as output:
            write(size, output)
        alone(steps.import_file, folder / "generated.nq", folder / "store", False)
        made = alone(making, folder / "store")
        print(
            f"{size:,} statements; an index of {made.result} MB is made in {made.cpu:.1f} CPU s, {made.memory:.0f} MB"
        )
        followed = alone(following, folder / "store").result
        print(f"  a commit that touches {_TOUCHED} things is followed in {followed:.2f} s")
        for title, times in waits(folder / "store").items():
            print(f"  {title:34} median {median(times):6.1f} ms, 95 % within {quantiles(times, n=20)[-1]:6.1f} ms")


def making(folder: Path) -> int:
    """Make the index of a store's snapshot from nothing; return its megabytes."""
    with Store(folder).reader() as (engine, _):
        snapshot = _snapshot(folder)
        refresh(engine, snapshot)
    return index_of(snapshot).file.stat().st_size // 1_000_000


def following(folder: Path) -> float:
    """Bring an index up to a commit that gives some companies another name; return the wall seconds."""
    snapshot = _snapshot(folder)
    rows = [f'A <{ID}company-{number}> <{RDFS}label> "x" <{ID}x> .' for number in range(_TOUCHED)]
    with Store(folder).reader() as (engine, _):
        begin = time.perf_counter()
        refresh(engine, snapshot, rows)
        return time.perf_counter() - begin


def waits(folder: Path) -> dict[str, list[float]]:
    """Return the milliseconds of each search for a whole name, of each completion, and of each word misspelt."""
    searcher, draw = Searcher(index_of(_snapshot(folder))), random.Random(1)
    names = [f"{draw.choice(('company', 'system', 'licence'))} {draw.randrange(5_000)}" for _ in range(_ASKED)]
    begun = [name[: draw.randrange(1, len(name) + 1)] for name in names]
    return {
        "a search for a name": [_wait(lambda n=name: searcher.search(n)) for name in names],
        "a completion of what is typed": [
            _wait(lambda n=name: searcher.search(n, count=_COMPLETIONS)) for name in begun
        ],
        "a completion of one letter": [
            _wait(lambda n=name: searcher.search(n[0], count=_COMPLETIONS)) for name in names[:50]
        ],
        "names spelled alike": [_wait(lambda n=name: searcher.near(n.replace("m", "n"))) for name in names[:50]],
    }


def _wait(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1000


def _snapshot(folder: Path) -> Path:
    snapshot = Store(folder).snapshot()
    assert snapshot
    return snapshot


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
