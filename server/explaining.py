"""Why a query has no rows: names that nothing is called, and the pattern whose addition leaves nothing."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kg.engine.groups import Part, emptied_by
from kg.engine.unknown import Unknown, unknown_terms
from kg.errors import AtlanteError, QueryTimeout
from kg.workers import Job
from kg.workers.pool import Pool
from server.view import Snapshot

_SECONDS = 5.0
"""Seconds that finding the reason may take, all its questions together."""


@dataclass(frozen=True)
class Reasons:
    """What was found out about an empty answer; nothing may have been."""

    unknown: list[Unknown]
    part: Part | None

    def sentences(self) -> list[str]:
        """Return the reasons for people, a sentence each."""
        said = [f"Nothing in the graph is called {_near(name)}." for name in self.unknown]
        if self.part:
            where = f"line {self.part.line}, column {self.part.column}"
            said.append(f"The solutions end at {_short(self.part.text)} ({where}): with it, none is left.")
        return said or ["No single part of the query is to blame, as far as can be told."]

    def members(self) -> dict[str, object]:
        """Return the reasons for programs."""
        members: dict[str, object] = {"empty": True, "reasons": self.sentences()}
        members["unknown"] = [vars(name) for name in self.unknown]
        if self.part:
            members["emptied_by"] = vars(self.part)
        return members


async def reasons(pool: Pool, here: Snapshot, job: Job) -> Reasons:
    """Return why a query has no rows on a snapshot; its parts are tried in query processes, within the job's bounds."""
    loop, until = asyncio.get_running_loop(), time.monotonic() + min(_SECONDS, job.bounds.seconds)

    async def holds(query: str) -> bool:
        left = until - time.monotonic()
        if left <= 0:
            raise QueryTimeout("no time is left to look for the reason")
        bounds = replace(job.bounds, seconds=left)
        async with pool.answer(
            here.path, replace(job, query=query, rows=0, results="json", bounds=bounds, evidence=False)
        ) as answer:
            return b"true" in await answer.read()

    def ask(query: str) -> bool:
        return asyncio.run_coroutine_threadsafe(holds(query), loop).result()

    return await asyncio.to_thread(_found, here, job.query, ask)


def _found(here: Snapshot, query: str, ask: Callable[[str], bool]) -> Reasons:
    try:
        part = emptied_by(query, ask)
    except AtlanteError:
        part = None
    return Reasons(unknown_terms(query, here.engine), part)


def _near(name: Unknown) -> str:
    return f"{name.name} (near it: {', '.join(name.nearest)})" if name.nearest else name.name


def _short(text: str) -> str:
    words = " ".join(text.split())
    return f"`{words[:100]}…`" if len(words) > 100 else f"`{words}`"
