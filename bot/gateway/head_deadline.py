"""uvicorn's HTTP with a deadline for the head of a request, which uvicorn itself does not know."""

from __future__ import annotations

import asyncio
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS = 10.0


class HeadDeadline(H11Protocol):
    """A connection that is closed if the head of a request is not here in time.

    So a client that sends a byte now and then holds a connection for seconds, not for hours. The
    body has a deadline of its own (:mod:`bot.gateway.body`), a connection between two requests the
    one of uvicorn.
    """

    _deadline: asyncio.TimerHandle | None = None
    _upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Take data; where it does not complete a head, the time runs on."""
        super().data_received(data)
        cycle = cast("RequestResponseCycle | None", self.cycle)  # none before the first request
        if self._upgraded or (cycle is not None and not cycle.response_complete):
            self._end()
        elif self._deadline is None and not self.transport.is_closing():
            self._begin()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over."""
        self._upgraded = True
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
