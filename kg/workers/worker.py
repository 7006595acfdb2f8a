"""The query process: opens snapshots, does one job at a time, and may be killed at any moment.

Run as `python -m kg.workers.worker MEMORY_MIB open|closed`, the last being the network; jobs come on standard input,
answers leave on standard output, as frames of `kg.workers.frames`. It ends when its input ends.
"""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

from kg.engine import Boolean, Solutions, Triples
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError, LimitReached, QueryError
from kg.evidence import FIRST_ROWS, evidence_of
from kg.evidence.writing import write
from kg.export import export
from kg.names import BASE
from kg.rdf import FORMATS, RESULTS_FORMATS, DefaultGraph, Literal, NamedNode, Quad, Term, serialize
from kg.store import stamp
from kg.workers import NotAcceptable, SnapshotGone
from kg.workers.confine import confine
from kg.workers.frames import ERROR, JOB, READY, FrameWriter, frame, read_frame

_GRACE = 1.0
"""Seconds beyond the deadline after which the process ends itself, should nobody be left to kill it."""

_ROW_ENDS = {"json": b'}},{"', "xml": b"</result>", "csv": b"\r\n", "tsv": b"\n", "ntriples": b"\n", "nquads": b"\n"}
"""What ends a row, where the bytes tell: no escaped string of these syntaxes holds it, save that of CSV."""

Result = Solutions | Triples | Boolean


class _Answerer:
    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._place = "", 0
        self._engine: OxigraphEngine | None = None

    def do(self, job: dict[str, Any]) -> None:
        try:
            engine = self._opened(job["snapshot"])
            {"query": self._query, "graph": self._graph, "export": self._export}[job["kind"]](engine, job)
        except AtlanteError as error:
            # Files that were not yet open are missed in the midst of a query: no fault of whoever asked it.
            if not Path(job["snapshot"], "CURRENT").exists():
                raise SnapshotGone("the snapshot was taken away") from error
            raise

    def refuse(self, error: BaseException) -> None:
        known = isinstance(error, AtlanteError)
        content = {
            "kind": type(error).__name__,
            "what": error.what if known else str(error) or type(error).__name__,
            "repair": error.repair if known else "",
            "form": getattr(error, "form", ""),
            "limit": getattr(error, "limit", ""),
        }
        self._output.write(frame(ERROR, content))
        self._output.flush()

    def _query(self, engine: OxigraphEngine, job: dict[str, Any]) -> None:
        dataset = {name: job[name] for name in ("default_graphs", "named_graphs")}
        result = engine.query(job["query"], base=BASE, **(dataset if any(dataset.values()) else {}))
        form = _form(result)
        if job["evidence"] and form != "select":
            raise QueryError("only the rows of a SELECT come with evidence", "query", _ASK_FOR_ROWS)
        syntax = "rows" if job["rows"] else job["graph" if form == "graph" else "results"]
        if not syntax:
            raise NotAcceptable(form)
        if job["evidence"]:
            self._rows_with_evidence(engine, job, cast(Solutions, result), syntax)
            return
        writer = self._writer(job, form, syntax)
        if job["rows"]:
            writer.write(json.dumps(_rows(result, job["rows"])).encode())
        elif form == "graph":
            cast(Triples, result).serialize(cast(IO[bytes], writer), FORMATS[syntax])
        else:
            cast(Solutions, result).serialize(cast(IO[bytes], writer), RESULTS_FORMATS[syntax])
        writer.end()

    def _rows_with_evidence(self, engine: OxigraphEngine, job: dict[str, Any], result: Solutions, syntax: str) -> None:
        rows = iter(result)
        first = list(islice(rows, FIRST_ROWS))
        dataset = job["default_graphs"], job["named_graphs"]
        evidence = evidence_of(engine, job["query"], result.variables, first, dataset if any(dataset) else None)
        every = chain(first, rows)
        writer = self._writer(job, "select", syntax)
        if syntax == "rows":
            told = _table(result.variables, every, job["rows"])
            told["evidence"] = [one.plain() for one in evidence[: len(told["rows"])]]
            writer.write(json.dumps(told).encode())
        else:
            for piece in write(syntax, result.variables, every, evidence):
                writer.write(piece)
        writer.end()

    def _graph(self, engine: OxigraphEngine, job: dict[str, Any]) -> None:
        writer = self._writer(job, "graph", job["graph"])
        graphs = [NamedNode(name) if name else DefaultGraph() for name in job["named_graphs"]]
        quads = chain.from_iterable(engine.quads(None, None, None, graph) for graph in graphs or [None])
        whole = job["graph"] in ("trig", "nquads") and not graphs
        items = quads if whole else (quad.triple for quad in quads)
        serialize(cast(Iterable[Quad], items), FORMATS[job["graph"]], cast(IO[bytes], writer))
        writer.end()

    def _export(self, engine: OxigraphEngine, job: dict[str, Any]) -> None:
        writer = self._writer(job, "graph", job["graph"])
        for piece in export(engine, job["query"], job["graph"]):
            writer.write(piece)
        writer.end()

    def _writer(self, job: dict[str, Any], form: str, syntax: str) -> FrameWriter:
        most = job["bounds"]

        def watch(size: int, rows: int) -> None:
            if size > most["size"]:
                raise LimitReached("query_megabytes", f"the answer has more than {most['size'] >> 20} MB", _NARROWER)
            if form == "select" and rows > most["rows"]:
                raise LimitReached("query_rows", f"the answer has more than {most['rows']:,} rows", _NARROWER)

        writer = FrameWriter(self._output, _ROW_ENDS.get(syntax, b""), watch)
        writer.begin({"form": form, "syntax": syntax})
        return writer

    def _opened(self, path: str) -> OxigraphEngine:
        try:
            place = path, stamp(Path(path))
        except OSError as error:
            raise SnapshotGone("the snapshot was taken away") from error
        if self._engine is None or place != self._place:
            self._engine, self._place = OxigraphEngine.read_only(Path(path)), place
        return self._engine


