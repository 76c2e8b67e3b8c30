"""A client of the socket that knows the protocol and nothing of the server: frames in, frames out.

It speaks ASGI, so that tests need no port and see every frame.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette

Json = dict[str, Any]
PATH = "/socket.io/"


class ClosedError(Exception):
    """The server ended the connection; ``status`` is what it refused the handshake with."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status


class SocketClient:
    """One WebSocket connection.

    Args:
        app: the application.
        address: where the client says to be.
        headers: of the handshake.
    """

    def __init__(
        self, app: Starlette, address: str = "203.0.113.5", headers: dict[str, str] | None = None
    ) -> None:
        self._in: asyncio.Queue[Json] = asyncio.Queue()
        self._out: asyncio.Queue[Json] = asyncio.Queue()
        given = {"host": "127.0.0.1:5005", **(headers or {})}
        self._scope = {
            "type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1", "scheme": "ws", "path": PATH, "raw_path": PATH.encode(),
            "query_string": b"EIO=4&transport=websocket", "root_path": "",
            "headers": [
                *((k.lower().encode(), v.encode()) for k, v in given.items()),
                (b"connection", b"Upgrade"), (b"upgrade", b"websocket"),
            ],
            "client": (address, 5000), "server": ("127.0.0.1", 5005), "subprotocols": [],
            "state": {}, "extensions": {"websocket.http.response": {}},
        }  # fmt: skip
        self._app = app
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._task: asyncio.Task[None] | None = None
        self._reader: asyncio.Task[None] | None = None
        self.ended = asyncio.Event()
        self.frames: list[str] = []
        self.events: list[tuple[str, Any]] = []
        self._news = asyncio.Event()

    async def open(self) -> None:
        """Connect; raises ClosedError where the server does not want it."""
        self._task = asyncio.ensure_future(
            self._app(self._scope, self._in.get, self._out.put)  # type: ignore[arg-type]
        )
        await self._in.put({"type": "websocket.connect"})
        first = await asyncio.wait_for(self._out.get(), 10)
        if first["type"] != "websocket.accept":
            raise ClosedError(first.get("status", 0))
        self._reader = asyncio.ensure_future(self._read())
        await self.frame("40")
        await self.until(lambda: any(frame.startswith("40") for frame in self.frames))

    async def frame(self, text: str) -> None:
        """Send a frame as it is."""
        await self._in.put({"type": "websocket.receive", "text": text})

    async def binary(self, content: bytes) -> None:
        """Send a binary frame."""
        await self._in.put({"type": "websocket.receive", "bytes": content})

    async def emit(self, event: str, *payload: Any) -> None:
        """Send an event without asking for an acknowledgement."""
        await self.frame("42" + json.dumps([event, *payload]))

    async def call(self, event: str, *payload: Any, seconds: float = 10) -> Any:
        """Send an event and return its acknowledgement."""
        number = len(self._acks) + 1
        self._acks[number] = asyncio.get_running_loop().create_future()
        await self.frame(f"42{number}" + json.dumps([event, *payload]))
        return await asyncio.wait_for(self._acks[number], seconds)

    async def session(self, **asked: Any) -> Json:
        """Ask for a session as a client that knows our shapes."""
        found: Json = await self.call("session_request", {"v": 1, **asked})
        return found

    def told(self, event: str) -> list[Any]:
        """Return what came by an event so far."""
        return [payload for name, payload in self.events if name == event]

    async def wait(self, event: str, count: int = 1, seconds: float = 10) -> list[Any]:
        """Wait until an event came so often, and return the payloads."""
        await self.until(lambda: len(self.told(event)) >= count, seconds)
        return self.told(event)

    async def until(self, good: Any, seconds: float = 10) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not good():
                if self.ended.is_set():
                    raise ClosedError
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        """Hang up."""
        await self._in.put({"type": "websocket.disconnect", "code": 1001})
        if self._task:
            await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), 10)
        if self._reader:
            self._reader.cancel()

    async def _read(self) -> None:
        while True:
            message = await self._out.get()
            if message["type"] == "websocket.close":
                self.ended.set()
                self._news.set()
                return
            if message["type"] == "websocket.send":
                await self._take(message["text"])
                self._news.set()

    async def _take(self, frame: str) -> None:
        self.frames.append(frame)
        if frame == "2":
            await self.frame("3")
        elif frame.startswith("41"):
            self.ended.set()
        elif frame.startswith("43"):
            digits = frame[2 : frame.index("[")]
            answers = json.loads(frame[frame.index("[") :])
            self._acks[int(digits)].set_result(answers[0] if answers else None)
        elif frame.startswith("42"):
            event, *payload = json.loads(frame[2:])
            self.events.append((event, payload[0] if payload else None))


@asynccontextmanager
async def connected(
    app: Starlette, address: str = "203.0.113.5", headers: dict[str, str] | None = None
) -> AsyncIterator[SocketClient]:
    """Open a connection and close it in the end."""
    client = SocketClient(app, address, headers)
    await client.open()
    try:
        yield client
    finally:
        await client.close()
