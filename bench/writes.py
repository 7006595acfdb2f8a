"""Writes over HTTP: how many clients at once get how many commits, and how long each waits.

python -m bench.writes [STORE]

STORE, which holds ontology and data, is copied first: it stays as it is. Without it, the shipped data are measured.
"""

import sys
import tempfile
from pathlib import Path

import httpx

from bench import peers, steps
from kg.store import Store, counts
from kg.writing.tokens import Tokens

_SECONDS = 10
_CLIENTS = (1, 2, 50)
_QUERIES = Path(__file__).parent / "queries"


def main(store: Path | None) -> None:
    """Print commits per second, and the milliseconds that a write waits: median and slowest of a hundred."""
    with tempfile.TemporaryDirectory() as name:
        copy = steps.copied(store, Path(name))
        with Store(copy).reader() as (engine, _):
            held = counts(engine).statements
        print(f"{held:,} statements; commits per second; milliseconds that each waits, median and 99 %:")
        _, secret = Tokens(copy).make("Bench", ("bench",))
        with peers.atlante(copy, writes=True) as (address, _):
            headers = {"authorization": f"Bearer {secret}", "content-type": "application/sparql-update"}
            begin = _text("begin")
            httpx.post(f"{address}/sparql", content=begin, headers=headers, timeout=60).raise_for_status()
            for what, update in (("increments of one number", "increment"), ("new things", "thing")):
                for clients in _CLIENTS:
                    done = peers.asked(address, "write", ["/sparql", _text(update), secret], clients, _SECONDS)
                    print(f"  {what}, {clients:2} at once: {done.rate:.0f}/s; {done.median:.0f}, {done.slowest:.0f}")


def _text(name: str) -> str:
    return (_QUERIES / f"writes-{name}.rq").read_text(encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
