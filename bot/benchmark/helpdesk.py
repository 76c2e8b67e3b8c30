"""How many deliveries of a helpdesk are acknowledged and answered, and that none is lost.

A receiver of our own stands for the helpdesk: its API takes 200 ms. All messages come at once, many
times faster than they can be answered; then we wait until each has its reply.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.benchmark.environment import server_environment
from bot.benchmark.machine import Machine, this_machine
from bot.benchmark.process import HOST, ProcessTree, free_port
from bot.benchmark.questions import question
from bot.errors import BenchmarkError
from bot.helpdesk.account import Account
from bot.helpdesk.connectors.generic import Generic
from bot.settings import Settings

API_SECONDS = 0.2
ACKNOWLEDGED_WITHIN = 3.0  # seconds; helpdesks that wait no longer hand over to people
_SENDERS = 32  # deliveries on their way at a time
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
         in_a_row: 1000}}
"""


@dataclass(frozen=True)
class HelpdeskResult:
    """Seconds of each acknowledgement, and what came of the messages.

    ``sent_in`` and ``done_in`` are seconds from the first delivery to the last acknowledgement and
    to the last outcome; ``replied`` messages got one reply, ``lost`` neither a reply nor a recorded
    reason, ``twice`` more than one reply.
    """

    messages: int
    acknowledged: Sequence[float]
    sent_in: float
    done_in: float
    replied: int
    reasons: dict[str, int]
    lost: int
    twice: int
    machine: Machine

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 deliveries are acknowledged."""
        return sorted(self.acknowledged)[int(len(self.acknowledged) * 0.95)]

    @property
    def met(self) -> bool:
        """Whether nothing was lost or doubled, and every helpdesk would have waited."""
        in_time = max(self.acknowledged) <= ACKNOWLEDGED_WITHIN
        return in_time and not self.lost and not self.twice

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        rate, speed = self.messages / self.sent_in, self.messages / self.done_in
        return [
            ["messages", str(self.messages)],
            ["acknowledged per second", f"{rate:.0f}"],
            ["acknowledgement, p95", f"{1000 * self.p95:.0f} ms"],
            ["acknowledgement, longest", f"{1000 * max(self.acknowledged):.0f} ms"],
            ["done per second, API of 200 ms", f"{speed:.1f}"],
            ["came in faster than that", f"{rate / speed:.0f} times"],
            ["replied once", str(self.replied)],
            ["reasons recorded instead", json.dumps(self.reasons)],
            ["lost, twice", f"{self.lost}, {self.twice}"],
            ["load when it began", f"{self.machine.load_at_start} on {self.machine.cores} cores"],
        ]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "p95": self.p95, "met": self.met}


def run_helpdesk(
    settings: Settings, messages: int, progress: Callable[[str], None]
) -> HelpdeskResult:
    """Serve, deliver that many messages at once, and wait until each has its outcome.

    Raises:
        BenchmarkError: the server ended, or not all was done in time.
    """
    secret, key = secrets.token_hex(20), secrets.token_hex(20)
    with tempfile.TemporaryDirectory(prefix="termwise-helpdesk-") as scratch:
        folder, port = Path(scratch), free_port()
        receiver = _Receiver()
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
            work = _measured(tree, port, secret, key, messages, receiver, progress)
            acknowledged, sent_in, done_in, outcomes = asyncio.run(work)
        receiver.stop()
    replies = receiver.replies()
    reasons = {what: n for what, n in outcomes.items() if not what.startswith("replied")}
    recorded = sum(outcomes.values())
    return HelpdeskResult(
        messages, acknowledged, sent_in, done_in,
        sum(1 for count in replies.values() if count == 1), reasons,
        max(messages - recorded, messages - len(replies) - sum(reasons.values())),
        sum(1 for count in replies.values() if count > 1), machine,
    )  # fmt: skip


async def _measured(
    tree: ProcessTree, port: int, secret: str, key: str, messages: int, receiver: _Receiver,
    progress: Callable[[str], None],
) -> tuple[Sequence[float], float, float, dict[str, int]]:  # fmt: skip
    connector = Generic(Account("bench", "generic", f"http://{HOST}", secrets=(secret,)))
    bodies = [_delivery(number, question(number)) for number in range(messages)]
    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{port}", timeout=60, trust_env=False,
        headers={"Authorization": f"Bearer {key}"},
        limits=httpx.Limits(max_connections=_SENDERS, max_keepalive_connections=_SENDERS),
    ) as client:  # fmt: skip
        await _until(tree, lambda: _ready(client))
        progress("delivering")
        lane, took = asyncio.Semaphore(_SENDERS), []
        began = time.perf_counter()

        async def deliver(body: bytes) -> None:
            async with lane:
                headers, _ = connector.sign(body, time.time())
                start = time.perf_counter()
                response = await client.post(
                    "/webhooks/helpdesk/bench", content=body, headers=dict(headers)
                )
                took.append(time.perf_counter() - start)
                if response.status_code != 200:
                    raise BenchmarkError(f"a delivery was refused: {response.status_code}")

        await asyncio.gather(*(deliver(body) for body in bodies))
        sent_in = time.perf_counter() - began
        progress("answering")
        found: dict[str, Any] = {}

        async def idle() -> bool:
            found.update((await client.get("/helpdesk/status")).json()["bench"])
            return not (found["waiting"]["messages"] or found["waiting"]["effects"])

        await _until(tree, idle)
        done_in = time.perf_counter() - began
    outcomes: Counter[str] = Counter()
    for inbox in found["inboxes"].values():
        outcomes.update(inbox["outcomes"])
    return took, sent_in, done_in, dict(outcomes)


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


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def _until(tree: ProcessTree, true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not await true():
        tree.require_alive()
        if time.monotonic() > deadline:
            raise tree.error("took too long")
        await asyncio.sleep(0.2)


@dataclass
class _Receiver:
    """A helpdesk's API in a thread of its own: 200 ms per call, each key once."""

    port: int = 0
    _told: dict[str, str] = field(default_factory=dict)  # key -> message that is replied to
    _open: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._connected, HOST, 0)
        server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = int(server.sockets[0].getsockname()[1])

    def replies(self) -> Counter[str]:
        """Return how many replies each message got."""
        return Counter(message for message in self._told.values() if message)

    def stop(self) -> None:
        """Close it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                await asyncio.sleep(API_SECONDS)
                reply = body["to"] if body["type"] == "reply" else ""
                self._told.setdefault(headers["idempotency-key"], reply)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b'Content-Length: 11\r\n\r\n{"id": "1"}'
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
