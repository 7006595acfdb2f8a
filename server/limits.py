"""How much one client may ask: requests in a span of time, and queries at once."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from server.problems import TooMany

_SECONDS = 10
_AT_A_TIME = 12
_REMEMBERED = 10_000
"""Clients whose repeats are remembered between two countings."""


class Limits:
    """The limits of each client; a client is an address, or the first half of one of IPv6."""

    def __init__(self, rate: int, at_once: int, connections: int) -> None:
        self._connections = connections
        self._open: Counter[str] = Counter()
        self._rate = RateLimitItemPerSecond(rate * _SECONDS, _SECONDS) if rate else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._at_once = at_once
        self._running: Counter[str] = Counter()
        self._repeats: Counter[str] = Counter()

    def connect(self, client: str) -> bool:
        """Count a connection of a client; tell whether it may have it."""
        self._open[_name(client)] += 1
        return not self._connections or self._open[_name(client)] <= self._connections

    def disconnect(self, client: str) -> None:
        """Count a connection of a client no longer."""
        self._open[_name(client)] -= 1
        if not self._open[_name(client)]:
            del self._open[_name(client)]

    def count(self, client: str) -> None:
        """Count a request of a client; raises TooMany if it has sent its number."""
        if self._rate and not self._limiter.hit(self._rate, _name(client)):
            often = f"at most {self._rate.amount // _SECONDS} requests per second are answered, over ten seconds"
            raise TooMany("client_rate", often, _SECONDS // 2)

    def repeated(self, client: str) -> bool:
        """Count an exact repeat of a client's request; tell whether it may be answered.

        Repeats are answered faster than they could be counted one by one, so they are counted by the dozen.
        """
        if not self._rate:
            return True
        name = _name(client)
        self._repeats[name] += 1
        if self._repeats[name] < _AT_A_TIME:
            return True
        if not self._limiter.hit(self._rate, name, cost=_AT_A_TIME):
            return False
        if len(self._repeats) > _REMEMBERED:
            self._repeats.clear()
        self._repeats.pop(name, None)
        return True

    @contextmanager
    def place(self, client: str) -> Generator[str]:
        """Hold one of the places of a client while its query runs; raises TooMany if all are taken.

        It gives the name under which the client is counted, "" where nobody is.
        """
        name = _name(client)
        if self._at_once and self._running[name] >= self._at_once:
            raise TooMany("client_queries", f"{self._at_once} queries of yours are being answered already", 1)
        self._running[name] += 1
        try:
            yield name if self._at_once else ""
        finally:
            self._running[name] -= 1
            if not self._running[name]:
                del self._running[name]


def _name(client: str) -> str:
    """Return what stands for a client: a network of IPv6 is handed out whole, so its first 64 bits."""
    return ":".join(client.split(":")[:4]) if ":" in client else client
