"""A front door that is measured: served with a state of its own, and what that state holds."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from bot.benchmark.environment import server_environment
from bot.benchmark.process import HOST, ProcessTree, free_port
from bot.settings import Settings

_PATIENCE = 300.0  # seconds


@contextmanager
def front_door(settings: Settings, state: Path, **variables: str) -> Iterator[str]:
    """Serve as ``termwise serve`` does; yields the address when questions are answered.

    Leaving the block waits until every accepted message has its reply.

    Raises:
        BenchmarkError: the server does not start, ends, or does not come to an end.
    """
    state.mkdir()
    port = free_port()
    environment = {
        **model_environment(settings), "STATE": str(state), "PENDING_LIMIT": "1000", **variables,
    }  # fmt: skip
    command = (sys.executable, "-m", "bot.cli", "serve", "--port", str(port))
    log = state / "log"
    with ProcessTree(command, folder=state, log=log, environment=environment) as tree:
        url = f"http://{HOST}:{port}"
        wait_until(lambda: httpx.get(f"{url}/ready", timeout=20).status_code == 200, tree)
        yield url
        wait_until(lambda: count_unanswered(state) == 0, tree)


def model_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a server of what was trained."""
    return {
        **server_environment(), "PYTHONPATH": str(settings.project),
        "MODELS": str(settings.models), "GLOSSARY": str(settings.glossary), "WATCH": "off",
    }  # fmt: skip


def wait_until(good: Callable[[], bool], *trees: ProcessTree) -> None:
    """Wait while the processes live; raises BenchmarkError if one ends, or after five minutes."""
    start = time.perf_counter()
    while time.perf_counter() - start < _PATIENCE:
        for tree in trees:
            tree.require_alive()
        try:
            if good():
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.2)
    raise trees[-1].error("does not come to an end or a beginning")


def count_unanswered(state: Path) -> int:
    """Return how many accepted messages have no reply."""
    return int(count(state / "door.db", "SELECT COUNT(*) FROM door_messages WHERE done = 0"))


def count(path: Path, sql: str) -> int:
    """Return the one number that a query gives."""
    with closing(sqlite3.connect(path, timeout=30)) as database:
        return int(database.execute(sql).fetchone()[0])
