"""The port to the durable inbox and outbox: what is kept, and what keeps it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class StoreUnavailableError(Exception):
    """The database cannot be reached or written; nothing of the call was kept."""


class OtherTextError(Exception):
    """The id of a message was used before, for another text."""


class Outcome(enum.StrEnum):
    """How a message ended."""

    ANSWERED = "answered"
    FAILED = "failed"  # the turn was taken, but said nothing
    QUARANTINED = "quarantined"  # no try came to an end
    SILENT = "silent"  # a person had the conversation: it was theirs to answer


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is accepted.

    ``client_id`` is the sender's own id of it, unique within the conversation; ``trace`` is the id
    under which the logs of all parts mention it; ``party`` is with whom its sender takes turns
    where many wait, empty for the conversation by itself. It is not kept.
    """

    conversation: str
    client_id: str
    text: str
    channel: str
    trace: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """An accepted message.

    ``seq`` is its key, ``number`` its place in the conversation from 1, ``accepted`` seconds since
    the epoch, ``attempts`` how often Rasa was asked to take it.
    """

    seq: int
    conversation: str
    number: int
    client_id: str
    text: str
    channel: str
    trace: str
    accepted: float
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The one reply group of a message: ``messages`` are as Rasa's channel returns them."""

    outcome: Outcome
    messages: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and its reply; no reply yet is None. ``made`` is seconds since the epoch."""

    message: Message
    reply: Reply | None
    made: float = 0.0


@dataclass(frozen=True, slots=True)
class Session:
    """Who talks: ``generation`` rises with each rotation, ``created`` is seconds of the epoch."""

    id: str
    conversation: str
    subject: str
    generation: int
    created: float
    rotated: float
    revoked: bool = False


class NoteKind(enum.StrEnum):
    """What enters a conversation beside messages and their replies."""

    HANDOVER = "handover"  # how far the hand-over to a person is
    PERSON = "person"  # what a person says


@dataclass(frozen=True, slots=True)
class Note:
    """Something that enters a conversation by itself.

    ``number`` is its place among the notes of the conversation, from 1; ``body`` is what
    :mod:`bot.gateway.handover` makes; ``made`` is seconds since the epoch.
    """

    conversation: str
    number: int
    kind: NoteKind
    body: dict[str, Any]
    made: float


@dataclass(frozen=True, slots=True)
class Place:
    """How far a conversation is.

    ``last`` is the number of its last message, ``replied`` that of the last one before the first
    without a reply; 0 where there is none.
    """

    last: int
    replied: int


class Store(Protocol):
    """Keeps messages, replies, notes and sessions. What is returned from was committed.

    Every method raises :class:`StoreUnavailableError` where the database does not do its part.
    """

    async def accept(self, draft: Draft) -> tuple[Message, bool]:
        """Keep a message, safe from a power cut; return it and whether it is new.

        The same conversation and client id give the message that was accepted first.

        Raises:
            OtherTextError: that message had another text.
        """

    async def known(self, draft: Draft) -> Message | None:
        """Return the message that was accepted with this conversation and client id, if any.

        Raises:
            OtherTextError: that message had another text.
        """

    async def claim(self, conversation: str) -> Message | None:
        """Return the first message without a reply; None if there is none.

        None as well while another gateway works on the conversation.
        """

    async def attempt(self, seq: int) -> int:
        """Count an attempt, before it is made; return how many there are now."""

    async def forgive(self, seq: int) -> None:
        """Take back an attempt: Rasa never saw the message."""

    async def release(self, conversation: str) -> None:
        """Let other gateways work on the conversation."""

    async def finish(self, seq: int, reply: Reply) -> bool:
        """Keep the reply of a message; False, and nothing changes, where there is one."""

    async def waiting(self) -> dict[str, int]:
        """Return how many messages without a reply each conversation has; none without."""

    async def oldest(self) -> float | None:
        """Return when the oldest message without a reply was accepted."""

    async def turn(self, seq: int) -> Turn | None:
        """Return a message and its reply."""

    async def turns(self, conversation: str, after: int, limit: int) -> list[Turn]:
        """Return turns of a conversation in order, those with a greater number than ``after``."""

    async def place(self, conversation: str) -> Place:
        """Return how far a conversation is."""

    async def note(self, conversation: str, kind: NoteKind, body: dict[str, Any]) -> Note:
        """Keep a note as the next one of its conversation."""

    async def notes(self, conversation: str, after: int, limit: int) -> list[Note]:
        """Return the newest notes with a greater number than ``after``, in order."""

    async def latest_note(self, conversation: str, kind: NoteKind) -> Note | None:
        """Return the newest note of a kind; None without one."""

    async def open_session(self, session: Session) -> None:
        """Keep a new session."""

    async def session(self, name: str) -> Session | None:
        """Return the session of that id."""

    async def rotate(self, name: str, generation: int, now: float) -> bool:
        """Raise the generation, if it is that one and the session is not revoked."""

    async def revoke(self, name: str) -> None:
        """End a session for good."""

    async def probe(self) -> None:
        """Write something, to see whether that works."""

    async def close(self) -> None:
        """Give the database back."""
