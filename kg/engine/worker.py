"""The query process: opens snapshots, evaluates one query at a time, and may be killed at any moment.

Run as `python -m kg.engine.worker MEMORY_MIB`; requests come on standard input, answers leave on standard output,
as frames of `kg.engine.frames`. It ends when its input ends.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from kg.engine import Boolean, Solutions, Triples, confine
from kg.engine.frames import ANSWER, END, ERROR, REQUEST, FrameWriter, frame, read_frame
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError
from kg.rdf import FORMATS, RESULTS_FORMATS, Literal, NamedNode, Term

_GRACE = 1.0
"""Seconds beyond the deadline after which the process ends itself, should nobody be left to kill it."""


class NoSyntax(AtlanteError):
    """None of the syntaxes that the client takes fits the form of its query."""


class _Answerer:
    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._path = ""
        self._engine: OxigraphEngine | None = None

    def answer(self, request: dict[str, Any]) -> None:
        engine = self._opened(request["snapshot"])
        result = engine.query(request["query"])
        form = _form(result)
        syntax = "rows" if request["rows"] else request["graph" if form == "graph" else "results"]
        if not syntax:
            raise NoSyntax(form)
        self._send(ANSWER, {"form": form, "syntax": syntax})
        writer = cast(IO[bytes], FrameWriter(self._output))
        if request["rows"]:
            writer.write(json.dumps(_rows(result, request["rows"])).encode())
        elif form == "graph":
            cast(Triples, result).serialize(writer, FORMATS[syntax])
        else:
            cast(Solutions, result).serialize(writer, RESULTS_FORMATS[syntax])
        writer.flush()
        self._send(END)

    def refuse(self, error: Exception) -> None:
        known = isinstance(error, AtlanteError)
        content = {
            "kind": type(error).__name__,
            "what": error.what if known else str(error) or type(error).__name__,
            "repair": error.repair if known else "",
        }
        self._send(ERROR, content)

    def _opened(self, path: str) -> OxigraphEngine:
        if self._engine is None or path != self._path:
            self._engine, self._path = OxigraphEngine.read_only(Path(path)), path
        return self._engine

    def _send(self, kind: bytes, content: bytes | dict[str, Any] = b"") -> None:
        self._output.write(frame(kind, content))
        self._output.flush()


def main() -> None:
    """Answer requests until standard input ends."""
    confine.confine(int(sys.argv[1]))
    # Whatever a library prints must not land among the frames.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    answerer = _Answerer(output)
    while (received := read_frame(sys.stdin.buffer)) and received[0] == REQUEST:
        request = json.loads(received[1])
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + _GRACE)
        try:
            answerer.answer(request)
        except (AtlanteError, MemoryError, OSError, RuntimeError, ValueError) as error:
            answerer.refuse(error)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _form(result: Solutions | Triples | Boolean) -> str:
    if hasattr(result, "variables"):
        return "select"
    return "graph" if hasattr(result, "__iter__") else "ask"


def _rows(result: Solutions | Triples | Boolean, limit: int) -> dict[str, Any]:
    """Return the first rows of any result as plain data: what a page shows."""
    form = _form(result)
    if form == "ask":
        return {"boolean": bool(cast(Boolean, result))}
    solutions = cast(Iterable[Any], result)
    rows = [[_plain(term) for term in row] for row in islice(solutions, limit + 1)]
    graph = ["subject", "predicate", "object"]
    variables = graph if form == "graph" else cast(Solutions, result).variables
    return {"variables": variables, "rows": rows[:limit], "more": len(rows) > limit}


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
