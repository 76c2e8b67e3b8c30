"""uvicorn's HTTP with bounds that uvicorn itself does not know: time, size, connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from http import HTTPStatus
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from bot.gateway.envelope import HEADERS
from bot.secret import is_loopback

HEAD_SECONDS = 10.0  # until the head of a request is complete
READ_SECONDS = 30.0  # until a client takes what waits for it
LARGEST_HEAD = 16_384  # bytes
_SLICE = 4096  # bytes given on at once: h11 bounds only the heads that are not complete yet
_MOST = 2000  # connections at a time
_MOST_OF_ONE = 200  # of one address
_LATER = 5  # seconds until somebody who is refused may come again


class BoundedHttp(H11Protocol):
    """A connection that is closed if the head of a request is not here in time, or too large.

    So a client that sends a byte now and then holds a connection for seconds, not for hours, and
    so does one that does not read. The body has a deadline of its own (:mod:`bot.gateway.body`), a
    connection between two requests the one of uvicorn. One address cannot have all connections,
    unless it is a proxy or this machine.

    Args:
        proxies: addresses that many clients come from.
    """

    _head: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _upgraded = False

    def __init__(self, *given: Any, proxies: Collection[str] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self._proxies = proxies

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        if len(self.connections) > _MOST or self._of_one() > _MOST_OF_ONE:
            self._refuse(503, "Too many connections. Please try again.", {"Retry-After": _LATER})
            return
        self._begin()

    def _of_one(self) -> int:
        peer = self.client[0] if self.client else ""
        if is_loopback(peer) or peer in self._proxies:
            return 0
        open_now = (getattr(connection, "client", None) or ("",) for connection in self.connections)
        return sum(client[0] == peer for client in open_now)

    def data_received(self, data: bytes) -> None:
        """Take data; where it does not complete a head, the time runs on."""
        for at in range(0, len(data), _SLICE):
            if not self.transport.is_closing() and not self._upgraded:
                super().data_received(data[at : at + _SLICE])
        cycle = cast("RequestResponseCycle | None", self.cycle)  # none before the first request
        if self._upgraded or (cycle is not None and not cycle.response_complete):
            self._end()
        elif self._head is None and not self.transport.is_closing():
            self._begin()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over."""
        self._upgraded = True
        self._read()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """Give a client that does not read some time."""
        super().pause_writing()
        if self._unread is None:
            loop = asyncio.get_running_loop()
            self._unread = loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it reads."""
        super().resume_writing()
        self._read()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._end()
        self._read()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, as we refuse all else; nothing in the middle of a reply."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            if cycle.response_started:
                self.transport.close()
                return
        self._refuse(400, "The request is not understood.")

    def _refuse(self, status: int, text: str, more: dict[str, int] | None = None) -> None:
        body = json.dumps({"error": text})
        headers = {
            **HEADERS, **(more or {}), "Content-Type": "application/json",
            "Content-Length": len(body), "Connection": "close",
        }  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        phrase = HTTPStatus(status).phrase
        self.transport.write(f"HTTP/1.1 {status} {phrase}\r\n{head}\r\n{body}".encode())
        self.transport.close()

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._head = loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
