"""Clients that ask as fast as they are answered, each in a conversation of its own.

The socket's client writes its frames itself (protocol 5 in text frames of Engine.IO 4): the
client of python-socketio needs a younger aiohttp than Rasa allows.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.legacy.client import WebSocketClientProtocol, connect

from bot.benchmark.channel.talk import Talk
from bot.benchmark.questions import question
from bot.errors import BenchmarkError

PATIENCE = 30.0  # seconds for one answer
_LATE = 1.0  # seconds in which a second answer may still come
_APART = 7  # questions between two clients, so that they do not ask the same at the same time

_Asks = Callable[[int, Talk, float], Awaitable[None]]


async def over_sockets(url: str, clients: int, seconds: float, patience: float = PATIENCE) -> Talk:
    """Ask over so many sockets, no new questions after that many seconds.

    A client whose question has no answer after ``patience`` seconds asks no more.

    Raises:
        BenchmarkError: a session or a message was refused.
    """

    async def one(client: int, talk: Talk, until: float) -> None:
        async with _socket(url, patience) as socket:
            await socket.ask(client, talk, until)

    try:
        return await _all(one, clients, seconds)
    except (WebSocketException, OSError) as error:
        raise BenchmarkError(f"a socket did not hold: {error!r}") from error


async def over_rest(url: str, clients: int, seconds: float) -> Talk:
    """Ask the same by ``POST /v1/ask``, in as many sessions."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=clients)
    async with httpx.AsyncClient(
        base_url=url, timeout=PATIENCE, limits=limits, trust_env=False
    ) as http:

        async def one(client: int, talk: Talk, until: float) -> None:
            session = await http.post("/v1/session", json={})
            session.raise_for_status()
            headers = {"Authorization": f"Bearer {session.json()['token']}"}
            turn = 0
            while time.perf_counter() < until:
                body = {"id": f"{client}.{turn}", "text": question(client * _APART + turn)}
                talk.ask(body["id"])
                response = await http.post("/v1/ask", json=body, headers=headers)
                found = response.json()
                if response.status_code == 200 and found["outcome"] == "answered":
                    talk.hear(found["id"])
                turn += 1

        try:
            return await _all(one, clients, seconds)
        except httpx.HTTPError as error:
            raise BenchmarkError(f"the API did not answer: {error!r}") from error


async def _all(one: _Asks, clients: int, seconds: float) -> Talk:
    talk, until = Talk(), time.perf_counter() + seconds
    await asyncio.gather(*(one(client, talk, until) for client in range(clients)))
    return talk


class _Socket:
    """One connection with a session."""

    def __init__(self, wire: WebSocketClientProtocol, patience: float) -> None:
        self._wire = wire
        self._patience = patience
        self._calls = 0

    async def call(self, event: str, payload: dict[str, Any]) -> None:
        """Send an event that wants an ack."""
        await self._wire.send(f"42{self._calls}{json.dumps([event, payload])}")
        self._calls += 1

    async def frame(self) -> str:
        """Return the next frame; pings are answered."""
        while True:
            frame = str(await asyncio.wait_for(self._wire.recv(), self._patience))
            if frame != "2":
                return frame
            await self._wire.send("3")

    async def until_begins(self, start: str) -> str:
        """Return the next frame that begins so; others are passed over."""
        while not (frame := await self.frame()).startswith(start):
            pass
        return frame

    async def ask(self, client: int, talk: Talk, until: float) -> None:
        """Ask one question after the other."""
        turn = 0
        while time.perf_counter() < until:
            key = f"{client}.{turn}"
            talk.ask(key)
            message = question(client * _APART + turn)
            await self.call("user_uttered", {"id": key, "message": message})
            try:
                while key not in talk.heard:
                    _note(await self.frame(), talk)
            except TimeoutError:
                break  # it stays without an answer, and is counted so
            turn += 1
        try:
            async with asyncio.timeout(_LATE):
                while True:
                    _note(await self.frame(), talk)
        except TimeoutError:
            pass


def _note(frame: str, talk: Talk) -> None:
    """Note an answer; an ack must not be a refusal."""
    if frame.startswith("43"):
        found = json.loads(frame[frame.index("[") :])
        if found and "error" in found[0]:
            raise BenchmarkError(f"the socket refused a message: {found[0]['error']}")
    elif frame.startswith("42"):
        event, *given = json.loads(frame[2:])
        if event == "bot_uttered" and given[0]["outcome"] == "answered":
            talk.hear(given[0]["reply_to"])


@asynccontextmanager
async def _socket(url: str, patience: float) -> AsyncIterator[_Socket]:
    address = f"ws{url.removeprefix('http')}/socket.io/?EIO=4&transport=websocket"
    async with connect(address, open_timeout=PATIENCE, ping_interval=None) as wire:
        socket = _Socket(wire, patience)
        await socket.until_begins("0{")
        await wire.send("40")
        await socket.until_begins("40{")
        await socket.call("session_request", {"v": 1})
        found = json.loads((await socket.until_begins("430")).removeprefix("430"))[0]
        if "error" in found:
            raise BenchmarkError(f"the socket gave no session: {found['error']}")
        yield socket
