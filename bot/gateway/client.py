"""Where a request comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from bot.secret import is_loopback

_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Client:
    """An address, and whether it is a program of this very machine with no proxy between."""

    address: str
    local: bool

    @property
    def network(self) -> str:
        """What limits count by: of IPv6 the first 64 bits, which are what one subscriber has."""
        try:
            found = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return self.address
        if isinstance(found, ipaddress.IPv4Address):
            return self.address
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def is_https(request: HTTPConnection, proxies: Sequence[str]) -> bool:
    """Return whether the browser came by HTTPS, to us or to a trusted proxy."""
    peer = request.client.host if request.client else ""
    told = request.headers.get("x-forwarded-proto", "") if peer in proxies else ""
    return (told or request.url.scheme) == "https"


def client_of(request: HTTPConnection, host: str, proxies: Sequence[str]) -> Client:
    """Return who sent a request.

    ``X-Forwarded-For`` is believed only where a trusted proxy wrote it, from the right end on.
    Nobody is local where the server listens beyond loopback or behind a proxy.

    Args:
        request: any request.
        host: what the server listens on.
        proxies: the addresses of trusted proxies.
    """
    peer = request.client.host if request.client else ""
    if peer not in proxies:
        told = any(name in request.headers for name in _FORWARDED)
        local = is_loopback(peer) and is_loopback(host) and not proxies and not told
        return Client(peer, local)
    hops = [hop.strip() for hop in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    for hop in reversed(hops):
        if hop and hop not in proxies:
            return Client(hop[:64], False)
    return Client(peer, False)
