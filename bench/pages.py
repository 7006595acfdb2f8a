"""Pages of things on a generated graph: the server's time for things of all sizes, and for the largest hubs.

python -m bench.pages [STATEMENTS]        default: 1000000
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import steps
from bench.generate import write
from bench.measure import alone
from kg.names import ID
from kg.store import Store
from server import create_app

_PAGES = 300
_HUBS = 5


def main(size: int) -> None:
    """Print milliseconds of pages never asked for before, and of the largest hubs' pages, of their graphs, exposure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "generated.nq").open("w", encoding="utf-8") as output:
            write(size, output)
        alone(steps.import_file, folder / "generated.nq", folder / "store", False)
        client = create_app(folder / "store").test_client()
        draw = random.Random(1)
        slugs = [f"{draw.choice(('company', 'system', 'licence'))}-{draw.randrange(5_000)}" for _ in range(_PAGES)]
        client.get(f"/page/{slugs[0]}", headers={"Accept": "text/html"})  # opens the store, compiles the templates
        times = [_wait(client, f"/page/{slug}") for slug in slugs[1:]]
        print(f"{size:,} statements, {len(times)} pages")
        print(
            f"  a thing, first time   median {median(times):6.1f} ms, 95 % within {quantiles(times, n=20)[-1]:6.1f} ms"
        )
        for iri, links in hubs(folder / "store"):
            slug = iri.removeprefix(ID)
            waits = (
                f"{path} {_wait(client, f'{path}{slug}'):.1f} ms" for path in ("/page/", "/graph?iri=", "/depends?iri=")
            )
            print(f"  {slug}, {links:,} links to it: {', '.join(waits)}")


def hubs(folder: Path) -> list[tuple[str, int]]:
    """Return the things to which most statements refer, and how many do."""
    with Store(folder).reader() as (engine, _):
        found: Any = engine.query((Path(__file__).parent / "queries" / "hubs.rq").read_text(encoding="utf-8"))
        return [(thing.value, int(count.value)) for thing, count in found][:_HUBS]


def _wait(client: Any, path: str) -> float:
    begin = time.perf_counter()
    answer = client.get(path, headers={"Accept": "text/html"})
    taken = (time.perf_counter() - begin) * 1000
    assert answer.status_code == 200, path
    return taken


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
