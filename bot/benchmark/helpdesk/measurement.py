"""How a helpdesk run goes: as usual, ten times as much, and all at once.

A receiver of our own stands for the helpdesk. A message a second is what is usual here: 28,800 in a
day of eight hours. Messages come when they are due, whether or not those before were acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.benchmark.environment import server_environment
from bot.benchmark.helpdesk.receiver import Receiver
from bot.benchmark.helpdesk.result import HelpdeskResult, Phase
from bot.benchmark.helpdesk.sender import Sender
from bot.benchmark.machine import this_machine
from bot.benchmark.process import HOST, ProcessTree, free_port
from bot.benchmark.questions import question
from bot.helpdesk.account import Account
from bot.helpdesk.connectors.generic import Generic
from bot.settings import Settings

USUAL = 1.0  # messages a second
_SECONDS = 20.0  # that a rate lasts
_SENDERS = 32  # deliveries on their way at a time, when all come at once
_TALK = 4  # messages of a conversation
_PATIENCE = 900.0  # seconds
_FILE = """
desks:
  bench:
    kind: generic
    address: http://{host}:{port}
    plain: true
    secrets: ["${{BENCH_SECRET}}"]
    options: {{chat: true}}
    inboxes:
      "*":
        {{mode: auto, auto_from: 0, suggest_from: 0, declines: 0, small_talk: true, per_hour: 1000,
         in_a_row: 1000, join: 0}}
"""


def run_helpdesk(
    settings: Settings, messages: int, progress: Callable[[str], None]
) -> HelpdeskResult:
    """Serve, deliver, and wait until each message has its outcome.

    Args:
        settings: what is served.
        messages: how many come at once, in the last phase.
        progress: is told what is done.

    Raises:
        BenchmarkError: the server ended, or not all was done in time.
    """
    secret, key = secrets.token_hex(20), secrets.token_hex(20)
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="termwise-helpdesk-") as scratch:
        folder, port = Path(scratch), free_port()
        file = folder / "helpdesk.yml"
        file.write_text(_FILE.format(host=HOST, port=receiver.port), encoding="utf-8")
        environment = server_environment() | {
            "GLOSSARY": str(settings.glossary), "MODELS": str(settings.models),
            "STATE": str(folder / "state"), "PORT": str(port), "HELPDESK": str(file),
            "BENCH_SECRET": secret, "SECRET": key, "HELPDESK_TOKEN": key, "WATCH": "off",
            "PYTHONPATH": str(settings.project),
        }  # fmt: skip
        progress("serving")
        machine = this_machine(settings.project)
        command = (sys.executable, "-m", "bot.cli", "serve")
        with ProcessTree(
            command, folder=folder, log=folder / "log", environment=environment
        ) as tree:
            client = httpx.AsyncClient(
                base_url=f"http://{HOST}:{port}",
                timeout=60,
                trust_env=False,
                headers={"Authorization": f"Bearer {key}"},
            )
            sender = Sender(HOST, port, "/webhooks/helpdesk/bench")
            run = _Run(tree, client, sender, secret, receiver, progress)
            phases = asyncio.run(run.phases(messages))
        receiver.stop()
    return HelpdeskResult(phases, machine)


@dataclass
class _Run:
    tree: ProcessTree
    client: httpx.AsyncClient
    sender: Sender
    secret: str
    receiver: Receiver
    progress: Callable[[str], None]
    sent: int = 0

    async def phases(self, messages: int) -> list[Phase]:
        """Run them all, one after the other."""
        async with self.client:
            await self._until(self._ready)
            return [
                await self._phase("as usual", round(USUAL * _SECONDS), USUAL),
                await self._phase("ten times", round(10 * USUAL * _SECONDS), 10 * USUAL),
                await self._phase("all at once", messages, 0.0),
            ]

    async def _phase(self, name: str, count: int, rate: float) -> Phase:
        self.progress(f"{count} messages: {name}")
        before = await self._outcomes()
        numbers = range(self.sent, self.sent + count)
        self.sent += count
        lane, began = asyncio.Semaphore(count if rate else _SENDERS), time.perf_counter()
        connector = Generic(Account("bench", "generic", f"http://{HOST}", secrets=(self.secret,)))
        due = {
            number: began + (place / rate if rate else 0) for place, number in enumerate(numbers)
        }

        async def deliver(number: int) -> tuple[float, float]:
            await asyncio.sleep(max(0.0, due[number] - time.perf_counter()))
            async with lane:
                body = _delivery(number, question(number))
                headers, _ = connector.sign(body, time.time())
                return await self.sender.send(body, headers)

        sent = await asyncio.gather(*(deliver(number) for number in numbers))
        sent_in = time.perf_counter() - began
        self.sender.close()
        await self._until(self._idle)
        done_in = time.perf_counter() - began
        outcomes = await self._outcomes() - before
        when, replies = self.receiver.when(), self.receiver.replies()
        names = [f"m{number}" for number in numbers]
        reasons = {what: n for what, n in outcomes.items() if not what.startswith("replied")}
        unanswered = sum(name not in replies for name in names)
        return Phase(
            name, rate, [took for _, took in sent],
            [when[m] - start for m, (start, _) in zip(names, sent, strict=True) if m in when],
            sent_in, done_in, reasons,
            max(count - outcomes.total(), unanswered - sum(reasons.values()), 0),
            sum(replies[name] > 1 for name in names),
        )  # fmt: skip

    async def _told(self) -> Any:
        return (await self.client.get("/helpdesk/status")).json()["bench"]

    async def _outcomes(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for inbox in (await self._told())["inboxes"].values():
            found.update(inbox["outcomes"])
        return found

    async def _idle(self) -> bool:
        waiting = (await self._told())["waiting"]
        return not (waiting["messages"] or waiting["effects"])

    async def _ready(self) -> bool:
        try:
            return (await self.client.get("/ready")).status_code == 200
        except httpx.TransportError:
            return False

    async def _until(self, true: Callable[[], Awaitable[bool]]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not await true():
            self.tree.require_alive()
            if time.monotonic() > deadline:
                raise self.tree.error("took too long")
            await asyncio.sleep(0.2)


def _delivery(number: int, text: str) -> bytes:
    return json.dumps(
        {
            "type": "message.created", "at": time.time(),
            "conversation": {"id": f"c{number // _TALK}", "inbox": "1"},
            "message": {
                "id": f"m{number}", "text": text,
                "author": {"kind": "customer", "id": f"p{number // _TALK}"},
            },
        }
    ).encode()  # fmt: skip