_ASK_FOR_ROWS = "Ask with SELECT: the evidence of what CONSTRUCT or ASK finds is that of the rows of its WHERE."
_NARROWER = "Give the query a LIMIT, or take a whole graph from /export/."


def main() -> None:
    """Do jobs until standard input ends."""
    confine(int(sys.argv[1]), network=sys.argv[2] == "open")
    # Whatever a library prints must not land among the frames.
    output = os.fdopen(os.dup(1), "wb", buffering=1 << 17)
    os.dup2(2, 1)
    for number, action in ((signal.SIGINT, signal.SIG_IGN), (signal.SIGALRM, signal.SIG_DFL)):
        signal.signal(number, action)
    answerer, clock = _Answerer(output), _Clock()
    output.write(frame(READY))
    output.flush()
    while (received := read_frame(sys.stdin.buffer)) and received[0] == JOB:
        job = json.loads(received[1])
        clock.bound(job["bounds"]["seconds"], job["bounds"]["cpu_seconds"])
        try:
            answerer.do(job)
        except (AtlanteError, MemoryError, OSError, RuntimeError, ValueError) as error:
            answerer.refuse(error)
        clock.release()


class _Clock:
    """The bounds of time of each job: the system ends this process where it is beyond them."""

    def __init__(self) -> None:
        self._allowed = 0.0

    def bound(self, seconds: float, cpu_seconds: int) -> None:
        """Allow so many seconds from now, and about so many of CPU."""
        used = time.process_time()
        if not used + cpu_seconds < self._allowed < used + cpu_seconds + 2:
            self._allowed = int(used) + 2 + cpu_seconds
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (self._allowed, hard))
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)

    def release(self) -> None:
        """Let the process wait for its next job as long as it takes."""
        signal.setitimer(signal.ITIMER_REAL, 0)


def _form(result: Result) -> str:
    if hasattr(result, "variables"):
        return "select"
    return "graph" if hasattr(result, "__iter__") else "ask"


def _rows(result: Result, limit: int) -> dict[str, Any]:
    """Return the first rows of any result as plain data: what a page shows."""
    form = _form(result)
    if form == "ask":
        return {"boolean": bool(cast(Boolean, result))}
    graph = ["subject", "predicate", "object"]
    variables = graph if form == "graph" else cast(Solutions, result).variables
    return _table(variables, cast(Iterable[Any], result), limit)


def _table(variables: list[str], rows: Iterable[Any], limit: int) -> dict[str, Any]:
    shown = [[_plain(term) for term in row] for row in islice(rows, limit + 1)]
    return {"variables": variables, "rows": shown[:limit], "more": len(shown) > limit}


def _plain(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return {"type": "iri", "value": term.value}
    if isinstance(term, Literal):
        kind = {"language": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    return {"type": "other", "value": str(term)}


if __name__ == "__main__":
    main()
