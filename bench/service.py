"""Atlante's endpoint beside `oxigraph serve` and rdflib-endpoint: the same data, two clients, one run.

python -m bench.service [STATEMENTS]        default: 1000000; needs wrk (Debian: apt-get install wrk)
"""

import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from bench import peers, steps
from bench.generate import write
from kg.engine.oxigraph import OxigraphEngine
from kg.rdf import FORMATS, serialize
from kg.store import Store

_FOLDER = Path(__file__).parent
_JSON, _TURTLE = "application/sparql-results+json", "text/turtle"
_RUNS = {
    "tiny query, never asked before": ("unique", "service-tiny", _JSON),
    "tiny query, repeated": ("repeated", "service-tiny", _JSON),
    "10,000 rows as JSON": ("unique", "service-rows", _JSON),
    "100,000 triples as Turtle": ("unique", "service-triples", _TURTLE),
}
_ROUNDS = 3
_SECONDS = 8


def main(size: int) -> None:
    """Print requests per second of each service, the ratios, memory, and how soon a commit is seen."""
    if not shutil.which("wrk"):
        sys.exit("The benchmark of the service needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "generated.nq").open("w", encoding="utf-8") as output:
            write(size, output)
        steps.import_file(folder / "generated.nq", folder / "store", inferring=False)
        steps.default_graph(folder / "store", folder / "default.nt")
        with Store(folder / "store").reader() as (engine, _), (folder / "all.nq").open("wb") as output:
            serialize(engine.quads(), FORMATS["nquads"], output)
        with (
            peers.atlante(folder / "store") as (ours, process),
            peers.oxigraph(folder / "all.nq", folder / "o") as (
                other,
                _,
            ),
        ):
            print(f"{size:,} statements; requests per second of two clients, medians of {_ROUNDS} rounds")
            for title, (script, query, accept) in _RUNS.items():
                _pair(title, script, query, accept, ours, other)
            _memory(process.pid)
            _visibility(folder / "store", ours)
        with peers.rdflib_endpoint(folder / "default.nt") as (slow, _):
            for title in ("tiny query, never asked before", "10,000 rows as JSON"):
                script, query, accept = _RUNS[title]
                print(f"  {title:32} rdflib-endpoint {_rate(slow, '/query', script, query, accept):10,.1f}")


def _pair(title: str, script: str, query: str, accept: str, ours: str, other: str) -> None:
    rates = [
        (_rate(ours, "/sparql", script, query, accept), _rate(other, "/query", script, query, accept))
        for _ in range(_ROUNDS)
    ]
    own, peer = (median(rate[index] for rate in rates) for index in (0, 1))
    print(f"  {title:32} Atlante {own:10,.1f}   oxigraph serve {peer:10,.1f}   ratio {own / peer:5.2f}")


def _rate(address: str, path: str, script: str, query: str, accept: str) -> float:
    text = (_FOLDER / "queries" / f"{query}.rq").read_text(encoding="utf-8")
    return peers.asked(address, script, [path, text, accept], clients=2, seconds=_SECONDS).rate


def _memory(pid: int) -> None:
    """Print the largest web process and the largest query process: resident, and what is its own alone."""
    for name, mark in (("web process", b"gunicorn"), ("query process", b"kg.workers.worker")):
        sizes = [
            (_sum(entry, ("Rss",)), _sum(entry, ("Private_Clean", "Private_Dirty")))
            for entry in Path("/proc").glob("[0-9]*")
            if _descends(entry, pid) and mark in _read(entry / "cmdline").encode()
        ]
        resident, private = max(sizes)
        print(f"  memory of a {name}: {resident / 1024:.0f} MB, of which {private / 1024:.0f} MB its own")


def _sum(entry: Path, names: tuple[str, ...]) -> int:
    rows = re.findall(r"^(\w+):\s+(\d+) kB", _read(entry / "smaps_rollup"), re.MULTILINE)
    return sum(int(size) for name, size in rows if name in names)


def _descends(entry: Path, pid: int) -> bool:
    while entry.name not in ("0", "1"):
        stat = _read(entry / "stat").rpartition(")")[2].split()
        if not stat:
            return False
        if int(stat[1]) == pid:
            return True
        entry = entry.parent / stat[1]
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _visibility(folder: Path, address: str) -> None:
    """Publish a version five times, and print how long after each the service names it."""
    store, waits = Store(folder), []
    engine = OxigraphEngine.open(folder / "live")
    with httpx.Client(base_url=address) as client:
        for number in range(2, 7):
            store.publish(engine, number)
            published = time.monotonic()
            while client.get("/health/ready").json()["commit"] != number:
                time.sleep(0.005)
            waits.append(time.monotonic() - published)
    engine.close()
    print(
        f"  a commit is seen after {median(waits) * 1000:.0f} ms (at most {max(waits) * 1000:.0f} ms of {len(waits)})"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
