"""Why a row, or a part of what it rests on, has no place that says it."""

from typing import NamedTuple

TEXTS = {
    "absent": "that something is absent is said in no place",
    "condition": "what an EXISTS within a condition found was not followed",
    "elsewhere": "what another endpoint answered has its evidence there",
    "subquery": "a subquery with aggregates or LIMIT hides which of its solutions took part",
    "ways": "there are more than {detail} ways in which these rows came about; places of the rest are not named",
    "no-step": "a path without a step rests on no triple",
    "path": "a path leads past more triples than are followed",
    "no-triple": "no triple of the graph took part in it",
    "not-again": "the row did not come about a second time, so what it came from is not known",
    "no-graph": "one of its triples stands in no named graph",
    "no-proof": "how one of its triples follows by rule was not found",
    "places": "{detail} more places are not named",
    "form": "the query has a form that is not followed: {detail}",
}
"""The reasons in words, by code; `{detail}` is what each may add."""


class Reason(NamedTuple):
    """A reason: its code, and what its text adds."""

    code: str
    detail: str = ""

    @property
    def text(self) -> str:
        """The reason as a sentence without its full stop."""
        return TEXTS[self.code].format(detail=self.detail)

    def plain(self) -> dict[str, object]:
        """Return the reason as plain data, for JSON."""
        return {"notDerivable": self.text, "code": self.code, **({"detail": self.detail} if self.detail else {})}
