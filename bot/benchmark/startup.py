"""The time from spawning a server to its first answer, in seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.benchmark.conversation import Conversation
from bot.benchmark.failure import AskError
from bot.benchmark.process import ProcessTree

_POLL_SECONDS = 0.05
_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True)
class FirstAnswer:
    """Seconds from spawn to the first non-empty answer, and what it said."""

    seconds: float
    text: str


def wait_ready(
    server: ProcessTree, port: int, text: str, *, timeout: float = _TIMEOUT_SECONDS
) -> FirstAnswer:
    """Ask every 50 ms until the server answers.

    Raises:
        BenchmarkError: the server ended, or gave no answer within ``timeout`` seconds.
    """
    problem = "not asked"
    while server.seconds < timeout:
        server.require_alive()
        try:
            said = _first(port, text, timeout - server.seconds)
            return FirstAnswer(server.seconds, said)
        except AskError as error:
            problem = str(error)
        time.sleep(_POLL_SECONDS)
    raise server.error(f"gave no answer within {timeout:.0f} s (last try: {problem})")


def _first(port: int, text: str, timeout: float) -> str:
    with Conversation(port, timeout=max(timeout, _POLL_SECONDS)) as conversation:
        return conversation.ask("first", text).text
