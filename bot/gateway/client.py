"""Where a request comes from."""

from __future__ import annotations

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
