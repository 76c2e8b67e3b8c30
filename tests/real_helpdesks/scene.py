"""The front door between a real helpdesk and the real Rasa, with the rules it behaves by."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.secret import desk_token
from tests.integration.processes import PATIENCE, Server

SECRET = "s" * 40
SURE, UNKNOWN = "What is RCS?", "How do I reset my password?"
PERSON = "I want to talk to a person, please"
KEPT_APART = 6.0  # seconds that a second reply would have come in


class FrontDoor:
    """The front door of one helpdesk called ``support``.

    Args:
        door: it runs.
        file: its configuration.
        inbox: the inbox that people write to.
        written: returns that file's content with the given rules in it.
    """

    def __init__(self, door: Server, file: Path, inbox: str, written: Callable[[str], str]) -> None:
        self.door = door
        self._inbox = inbox
        self._file = file
        self._written = written

    def rules(self, rules: str) -> None:
        """Save other rules; the running server takes them up."""
        self._file.write_text(self._written(rules), encoding="utf-8")

    def status(self) -> Any:
        headers = {"Authorization": f"Bearer {desk_token(SECRET)}"}
        return self.door.client.get("/helpdesk/status", headers=headers).json()["support"]

    def outcomes(self) -> dict[str, int]:
        """Return how many messages ended how."""
        found = self.status()["inboxes"].get(self._inbox)
        return dict(found["outcomes"]) if found else {}

    def idle(self) -> None:
        """Wait until nothing is left to do."""
        until(lambda: not any(self.status()["waiting"][what] for what in ("messages", "effects")))

    def quiet(self) -> None:
        """Wait until all is done, and a while longer: something may come that should not."""
        self.idle()
        time.sleep(KEPT_APART)
        self.idle()

    def part(self, name: str) -> psutil.Process:
        """Return the process of the gateway or of Rasa."""
        for child in psutil.Process(self.door.process.pid).children():
            if name in child.cmdline():
                return child
        raise AssertionError(f"no {name} runs")


def until(true: Callable[[], object]) -> None:
    """Wait until that holds; what is starting again may fail meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if true():
                return
        except (httpx.HTTPError, KeyError, ValueError):
            pass
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.2)
