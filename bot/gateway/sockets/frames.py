"""What a connection may send: bounded before anything is parsed."""

from __future__ import annotations

from collections import Counter

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gateway.body import read
from bot.gateway.door import Door
from bot.gateway.rate import Rate
from bot.gateway.refusal import RefusedError, bad_request, refuse_websocket
from bot.gateway.sockets.server import LARGEST_FRAME

_MOST_CONNECTIONS = 100  # WebSockets of one address
_MOST_FRAMES = 100  # of one connection in ten seconds
_MESSAGE = "4"  # of Engine.IO's packets; the others are control packets
_CONTROL = ("1", "2", "2probe", "3", "3probe", "5", "6")
_DIGITS = tuple("0123456789")
_POLICY = 1008  # WebSocket: sent what it may not


class Frames:
    """Guards the socket server: few connections, small frames, few of them, text only.

    Args:
        app: the socket server.
        door: knows who may send how much.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            if scope["type"] == "websocket":
                await self._websocket(scope, receive, send)
            else:
                await self._polling(scope, receive, send)
        except RefusedError as error:
            if scope["type"] == "http":
                await error.response()(scope, receive, send)
            else:
                await refuse_websocket(error, scope, receive, send)

    async def _polling(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if "j" in request.query_params:  # answers as a script, which any page may load
            raise bad_request("The request is not understood.")
        body = b""
        if "sid" not in request.query_params or scope["method"] == "POST":
            self._door.client(request)
            body = await read(request, LARGEST_FRAME)
            _check_payload(body)
        headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))  # it may have come in chunks
        told = False

        async def once() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app({**scope, "headers": headers}, once, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = self._door.client(HTTPConnection(scope))
        if self._open[client.address] >= _MOST_CONNECTIONS and not client.local:
            raise RefusedError(429, "Too many connections.", 10, "too_often")
        self._open[client.address] += 1
        rate = Rate(_MOST_FRAMES, 10)

        async def checked() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            text = message.get("text")
            if text is None or not _is_frame(text) or rate.take(""):
                await send({"type": "websocket.close", "code": _POLICY})
                return {"type": "websocket.disconnect", "code": _POLICY}
            return message

        try:
            await self._app(scope, checked, send)
        finally:
            self._open[client.address] -= 1
            if not self._open[client.address]:
                del self._open[client.address]


def _check_payload(body: bytes) -> None:
    if body and not all(_is_frame(part) for part in body.decode("utf-8", "replace").split("\x1e")):
        raise bad_request("The request is not understood.")


def _is_frame(text: str) -> bool:
    """Return whether the engine can read a frame: what it cannot, breaks its connection."""
    if text[:1] == _MESSAGE:
        return len(text) <= LARGEST_FRAME and text[1:2] in _DIGITS
    return text in _CONTROL
