"""The writing process: the store's one writer while a service takes writes; it may be killed at any moment.

Run as `python -m kg.writing.process STORE MEMORY_MIB SECONDS`. Groups of writes come on standard input as JOB frames
of `kg.workers.frames`; a DATA frame leaves as each write begins, and an END frame with what became of them all, once
they are on disk and readers see them. It ends when its input ends. A view that a killed process has left half changed
is made anew from its snapshot (kg.store).
"""

import json
import os
import select
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from kg.errors import AtlanteError
from kg.store import Store, Writer
from kg.workers.confine import confine
from kg.workers.frames import DATA, END, JOB, READY, frame, read_frame
from kg.writing import Write, Written
from kg.writing.committing import Group, promised
from kg.writing.telling import outcome_as_plain, write_of

_LINGER = 1.0
"""Seconds without a write after which the store is free for others, `kg build` for one, to write to."""


class _Scribe:
    def __init__(self, store: Store, output: IO[bytes], seconds: float) -> None:
        self._store = store
        self._output = output
        self._seconds = seconds
        self._open = ExitStack()
        self._writer: Writer | None = None

    def do(self, writes: list[Write]) -> list[Written | AtlanteError]:
        """Try the writes one after the other, bring what stands into the log, and return what became of each."""
        try:
            if self._writer is None:
                self._writer = self._open.enter_context(self._store.writer())
            group = Group(self._writer)
            tried = group.attempt(writes, self._begin)
            self._begin(len(writes))
            commits = group.enter()
        except AtlanteError as error:
            self.rest()
            return [error] * len(writes)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return [promised(one, commits) if isinstance(one, Written) else one for one in tried]

    def _begin(self, number: int) -> None:
        """Say which write is begun, and give it its time.

        The number after the last one means that all are being brought into the log.
        """
        self._output.write(frame(DATA, {"begun": number}))
        self._output.flush()
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def rest(self) -> None:
        """Let others write."""
        self._writer = None
        self._open.close()


def main() -> None:
    """Do groups of writes until standard input ends."""
    store, memory, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    confine(memory, network=False)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    scribe = _Scribe(Store(store), output, seconds)
    output.write(frame(READY))
    output.flush()
    while True:
        if not select.select([sys.stdin.buffer.raw], [], [], _LINGER)[0]:  # type: ignore[attr-defined]
            scribe.rest()
        received = read_frame(sys.stdin.buffer)
        if received is None or received[0] != JOB:
            break
        outcomes = scribe.do([write_of(one) for one in json.loads(received[1])["writes"]])
        output.write(frame(END, {"outcomes": [outcome_as_plain(one) for one in outcomes]}))
        output.flush()
    scribe.rest()


if __name__ == "__main__":
    main()
