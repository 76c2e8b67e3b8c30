"""A Rasa of the tests' own for the front door, and a front door over it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.gateway.app import make_app
from bot.gateway.door import Door
from bot.gateway.rasa_client import BrokenTurnError, UnreachableError
from bot.gateway.server import config
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.gateway.store import Message, Outcome, Reply
from bot.settings import DoorSettings, Settings

T = TypeVar("T")


@dataclass
class FakeRasa:
    """Says back what it hears, once per message; texts tell it how to misbehave.

    ``away`` makes it unreachable; a text with "poison" ends the process in mid-turn, which breaks
    all turns under way; "mute" is a turn without words; "slow" takes a while.
    """

    away: bool = False
    glossary: dict[str, Any] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    kept: dict[str, Reply] = field(default_factory=dict)
    deaths: int = 0
    _life: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self, message: Message) -> Reply:
        if self.away:
            raise UnreachableError("away")
        self.tries.append(message.text)
        life = self._life
        if "poison" in message.text:
            await asyncio.sleep(0.01)
            self.deaths += 1
            self._life.set()
            self._life = asyncio.Event()
            raise BrokenTurnError("died")
        for _ in range(20 if "slow" in message.text else 2):
            await asyncio.sleep(0.005)
            if life.is_set():
                raise BrokenTurnError("died")
        if "mute" in message.text:
            return Reply(Outcome.FAILED, [])
        if message.trace not in self.kept:
            self.taken.append((message.conversation, message.text))
            said = {"recipient_id": message.conversation, "text": f"re: {message.text}"}
            custom = {"kind": "answer", "language": "de" if "ist" in message.text else "en"}
            self.kept[message.trace] = Reply(Outcome.ANSWERED, [{**said, "custom": custom}])
        return self.kept[message.trace]

    async def health(self) -> dict[str, Any] | None:
        about = {"glossary": self.glossary} if self.glossary else {}
        return None if self.away else {"status": "ok", **about}

    async def ready(self) -> bool:
        return not self.away

    async def close(self) -> None:
        pass


def door_settings(state: Path, host: str = "127.0.0.1", **door: Any) -> Settings:
    """Return settings of a front door without a widget; nobody is local beyond loopback."""
    given = DoorSettings(secrets=("s" * 32,), **{"turn": 2.0, "wait": 5.0, **door})
    return replace(Settings(), project=state, state=state, models=state, host=host, door=given)


class AppClient:
    """A client of an application without a start of its own."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def work() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(work())


class DoorClient:
    """A client at some address, of a front door in a thread of its own; keeps cookies.

    Args:
        door: the front door.
        address: where the client says to be.
        app: the application, if it is more than the front door.
    """

    def __init__(self, door: Door, address: str, app: Starlette | None = None) -> None:
        self._app = app or make_app(door)
        self.routes = self._app.routes
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.door = door
        self.cookies = httpx.Cookies()
        self.address = address
        self.do(door.start())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something where the front door runs."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.do(self.arequest(method, path, **more))

    async def arequest(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self.address, 5000))
        base = "http://127.0.0.1:5005"
        async with httpx.AsyncClient(
            transport=transport, base_url=base, cookies=self.cookies, timeout=60
        ) as client:
            response = await client.request(method, path, **more)
            self.cookies.update(client.cookies)
            return response

    def many(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Send requests at once."""

        async def work() -> list[httpx.Response]:
            return list(await asyncio.gather(*(self.arequest(m, p, **o) for m, p, o in requests)))

        return self.do(work())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def close(self) -> None:
        self.do(self.door.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def listening_door(settings: Settings, rasa: FakeRasa | None = None) -> Iterator[str]:
    """Serve a front door as it is served, on a free port, and yield its address."""
    store = SqlStore(SqliteDatabase(settings.state / "door.db"))
    server = uvicorn.Server(config(make_app(Door(settings, store, rasa or FakeRasa()))))
    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def opened_door(
    settings: Settings, rasa: FakeRasa | None = None, address: str = "203.0.113.5"
) -> Iterator[DoorClient]:
    """Run a front door and yield a client of it at that address."""
    store = SqlStore(SqliteDatabase(settings.state / "door.db"))
    client = DoorClient(Door(settings, store, rasa or FakeRasa()), address)
    try:
        yield client
    finally:
        client.close()
