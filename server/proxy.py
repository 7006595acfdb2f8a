"""The address at which a client reaches the service, where a proxy in front tells it."""

import re
from functools import lru_cache
from ipaddress import ip_address

from kg.settings import get_networks
from server.exchange import Scope

_FORWARDED = re.compile(rb"\r\nx-forwarded-for:([^\r]*)", re.IGNORECASE)


class Proxies:
    """The proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are believed; of anybody else they are dropped."""

    def __init__(self) -> None:
        self._networks = get_networks("trusted_proxies")
        self.trusts = lru_cache(4096)(self._is_listed)

    def settle(self, scope: Scope) -> None:
        """Put client, scheme, host and prefix into the scope as the client knows them."""
        forwarded = {name: value for name, value in scope["headers"] if name.startswith(b"x-forwarded-")}
        if not forwarded:
            return
        kept = [(name, value) for name, value in scope["headers"] if not name.startswith(b"x-forwarded-")]
        if self.trusts((scope.get("client") or ("",))[0]):
            last = {name: value.decode("latin-1").rpartition(",")[2].strip() for name, value in forwarded.items()}
            if last.get(b"x-forwarded-for"):
                scope["client"] = (last[b"x-forwarded-for"], 0)
            if last.get(b"x-forwarded-proto") in ("http", "https"):
                scope["scheme"] = last[b"x-forwarded-proto"]
            if last.get(b"x-forwarded-host"):
                kept = [pair for pair in kept if pair[0] != b"host"]
                kept.append((b"host", last[b"x-forwarded-host"].encode("latin-1")))
            prefix = last.get(b"x-forwarded-prefix", "").strip("/")
            if prefix:
                scope["root_path"] = f"/{prefix}"
                scope["path"] = scope["root_path"] + scope["path"]
        scope["headers"] = kept

    def client(self, request: bytes, peer: str) -> str:
        """Return the client of a request that is seen as its bytes alone."""
        forwarded = _FORWARDED.search(request) if self.trusts(peer) else None
        return forwarded[1].decode("latin-1").rpartition(",")[2].strip() if forwarded else peer

    def _is_listed(self, peer: str) -> bool:
        """Tell whether what an address says of others is believed."""
        try:
            address = ip_address(peer)
        except ValueError:  # a socket of this machine has no address
            return True
        return any(address in network for network in self._networks)
