"""Which of some names a misspelt one was meant to be, where there is no doubt."""

import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

_SHORTEST = 4
"""Letters that a name has at least for one of them to be taken for a slip."""


def meant(word: str, names: Iterable[tuple[str, str]]) -> str | None:
    """Return what a word means, of pairs of a name and what it means; None where nothing, or more than one thing, fits.

    A name fits that differs in case and punctuation alone; where none does, one with a single slip: a letter too many,
    missing or wrong, or two that have changed places. Digits are no slips: `peak4Bit` is not `peak8Bit`.
    """
    folded = [(_folded(name), means) for name, means in names]
    wanted = _folded(word)
    fitting = {means for name, means in folded if name == wanted} or {
        means for name, means in folded if _one_slip(wanted, name)
    }
    return fitting.pop() if len(fitting) == 1 else None


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _one_slip(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST or re.findall(r"\d", one) != re.findall(r"\d", other):
        return False
    return OSA.distance(one, other, score_cutoff=1) == 1
