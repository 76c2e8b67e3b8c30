"""What a helpdesk tells a conversation: how far the hand-over is, and what a person says."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any

from bot.gateway.store import Note, NoteKind


class State(enum.StrEnum):
    """How far a hand-over to a person is."""

    OFFERED = "offered"
    REQUESTED = "requested"
    WAITING = "waiting"
    CONNECTED = "connected"
    ENDED = "ended"


class Wish(enum.StrEnum):
    """What a customer wants of a hand-over."""

    REQUEST = "request"  # take the offer
    CANCEL = "cancel"  # at any step: do not talk to a person, or no longer


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


class NothingOfferedError(Exception):
    """There is no hand-over that such a wish could be about."""


def state_of(note: Note | None) -> State | None:
    """Return the state that the latest hand-over note of a conversation says; None without one."""
    return State(note.body["state"]) if note else None


def granted(wish: Wish, state: State | None) -> Handover | None:
    """Return the step that a wish leads to; None where it is fulfilled already.

    Raises:
        NothingOfferedError: there is no hand-over, or none that can be asked for any more.
    """
    if state is None or (wish is Wish.REQUEST and state is State.ENDED):
        raise NothingOfferedError(wish)
    if wish is Wish.REQUEST:
        return Handover(State.REQUESTED) if state is State.OFFERED else None
    return None if state is State.ENDED else Handover(State.ENDED, reason=EndReason.USER)


@dataclass(frozen=True, slots=True)
class PersonMessage:
    """What a person says; ``name`` is shown, ``text`` is plain text or Markdown."""

    name: str
    text: str

    kind = NoteKind.PERSON

    def body(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)
