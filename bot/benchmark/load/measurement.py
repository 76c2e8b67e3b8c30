"""The load run: a front door and stock Rasa, one after the other, each with a state of its own."""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from bot.benchmark.front_door import (
    count,
    count_unanswered,
    front_door,
    model_environment,
    wait_until,
)
from bot.benchmark.load import fairness
from bot.benchmark.load.arrivals import arrivals, send
from bot.benchmark.load.result import LoadResult, Served
from bot.benchmark.machine import this_machine
from bot.benchmark.process import HOST, ProcessTree, free_port
from bot.errors import BenchmarkError
from bot.gateway.sql_store import SqlStore
from bot.gateway.sqlite_database import SqliteDatabase
from bot.settings import Settings

_CONVERSATIONS = 200
_RATE = 10.0
_FLOOD = 100.0
_FLOOD_SECONDS = 20.0
_LONG = 500  # turns
_COMMITS = 200
_WEBHOOK = "/webhooks/rest/webhook"
_ENDPOINTS = """
action_endpoint: {{url: "http://{host}:{port}/webhook"}}
tracker_store: {{type: SQL, dialect: sqlite, db: "{state}/conversations.db"}}
"""

Progress = Callable[[str], None]


def run_load(settings: Settings, seconds: float, progress: Progress) -> LoadResult:
    """Measure.

    Args:
        settings: what was trained.
        seconds: how long messages come at the steady rate.
        progress: is told what is being done.

    Raises:
        BenchmarkError: a server does not start or ends.
    """
    machine = this_machine(settings.project)
    with tempfile.TemporaryDirectory(prefix="termwise-load-") as scratch:
        work = Path(scratch)
        steady_coming = arrivals(_RATE, seconds, _senders("person", _CONVERSATIONS))
        with front_door(settings, work / "door") as url:
            progress(f"{_CONVERSATIONS} conversations, {_RATE:g} messages/s")
            steady = Served.of(asyncio.run(send(url, steady_coming)))
            progress(f"one conversation of {_LONG} turns")
            growth = _long_conversation(url)
            progress("one who floods, beside others")
            fair = fairness.measure(url)
            unanswered = count_unanswered(work / "door")
        progress(f"{_FLOOD:g} messages/s")
        with front_door(settings, work / "overload") as url:
            coming = arrivals(_FLOOD, _FLOOD_SECONDS, _senders("crowd", _CONVERSATIONS))
            overload = Served.of(asyncio.run(send(url, coming)))
            unanswered += count_unanswered(work / "overload")
        untaken = sum(_untaken(work / name) for name in ("door", "overload"))
        progress("the same messages to stock Rasa")
        with _stock(settings, work / "stock") as url:
            stock = Served.of(asyncio.run(send(url, steady_coming)))
        durable, volatile = asyncio.run(_commits(work))
    return LoadResult(
        seconds, steady, stock, overload, growth, fair, durable, volatile, unanswered,
        untaken, machine,
    )  # fmt: skip


def _senders(kind: str, count: int) -> list[str]:
    return [f"{kind}{number}" for number in range(count)]


@contextmanager
def _stock(settings: Settings, folder: Path) -> Iterator[str]:
    """Serve the same model with Rasa's own server, REST channel, stores and action server."""
    ports = free_port(), free_port()
    for part in ("bot", "actions", "domain", "data"):
        shutil.copytree(settings.project / part, folder / part)
    shutil.copy(settings.project / "config.yml", folder)
    text = _ENDPOINTS.format(host=HOST, port=ports[1], state=folder)
    (folder / "endpoints.yml").write_text(text)
    (folder / "credentials.yml").write_text("rest:\n")
    environment = {
        **model_environment(settings), "PYTHONPATH": str(folder), "STATE": str(folder),
        "SANIC_HOST": HOST,
    }  # fmt: skip
    rasa = (sys.executable, "-m", "rasa", "run")
    model = str(settings.rasa_model)
    commands = (
        (*rasa, "actions", "--port", str(ports[1])),
        (*rasa, "--model", model, "--interface", HOST, "--port", str(ports[0])),
    )
    with ExitStack() as stack:
        trees = [
            stack.enter_context(
                ProcessTree(command, folder=folder, log=folder / f"log{n}", environment=environment)
            )
            for n, command in enumerate(commands)
        ]
        url = f"http://{HOST}:{ports[0]}"
        wait_until(lambda: _answers(url), *trees)
        yield url


def _answers(url: str) -> bool:
    body = {"sender": "warm-up", "message": "what is a hashtag?"}
    return bool(httpx.post(f"{url}{_WEBHOOK}", json=body, timeout=20).json())


def _long_conversation(url: str) -> tuple[float, float]:
    """Return the median ms of turns 6 to 15 of a conversation, and of the last ten of a long one.

    The short one is held beside the end of the long one, turn by turn, so that what else the
    machine does meanwhile hits both.
    """
    early, late = [], []
    with httpx.Client(base_url=url, timeout=60) as client:
        for turn in range(_LONG - 15):
            _turn(client, "long", turn)
        for turn in range(15):
            early.append(_turn(client, "short", turn))
            late.append(_turn(client, "long", turn))
    return statistics.median(early[5:]), statistics.median(late[5:])


def _turn(client: httpx.Client, sender: str, turn: int) -> float:
    """Return the ms that a turn took."""
    body = {"sender": sender, "message": "what is a hashtag?" if turn % 3 else "hello"}
    start = time.perf_counter()
    if client.post(_WEBHOOK, json=body).status_code != 200:
        raise BenchmarkError(f"turn {turn} of the {sender} conversation failed")
    return 1000 * (time.perf_counter() - start)


def _untaken(state: Path) -> int:
    """Return how many messages with an answer Rasa's tracker lacks."""
    answered = "SELECT COUNT(*) FROM door_replies WHERE outcome = 'answered'"
    taken = "SELECT COUNT(*) FROM events WHERE type_name = 'user'"
    return abs(count(state / "door.db", answered) - count(state / "conversations.db", taken))


async def _commits(folder: Path) -> tuple[float, float]:
    """Return the median ms of a commit that waits for the disk, and of one that does not."""
    store = SqlStore(SqliteDatabase(folder / "commits.db"))
    try:
        return await _median(store, True), await _median(store, False)
    finally:
        await store.close()


async def _median(store: SqlStore, durable: bool) -> float:
    took: list[float] = []
    body = json.dumps({"text": "x" * 200})
    for number in range(_COMMITS):
        start = time.perf_counter()
        await store.journal.do(
            lambda db, number=number: db.run(  # type: ignore[misc]
                "INSERT INTO door_notes VALUES (?, ?, 'x', ?, 0)", str(durable), number, body
            ),
            durable=durable,
        )
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took)
