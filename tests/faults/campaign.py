"""A campaign: conversations go on at the public door while faults are done to the server."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
import psutil

from bot.gateway.postgres_database import PostgresDatabase
from tests.faults import faults
from tests.faults.faults import Fault, Target
from tests.faults.history import Seen, Sent, Taken, Verdict, check
from tests.integration.processes import PATIENCE, Project, free_port
from tests.postgres import PostgresServer

_POINTS = Path(__file__).parent / "points"
_KEY, _AUDIENCE = "k" * 32, "campaign"
_AGAIN = 0.05  # seconds before a request is sent again
_TIMEOUT = 40.0  # seconds; a client that waits no longer sends again
_DISK = "300m"
_QUESTIONS = ("what is rcs", "how does it work", "hello", "what is mms", "tell me more")


class _SessionEndedError(Exception):
    """The server wants a new session: a clock jumped, or the session was erased."""


@dataclass
class Campaign:
    """What shall happen.

    At least ``messages`` are sent in ``conversations`` at once, and as many more as it takes until
    all ``faults`` were done, one after the other in any order, with a random pause of at most
    ``pause`` seconds between them. ``servers`` share one PostgreSQL, if there are several.
    """

    project: Project
    folder: Path
    messages: int
    conversations: int
    faults: Sequence[Fault]
    seed: int = 0
    pause: float = 2.0
    servers: int = 1
    postgres: PostgresServer | None = None
    sent: list[Sent] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def run(self) -> Verdict:
        """Do it; returns what came of it."""
        database = self.postgres.new_database() if self.postgres else ""
        with ExitStack() as stack:
            ports = [self._serve(stack, number, database) for number in range(self.servers)]
            seen = asyncio.run(self._work([f"http://127.0.0.1:{port}" for port in ports]))
            for number, process in enumerate(self._processes):
                assert process.poll() is None, self._log(number).read_text()[-2000:]
            taken = self._taken(database)
        return check(self.sent, seen, taken)

    def _log(self, number: int) -> Path:
        return self.folder / f"log{number}"

    def _serve(self, stack: ExitStack, number: int, database: str) -> int:
        """Start a server with models, a state and points of its own."""
        folder = self.folder / f"server{number}"
        for name in ("points", "state"):
            (folder / name).mkdir(parents=True)
        if faults.can_mount() and faults.mount(folder / "state", _DISK):
            stack.callback(faults.unmount, folder / "state")
        copy_models(self.project.models, folder / "models")
        port = free_port()
        project = self.project.having(
            STATE=folder / "state", MODELS=folder / "models", DATABASE=database, SECRET="s" * 32,
            IDENTITY_KEY=_KEY, IDENTITY_AUDIENCE=_AUDIENCE, FAULT_POINTS=folder / "points",
            PYTHONPATH=f"{_POINTS}{os.pathsep}{self.project.root}", ACTION_SECONDS=4,
        )  # fmt: skip
        command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(port))
        process = stack.enter_context(project.running(self._log(number), *command))
        self._processes = [*getattr(self, "_processes", ()), process]
        return port

    async def _work(self, urls: Sequence[str]) -> list[Seen]:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            for url in urls:
                await _until(client, f"{url}/ready")
            over = asyncio.Event()
            talks = [
                asyncio.create_task(self._talk(client, urls, number, over))
                for number in range(self.conversations)
            ]
            attack = asyncio.create_task(self._attack(client, urls))
            try:
                await attack
            finally:
                over.set()
            people = await asyncio.gather(*talks)
            for url in urls:
                await _until(client, f"{url}/ready")
            found = [await self._replies(client, urls[0], person) for person in people]
        return [one for seen in found for one in seen]

    async def _attack(self, client: httpx.AsyncClient, urls: Sequence[str]) -> None:
        """Do the faults."""
        dice = random.Random(f"{self.seed} faults")
        order = list(self.faults)
        dice.shuffle(order)
        for fault in order:
            await asyncio.sleep(dice.random() * self.pause)
            number = dice.randrange(len(urls))
            async with fault.done(self._target(client, urls, number)) as happened:
                pass
            if happened:
                self.done[fault.name] += 1
            else:
                self.missed.append(fault.name)

    def _target(self, client: httpx.AsyncClient, urls: Sequence[str], number: int) -> Target:
        folder = self.folder / f"server{number}"
        return Target(
            psutil.Process(self._processes[number].pid), folder / "state", folder / "models",
            folder / "points", int(urls[number].rpartition(":")[2]),
            lambda: _until(client, f"{urls[number]}/ready"), self.postgres,
        )  # fmt: skip

    async def _talk(
        self, client: httpx.AsyncClient, urls: Sequence[str], number: int, over: asyncio.Event
    ) -> str:
        """Hold one conversation; return the identity of who held it."""
        dice = random.Random(f"{self.seed} {number}")
        person = Person(client, urls, number)
        place = 0
        while place < self.messages // self.conversations or not over.is_set():
            name = f"m{number}x{place}"
            # Who does not wait for the reply sends the next message while this one is taken.
            wait = dice.choice([0, 0, 30])
            body = {"text": f"{dice.choice(_QUESTIONS)} {name}", "id": name, "wait": wait}
            began = time.monotonic()
            while not await self._send(person, dice.choice(urls), body):
                await asyncio.sleep(_AGAIN)
            self.slowest = max(self.slowest, time.monotonic() - began)
            person.kept.append(body)
            if dice.random() < 0.2:  # what was acknowledged comes again, in any order, and at once
                again = [dice.choice(person.kept) for _ in range(dice.randint(1, 3))]
                await asyncio.gather(*(self._send(person, dice.choice(urls), b) for b in again))
            await asyncio.sleep(dice.random() * 1.5)
            place += 1
        return person.identity

    async def _send(self, person: Person, url: str, body: dict[str, object]) -> bool:
        """Send a message once; return whether it was acknowledged."""
        acknowledged = False
        try:
            response = await person.post(url, body)
            acknowledged = response.status_code in (200, 202)
            assert acknowledged or response.status_code == 503, response.text
        except httpx.TransportError:
            pass  # nobody knows whether it was accepted
        except _SessionEndedError:
            return False  # it was not accepted
        self.sent.append(Sent(person.conversation, str(body["id"]), acknowledged))
        return acknowledged

    async def _replies(self, client: httpx.AsyncClient, url: str, identity: str) -> list[Seen]:
        """Wait until no message of the conversation is without a reply; return them in order."""
        session = await _ok(client, "POST", f"{url}/v1/session", {"identity": identity})
        conversation, token = str(session["conversation"]), str(session["token"])
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            turns, after = [], 0
            while True:
                path = f"{url}/v1/conversation?after={after}"
                page = (await _ok(client, "GET", path, None, token))["turns"]
                turns += page
                if not page:
                    break
                after = page[-1]["number"]
            if all(turn["outcome"] != "pending" for turn in turns):
                return [Seen(conversation, turn["id"], turn["outcome"]) for turn in turns]
            await asyncio.sleep(0.2)
        raise AssertionError("replies did not come")

    def _taken(self, database: str) -> list[Taken]:
        sql = "SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id"
        if database:
            server = PostgresDatabase(database)
            rows = server.run(sql)
            server.close()
        else:
            path = self.folder / "server0" / "state" / "conversations.db"
            with closing(sqlite3.connect(path)) as connection:
                rows = connection.execute(sql).fetchall()
        return [Taken(sender, json.loads(data)["text"].split()[-1]) for sender, data in rows]


class Person:
    """Who talks: named by a host page, so that the conversation outlives sessions."""

    def __init__(self, client: httpx.AsyncClient, urls: Sequence[str], number: int) -> None:
        self._client = client
        self._urls = urls
        self._token = ""
        claims = {"sub": f"person{number}", "aud": _AUDIENCE, "exp": 4_000_000_000}
        self.identity = jwt.encode(claims, _KEY, "HS256")
        self.conversation = ""
        self.kept: list[dict[str, object]] = []

    async def post(self, url: str, body: dict[str, object]) -> httpx.Response:
        """Send a message.

        Raises:
            _SessionEndedError: the session has ended; the next call begins another.
        """
        if not self._token:
            session = await _ok(
                self._client, "POST", f"{url}/v1/session", {"identity": self.identity}
            )
            self._token, self.conversation = str(session["token"]), str(session["conversation"])
        token = self._token
        response = await self._client.post(f"{url}/v1/ask", json=body, headers=_shown(token))
        if response.status_code == 401:
            if token == self._token:
                self._token = ""
            raise _SessionEndedError
        self._token = response.headers.get("X-Session-Token", self._token)
        return response


def copy_models(source: Path, target: Path) -> None:
    """Copy models that are going to be damaged; model and index have one before."""
    ignored = shutil.ignore_patterns("state", "baselines", "imported", "encoder", "*former*")
    shutil.copytree(source, target, ignore=ignored)
    (target / "encoder").symlink_to(source / "encoder")
    for name in ("tar.gz", "manifest.json"):
        shutil.copy(target / f"termwise.{name}", target / f"termwise.former.{name}")
    index = target / "index"
    current = (index / "current").read_text()
    version = current.split()[0]
    shutil.copytree(index / version, index / "before")
    (index / "former").write_text(current.replace(version, "before"))


def _shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _ok(
    client: httpx.AsyncClient, method: str, url: str, body: object, token: str = ""
) -> dict[str, object]:
    """Send something until it is done; it must be harmless to do it twice."""
    deadline, said = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        try:
            response = await client.request(
                method, url, json=body, headers=_shown(token) if token else {}
            )
            if response.status_code < 300:
                return dict(response.json())
            said = f"{response.status_code} {response.text}"
        except httpx.TransportError as error:
            said = repr(error)
        await asyncio.sleep(_AGAIN)
    raise AssertionError(f"{method} {url} was never done: {said}")


async def _until(client: httpx.AsyncClient, url: str) -> None:
    await _ok(client, "GET", url, None)
