"""Rasa as it comes, in the same harness: the same questions, its own REST channel and store."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.settings import Settings
from tests.faults.history import Seen, Sent, Taken, Verdict, check
from tests.integration.processes import PATIENCE, WEBHOOK, Project, free_ports

_RASA = Path(sys.executable).with_name("rasa")
_QUESTIONS = ("what is rcs", "hello", "what is mms")
_TIMEOUT = 20.0
_PROBE = "probe"
_ENDPOINTS = """
action_endpoint: {url: "%s"}
tracker_store: {type: SQL, dialect: sqlite, db: "%s"}
"""


@dataclass
class StockCampaign:
    """Conversations with ``rasa run`` and its action server while these are killed or locked out.

    A person sends a message again until the status is 200, which is all the acknowledgement that
    Rasa knows; a message counts as replied to if a text came back with it.
    """

    trained: Settings
    folder: Path
    messages: int
    conversations: int
    seed: int = 0
    sent: list[Sent] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def run(self) -> Verdict:
        """Do it; returns what came of it."""
        self._ports = free_ports(2)
        self._project = self._made()
        with ExitStack() as stack:
            stack.callback(self._end, "rasa", "actions")
            self._processes = {name: self._start(name) for name in ("actions", "rasa")}
            asyncio.run(self._work())
        with closing(sqlite3.connect(self.folder / "conversations.db")) as database:
            rows = database.execute(
                "SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id"
            ).fetchall()
        taken = [Taken(sender, json.loads(data)["text"].split()[-1]) for sender, data in rows]
        return check(self.sent, self.seen, [one for one in taken if one.conversation != _PROBE])

    def _made(self) -> Project:
        root = self.folder / "project"
        for part in ("bot", "actions", "domain", "data"):
            shutil.copytree(self.trained.project / part, root / part)
        shutil.copy(self.trained.project / "config.yml", root)
        url = f"http://127.0.0.1:{self._ports[1]}/webhook"
        (root / "endpoints.yml").write_text(_ENDPOINTS % (url, self.folder / "conversations.db"))
        (root / "credentials.yml").write_text("rest:\n")
        return Project(root, root).having(
            MODELS=self.trained.models, GLOSSARY=self.trained.glossary,
            SANIC_HOST="127.0.0.1", STATE=self.folder,
        )  # fmt: skip

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        commands = {
            "actions": ("run", "actions", "--port", str(self._ports[1])),
            "rasa": (
                "run", "--model", str(self.trained.rasa_model), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port",
                str(self._ports[0]),
            ),
        }  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(_RASA), *commands[name]], cwd=self._project.folder, stdout=log, stderr=log,
                env=self._project.environment(), stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def _end(self, *names: str) -> None:
        for name in names:
            process = self._processes[name]
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    async def _work(self) -> None:
        url = f"http://127.0.0.1:{self._ports[0]}"
        async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT) as client:
            await _answering(client)
            talks = [
                asyncio.create_task(self._talk(client, number))
                for number in range(self.conversations)
            ]
            await self._attack(client)
            await asyncio.gather(*talks)

    async def _attack(self, client: httpx.AsyncClient) -> None:
        """What stock Rasa meets every day: killed parts, and a database that is locked for long."""
        for name in ("actions", "rasa"):
            await asyncio.sleep(3)
            self._end(name)
            await asyncio.sleep(2)
            self._processes[name] = self._start(name)
            self.done[f"kill -9 {name}"] += 1
            await _answering(client)
        with closing(sqlite3.connect(self.folder / "conversations.db", timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(12)
            other.execute("ROLLBACK")
        self.done["conversations.db locked"] += 1

    async def _talk(self, client: httpx.AsyncClient, number: int) -> None:
        dice = random.Random(f"{self.seed} {number}")
        conversation = f"person{number}"
        for place in range(self.messages // self.conversations):
            name = f"m{number}x{place}"
            body = {"sender": conversation, "message": f"{dice.choice(_QUESTIONS)} {name}"}
            while True:
                acknowledged, said = False, []
                try:
                    response = await client.post(WEBHOOK, json=body)
                    acknowledged = response.status_code == 200
                    said = response.json() if acknowledged else []
                except (httpx.TransportError, ValueError):
                    pass
                self.sent.append(Sent(conversation, name, acknowledged))
                if said:
                    self.seen.append(Seen(conversation, name, "answered"))
                if acknowledged:
                    break
                await asyncio.sleep(0.2)
            await asyncio.sleep(dice.random() * 2)


async def _answering(client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            body = {"sender": _PROBE, "message": "what is rcs"}
            if (await client.post(WEBHOOK, json=body)).json():
                return
        await asyncio.sleep(0.3)
    raise AssertionError("stock Rasa does not answer")
