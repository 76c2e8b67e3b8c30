"""python-socketio: connections, frames and acknowledgements; nothing of what is said.

What is set here keeps it from the traps of Rasa's own socket channel: rooms are not used (joining
one became a coroutine in python-socketio 5.10), origins are checked before it, and payloads are
JSON only.
"""

from __future__ import annotations

import logging
from typing import Protocol

import socketio
from socketio import packet
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from bot.gateway.sockets.shapes import Json

LARGEST_FRAME = 64_000  # bytes
_OWN = ("connect", "disconnect")  # the library would call our handlers with what a client sends
_TAKEN = (packet.CONNECT, packet.DISCONNECT, packet.EVENT)


class Handler(Protocol):
    """What happens on a connection; ``sid`` is the server's own name of it."""

    async def connected(self, sid: str, connection: HTTPConnection) -> None:
        """Take a connection in."""

    async def disconnected(self, sid: str) -> None:
        """Forget a connection."""

    async def received(self, sid: str, event: str, payload: object) -> Json | None:
        """Take an event; return what to acknowledge it with. Raises nothing."""


class _Packet(packet.Packet):  # type: ignore[misc]  # the library has no types
    """A packet of clients: without attachments, which could go on without end."""

    uses_binary_events = False

    def decode(self, encoded_packet: str) -> int:
        """Read a packet.

        Raises:
            ValueError: it is none that we take; the library then drops it.
        """
        try:
            count = super().decode(encoded_packet)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if self.packet_type not in _TAKEN or count:
            raise ValueError("no such packet")
        if self.packet_type == packet.EVENT and not _is_event(self.data):
            raise ValueError("no event")
        return 0


def _is_event(data: object) -> bool:
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        return False
    return data[0] not in _OWN


class SocketServer:
    """An ASGI application for the requests at ``/socket.io/``.

    Args:
        handler: is told what happens.
    """

    def __init__(self, handler: Handler) -> None:
        # The library logs payloads, and what clients do wrong as errors of ours.
        quiet = logging.getLogger("termwise.socketio")
        quiet.setLevel(logging.CRITICAL)
        self._handler = handler
        self._server = socketio.AsyncServer(
            async_mode="asgi", serializer=_Packet, logger=quiet, engineio_logger=quiet,
            cors_allowed_origins=[], max_http_buffer_size=LARGEST_FRAME, http_compression=False,
        )  # fmt: skip
        self._server.on("connect", self._connected)
        self._server.on("disconnect", self._disconnected)
        self._server.on("*", self._received)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._server.handle_request(scope, receive, send)

    async def emit(self, sid: str, event: str, payload: Json | str) -> None:
        """Send an event to one connection; nothing where it is gone."""
        await self._server.emit(event, payload, to=sid)

    async def close(self, sid: str) -> None:
        """End a connection."""
        await self._server.disconnect(sid)

    async def stop(self) -> None:
        """End what the library does beside the connections."""
        await self._server.eio.shutdown()

    async def _connected(self, sid: str, environ: Json, auth: object = None) -> None:
        await self._handler.connected(sid, HTTPConnection(environ["asgi.scope"]))

    async def _disconnected(self, sid: str, reason: object = None) -> None:
        await self._handler.disconnected(sid)

    async def _received(self, event: str, sid: str, *payload: object) -> Json | None:
        return await self._handler.received(sid, event, payload[0] if payload else {})
