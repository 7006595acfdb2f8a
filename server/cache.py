"""Small answers, kept until the next commit; and whole responses, found again by the bytes of their request."""

import gzip
import hashlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import brotli
from cachetools import LRUCache

LARGEST = 1 << 20
"""Bytes of an answer that is still small."""

_WORTH_IT = 1024
_ENTRY = 500
_Response = tuple[bytes, bytes, int, int]
_ENCODERS = {"br": lambda data: brotli.compress(data, quality=4), "gzip": lambda data: gzip.compress(data, 5, mtime=0)}


@dataclass
class Kept:
    """An answer that came to its end: its bytes as they are, and by content coding where that has been asked for."""

    content_type: str
    body: bytes
    rows: int = 0
    _coded: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256(self.body).hexdigest()[:32]

    def coded(self, coding: str) -> bytes:
        """Return the bytes in a content coding: br, gzip, or "" for none."""
        if not coding:
            return self.body
        if coding not in self._coded:
            self._coded[coding] = _ENCODERS[coding](self.body)
        return self._coded[coding]

    def etag(self, coding: str) -> str:
        """Return the strong entity tag of the bytes in a coding (RFC 9110, section 8.8.3)."""
        return f'"{self._digest}-{coding}"' if coding else f'"{self._digest}"'


class Cache:
    """What is kept for one commit; asking for another one's forgets it all."""

    def __init__(self, megabytes: int) -> None:
        self._version: Hashable = None
        self._answers: LRUCache[Hashable, tuple[int, Kept]] = LRUCache(megabytes << 20, _room)
        self._responses: LRUCache[bytes, tuple[int, _Response]] = LRUCache(megabytes << 19, _room)

    def follow(self, version: Hashable) -> None:
        """Forget what was kept for another version of the graph."""
        if version != self._version:
            self._answers.clear()
            self._responses.clear()
            self._version = version

    def get(self, key: Hashable) -> Kept | None:
        """Return the answer kept under a key."""
        found = self._answers.get(key)
        return found and found[1]

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer, if it is small."""
        # Room for the coded bytes too, which are made when they are first asked for.
        size = _ENTRY + 2 * len(kept.body) + len(repr(key))
        if len(kept.body) <= LARGEST and size <= self._answers.maxsize:
            self._answers[key] = size, kept

    def response(self, request: bytes) -> _Response | None:
        """Return the response to a request of exactly these bytes: what is before and after its date, size, rows."""
        found = self._responses.get(request)
        return found and found[1]

    def remember(self, request: bytes, before_date: bytes, after_date: bytes, size: int, rows: int) -> None:
        """Keep the response to a request of exactly these bytes."""
        room = _ENTRY + len(request) + len(before_date) + len(after_date)
        if room <= self._responses.maxsize:
            self._responses[request] = room, (before_date, after_date, size, rows)


def coding_for(accept_encoding: str, size: int) -> str:
    """Return the content coding for an answer of some size (RFC 9110, section 12.5.3); "" for none."""
    if size < _WORTH_IT or not accept_encoding:
        return ""
    wanted: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, quality = part.partition(";")
        try:
            wanted[name.strip()] = float(quality.partition("=")[2]) if "=" in quality else 1.0
        except ValueError:
            wanted[name.strip()] = 0.0
    accepted = [name for name in _ENCODERS if wanted.get(name, wanted.get("*", 0.0)) > 0]
    return max(accepted, key=lambda name: wanted.get(name, 0.0), default="")


def matches(if_none_match: str, etag: str) -> bool:
    """Tell whether a request's If-None-Match names an entity tag, compared weakly (RFC 9110, section 13.1.2)."""
    return etag.removeprefix("W/") in _tags(if_none_match)


def _tags(text: str) -> Iterable[str]:
    return [tag.strip().removeprefix("W/") for tag in text.split(",")]


def _room(entry: tuple[int, object]) -> int:
    return entry[0]
