"""The wire to Rasa: HTTP/1.1 over connections that are kept, on a Unix socket or loopback.

httpx takes seven times as long for a request (docs/adr/0007-actions-in-process.md), and needs much
that does not happen here: there is one peer, it is ours, and what it sends is short.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import h11

_CONNECT = 2.0  # seconds
_KEPT_OPEN = 30.0  # seconds; Rasa keeps them longer
_READ = 65_536  # bytes at a time


class NotConnectedError(Exception):
    """Nobody listens there; nothing was sent."""


class BrokenWireError(Exception):
    """The request may have arrived, but no whole response came."""


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self._idle_since = 0.0

    @property
    def usable(self) -> bool:
        """Whether another request may be sent."""
        young = time.monotonic() - self._idle_since < _KEPT_OPEN
        return young and not (self._reader.at_eof() or self._writer.is_closing())

    async def ask(self, request: h11.Request, body: bytes, most: int) -> tuple[int, bytes]:
        """Send a request and return the status and the body of the response."""
        http = self._http
        parts = (
            (request, h11.Data(body), h11.EndOfMessage()) if body else (request, h11.EndOfMessage())
        )
        self._writer.write(b"".join(http.send(part) or b"" for part in parts))
        status, said, size = 0, [], 0
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await self._reader.read(_READ))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                size += len(event.data)
                if size > most:
                    raise BrokenWireError("the response is too large")
                said.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return status, b"".join(said)
            elif not isinstance(event, h11.InformationalResponse):
                raise BrokenWireError("the response is not whole")

    def rest(self) -> bool:
        """Make ready for the next request; return whether there can be one."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        self._idle_since = time.monotonic()
        return True

    def close(self) -> None:
        """Disconnect at once."""
        self._writer.transport.abort()


class Wire:
    """Asks one peer.

    Args:
        address: ``unix:PATH`` or ``http://127.0.0.1:PORT``.
        headers: sent with each request.
        kept: so many connections are kept when nothing is asked.
        most: bytes of a response.
    """

    def __init__(self, address: str, headers: Mapping[str, str], kept: int, most: int) -> None:
        path = address.removeprefix("unix:")
        self._path = path if path != address else ""
        parts = urlsplit("http://rasa" if self._path else address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._headers = [("Host", parts.netloc), *headers.items()]
        self._kept = kept
        self._most = most
        self._idle: list[_Connection] = []

    async def ask(
        self,
        method: str,
        target: str,
        seconds: float,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Return the status and the body of the response.

        Raises:
            NotConnectedError: nobody listens.
            BrokenWireError: no whole response came within so many seconds.
        """
        sent = [*self._headers, *(headers or {}).items()]
        if body:
            sent.append(("Content-Length", str(len(body))))
        connection = self._rested() or await self._connected()
        try:
            async with asyncio.timeout(seconds):
                request = h11.Request(method=method, target=target, headers=sent)
                found = await connection.ask(request, body, self._most)
        except (OSError, h11.RemoteProtocolError) as error:  # a timeout is an OSError
            connection.close()
            raise BrokenWireError(type(error).__name__) from None
        except BaseException:
            connection.close()
            raise
        if connection.rest() and len(self._idle) < self._kept:
            self._idle.append(connection)
        else:
            connection.close()
        return found

    def close(self) -> None:
        """Disconnect."""
        while self._idle:
            self._idle.pop().close()

    def _rested(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return None

    async def _connected(self) -> _Connection:
        try:
            async with asyncio.timeout(_CONNECT):
                if self._path:
                    return _Connection(*await asyncio.open_unix_connection(self._path))
                return _Connection(*await asyncio.open_connection(self._host, self._port))
        except OSError as error:
            raise NotConnectedError(type(error).__name__) from None
