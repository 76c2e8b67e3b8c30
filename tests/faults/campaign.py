"""A campaign: conversations go on at the public door while parts of the server are killed."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.faults.history import Seen, Sent, Taken, Verdict, check
from tests.integration.processes import PATIENCE, Project, free_port

PARTS = ("gateway", "rasa")
_AGAIN = 0.05  # seconds before a request is sent again
_TIMEOUT = 40.0  # seconds; a client that waits no longer sends again
_QUESTIONS = ("what is rcs", "how does it work", "hello", "what is mms", "tell me more")


@dataclass
class Campaign:
    """What shall happen.

    ``messages`` are sent in ``conversations`` at once; meanwhile ``kills`` parts are killed, each
    after a random pause of at most ``pause`` seconds.
    """

    project: Project
    folder: Path
    messages: int
    conversations: int
    kills: int
    seed: int = 0
    pause: float = 3.0
    parts: Sequence[str] = PARTS
    sent: list[Sent] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def run(self) -> Verdict:
        """Do it; returns what came of it."""
        port = free_port()
        command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(port))
        project = self.project.having(STATE=self.folder / "state")
        log = self.folder / "log"
        with project.running(log, *command) as process:
            seen = asyncio.run(self._work(f"http://127.0.0.1:{port}", process.pid))
            assert process.poll() is None, log.read_text()[-2000:]
        return check(self.sent, seen, self._taken())

    async def _work(self, url: str, supervisor: int) -> list[Seen]:
        async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT) as client:
            await _until(client, "/ready")
            talks = [
                asyncio.create_task(self._talk(client, number))
                for number in range(self.conversations)
            ]
            killer = asyncio.create_task(self._kill(psutil.Process(supervisor)))
            people = await asyncio.gather(*talks)
            await killer
            await _until(client, "/ready")
            found = [await self._replies(client, *person) for person in people]
        return [one for seen in found for one in seen]

    async def _talk(self, client: httpx.AsyncClient, number: int) -> tuple[str, str]:
        """Hold one conversation; return its id and its token."""
        dice = random.Random(f"{self.seed} {number}")
        session = await _ok(client, "POST", "/v1/session", {})
        token, conversation = session["token"], session["conversation"]
        for place in range(self.messages // self.conversations):
            name = f"m{number}x{place}"
            # Who does not wait for the reply sends the next message while this one is taken.
            wait = dice.choice([0, 0, 30])
            text = f"{dice.choice(_QUESTIONS)} {name}"
            body = {"text": text, "id": name, "wait": wait}
            began = time.monotonic()
            while not await self._send(client, token, conversation, body):
                await asyncio.sleep(_AGAIN)
            self.slowest = max(self.slowest, time.monotonic() - began)
            if dice.random() < 0.1:  # it comes again although it was acknowledged
                await self._send(client, token, conversation, body)
            await asyncio.sleep(dice.random() * 0.2)
        return conversation, token

    async def _send(
        self, client: httpx.AsyncClient, token: str, conversation: str, body: dict[str, object]
    ) -> bool:
        acknowledged = False
        try:
            response = await client.post("/v1/ask", json=body, headers=_shown(token))
            acknowledged = response.status_code in (200, 202)
            assert acknowledged or response.status_code == 503, response.text
        except httpx.TransportError:
            pass  # nobody knows whether it was accepted
        self.sent.append(Sent(conversation, str(body["id"]), acknowledged))
        return acknowledged

    async def _kill(self, supervisor: psutil.Process) -> None:
        dice = random.Random(f"{self.seed} kills")
        while len(self.killed) < self.kills:
            await asyncio.sleep(dice.random() * self.pause)
            part = dice.choice(list(self.parts))
            for child in supervisor.children():
                try:
                    if part in child.cmdline()[1:5]:
                        child.kill()
                        self.killed.append(part)
                except psutil.NoSuchProcess:
                    continue

    async def _replies(
        self, client: httpx.AsyncClient, conversation: str, token: str
    ) -> list[Seen]:
        """Wait until no message of the conversation is without a reply; return them in order."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            turns, after = [], 0
            while True:
                path = f"/v1/conversation?after={after}"
                page = (await _ok(client, "GET", path, None, token))["turns"]
                turns += page
                if not page:
                    break
                after = page[-1]["number"]
            if all(turn["outcome"] != "pending" for turn in turns):
                return [Seen(conversation, turn["id"], turn["outcome"]) for turn in turns]
            await asyncio.sleep(0.2)
        raise AssertionError("replies did not come")

    def _taken(self) -> list[Taken]:
        path = self.folder / "state" / "conversations.db"
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(
                "SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id"
            ).fetchall()
        return [Taken(sender, json.loads(data)["text"].split()[-1]) for sender, data in rows]


def _shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _ok(
    client: httpx.AsyncClient, method: str, path: str, body: object, token: str = ""
) -> dict[str, object]:
    """Send something until it is done; it must be harmless to do it twice."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            response = await client.request(
                method, path, json=body, headers=_shown(token) if token else {}
            )
            if response.status_code < 300:
                return dict(response.json())
        except httpx.TransportError:
            pass
        await asyncio.sleep(_AGAIN)
    raise AssertionError(f"{method} {path} was never done")


async def _until(client: httpx.AsyncClient, path: str) -> None:
    await _ok(client, "GET", path, None)
