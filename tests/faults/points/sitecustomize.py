"""Named points at which a campaign has a part of the server die, hang or lie.

Python runs this at the start of every process whose path holds this folder. A point does something
when the folder ``FAULT_POINTS`` holds a file of its name; the file goes, so it happens once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

DEATHS = {
    "gateway": ("accept", "commit", "committed", "accepted", "asking", "replied", "finished"),
    "rasa": ("action", "save", "saved"),
}
LIES = {
    "lie-status": (500, b""), "lie-json": (200, b"<html>"), "lie-empty": (200, b"[]"),
    "lie-number": (200, b"[1]"),
}  # fmt: skip
ACTION_LIES: dict[str, Any] = {
    "mute-action": {"events": [], "responses": []},
    "lie-action-events": {"events": [{"event": "no such thing"}], "responses": []},
    "lie-action-shape": {"events": "x", "responses": 1}, "lie-action-none": None,
}  # fmt: skip
_FOLDER = Path(os.environ.get("FAULT_POINTS", "/nonexistent"))


def due(name: str) -> bool:
    """Return whether it is to happen here and now."""
    try:
        (_FOLDER / name).unlink()
    except OSError:
        return False
    return True


def die(name: str) -> None:
    if due(name):
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, method: str, before: str, after: str) -> None:
    """Let a method die before or after its work."""
    work: Callable[..., Awaitable[Any]] = getattr(owner, method)

    @wraps(work)
    async def dying(*given: Any, **named: Any) -> Any:
        die(before)
        found = await work(*given, **named)
        die(after)
        return found

    setattr(owner, method, dying)


def gateway() -> None:
    from bot.gateway.postgres_database import PostgresDatabase
    from bot.gateway.rasa_client import RasaClient
    from bot.gateway.sql_store import SqlStore
    from bot.gateway.sqlite_database import SqliteDatabase

    around(SqlStore, "accept", "accept", "accepted")
    around(SqlStore, "finish", "-", "finished")
    around(RasaClient, "turn", "asking", "replied")
    for database in (SqliteDatabase, PostgresDatabase):
        commit_dying(database)
    send = RasaClient._send

    async def lying(self: Any, request: Any) -> tuple[int, bytes]:
        said = await send(self, request)
        return next((lie for name, lie in LIES.items() if due(name)), said)

    RasaClient._send = lying  # type: ignore[method-assign]


def commit_dying(database: Any) -> None:
    run = database.run

    def dying(self: Any, sql: str, *parameters: object) -> Any:
        if sql != "COMMIT":
            return run(self, sql, *parameters)
        die("commit")
        found = run(self, sql, *parameters)
        die("committed")
        return found

    database.run = dying


def rasa() -> None:
    from bot.absent import stand_in_for_tensorflow

    stand_in_for_tensorflow()
    from bot.rasa_server.action_endpoint import LocalActionEndpoint
    from bot.rasa_server.conversation_store import ConversationStore

    run = LocalActionEndpoint._run

    async def failing(self: Any, call: Any) -> Any:
        if due("hang-action"):
            time.sleep(60)
        if due("fail-action"):
            raise RuntimeError("the action fails")
        die("action")
        said = await run(self, call)
        return next((lie for name, lie in ACTION_LIES.items() if due(name)), said)

    LocalActionEndpoint._run = failing  # type: ignore[method-assign]
    around(ConversationStore, "save", "save", "saved")


def jumping(read: Callable[[], float], file: Path) -> Callable[[], float]:
    """Return a clock that is as far ahead as the file says, in seconds."""

    def now() -> float:
        try:
            return read() + float(file.read_text())
        except (OSError, ValueError):
            return read()

    return now


if "FAULT_POINTS" in os.environ:
    time.time = jumping(time.time, _FOLDER / "clock")
    started = [argument for argument in sys.orig_argv[1:5] if argument in DEATHS]
    if "bot.cli" in sys.orig_argv and started:
        {"gateway": gateway, "rasa": rasa}[started[0]]()
