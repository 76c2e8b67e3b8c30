"""The port to one place where something is kept of people."""

from __future__ import annotations

from typing import Any, Protocol

Counts = dict[str, int]
"""How many rows of which kind."""


class Record(Protocol):
    """One place. Whatever it is asked for, it may be asked again: what was done stays done."""

    def export(self, conversation: str) -> dict[str, list[dict[str, Any]]]:
        """Return all that is kept of a conversation, by kind, in its order."""

    def erase(self, conversation: str) -> Counts:
        """Remove all that is kept of a conversation, also what is just being written."""

    def expire(self, before: float) -> Counts:
        """Remove what is older than that moment (seconds since the epoch), little by little."""

    def close(self) -> None:
        """Disconnect."""
