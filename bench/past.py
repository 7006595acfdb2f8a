"""Other times: how long one waits for the graph as of a commit, one kept as a snapshot or one some commits before.

python -m bench.past [STORE]

STORE, which holds ontology and data, is copied first: it stays as it is. Without it, the shipped data are measured.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bench import peers, steps
from kg.engine import select
from kg.names import ID, NS, RDF, RDFS, SOURCE
from kg.past import Asked, reader
from kg.settings import get_number
from kg.store import Store, counts
from kg.writing import Write
from kg.writing.committing import Group

_COMMITS = 30
_BEFORE = (1, 5, 20)
"""How many commits before the oldest snapshot that is kept."""


def main(store: Path | None) -> None:
    """Print the milliseconds of a small query as of commits, asked for the first time and again."""
    with tempfile.TemporaryDirectory() as name:
        copy = steps.copied(store, Path(name))
        head = _grown(Store(copy))
        with Store(copy).reader() as (engine, _):
            print(f"{counts(engine).statements:,} statements; milliseconds of a query, first time and again:")
        oldest = head - int(get_number("snapshots_kept")) + 1
        asked = {"a snapshot kept": oldest, **{f"{number:2} commits before": oldest - number for number in _BEFORE}}
        for title, commit in asked.items():
            print(f"  kg.past, {title}: {_twice(lambda number=commit: _by_library(copy, number))}")
        with peers.atlante(copy) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
            _over_http(client, head)  # starts the query processes
            for title, commit in asked.items():
                # The views made above are kept: others are asked for.
                other = commit - (commit < oldest)
                print(f"  HTTP, {title}: {_twice(lambda number=other: _over_http(client, number))}")


def _grown(store: Store) -> int:
    """Make commits that each name a thing, and one snapshot for each of the last; return the number of the last."""
    with store.writer() as writer:
        for number in range(_COMMITS):
            group = Group(writer)
            group.attempt([Write("patch", "".join(_rows(number)), "Bench", ("bench",))])
            group.enter()
    return store.log.head()


def _rows(number: int) -> list[str]:
    source, place = f"<{SOURCE}bench>", f"<{SOURCE}bench#p1>"
    described = [
        f"A {source} <{RDF}type> <{NS}Source> {source} .\n",
        f'A {source} <{RDFS}label> "Bench"@en {source} .\n',
        f'A {source} <{NS}publisher> "bench" {source} .\n',
    ]
    names = [f'A <{ID}bench-{number}> <{RDFS}label> "Bench {number}"@{tag} {place} .\n' for tag in ("en", "it")]
    return (described if number == 0 else []) + names


def _by_library(copy: Path, commit: int) -> None:
    with reader(Store(copy), Asked(as_of=str(commit))) as (engine, _):
        assert list(select(engine, _QUERY))


def _over_http(client: httpx.Client, commit: int) -> None:
    answer = client.get("/sparql", params={"query": _QUERY, "as-of": commit}, headers={"accept": "text/csv"})
    answer.raise_for_status()
    assert answer.text.count("\n") > 1


_QUERY = (Path(__file__).parent / "queries" / "past.rq").read_text(encoding="utf-8")


def _twice(step: Callable[[], None]) -> str:
    return ", ".join(f"{_wait(step):.0f}" for _ in range(2))


def _wait(step: Callable[[], None]) -> float:
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
