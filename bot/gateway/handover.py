"""What a helpdesk tells a conversation: how far the hand-over is, and what a person says."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any

from bot.gateway.store import NoteKind


class State(enum.StrEnum):
    """How far a hand-over to a person is."""

    OFFERED = "offered"
    REQUESTED = "requested"
    WAITING = "waiting"
    CONNECTED = "connected"
    ENDED = "ended"


class EndReason(enum.StrEnum):
    """Why a hand-over ended."""

    AGENT = "agent"
    USER = "user"
    CLOSED = "closed"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Handover:
    """The state of a hand-over.

    ``agent`` is the name to show while connected; ``place`` in the queue from 1 and the expected
    ``wait`` in seconds while waiting, where they are known; ``reason`` is why it ended.
    """

    state: State
    agent: str = ""
    place: int | None = None
    wait: int | None = None
    reason: EndReason | None = None

    kind = NoteKind.HANDOVER

    def body(self) -> dict[str, Any]:
        """Return what is known of it, as JSON."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class PersonMessage:
    """What a person says; ``name`` is shown, ``text`` is plain text or Markdown."""

    name: str
    text: str

    kind = NoteKind.PERSON

    def body(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)
