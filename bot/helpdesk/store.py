"""The port to what the helpdesk part keeps: events, who owns what, and effects under way."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.helpdesk.decision import Decision
from bot.helpdesk.effect import Effect
from bot.helpdesk.event import Author, Event, Owner, Rated, Said
from bot.helpdesk.ownership import State
from bot.helpdesk.reason import Reason


class Progress(enum.StrEnum):
    """How far an effect is."""

    WAITING = "waiting"
    CALLING = "calling"  # a call was begun; how it ended was not kept
    DONE = "done"
    LEFT = "left"  # not done, for a reason that is kept


@dataclass(frozen=True, slots=True)
class Work:
    """An event that needs a decision; ``received`` is seconds since the epoch, ours."""

    seq: int
    event: Said | Rated
    received: float


@dataclass(frozen=True, slots=True)
class Pending:
    """An effect that is not done.

    ``work`` is the event it comes from, ``taken`` the state's when it was decided, ``received``
    when the event came in.
    """

    seq: int
    key: str
    effect: Effect
    work: int
    taken: int
    received: float
    progress: Progress
    attempts: int


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done in a conversation next: an effect before any further event.

    ``work`` are the events that need a decision, in the order of the helpdesk's time; a few at the
    most.
    """

    state: State
    effect: Pending | None
    work: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A public message of a conversation; ``at`` is seconds since the epoch."""

    author: Author
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How an inbox goes, since some time.

    ``outcomes`` counts messages of customers by outcome and reason; ``effects`` those that were
    left, by reason. ``followed`` says what agents did with suggestions. ``answered`` counts
    conversations in which we replied, ``deflected`` those of them that no person replied to, that
    were not handed over and not opened again.
    """

    inbox: str
    outcomes: dict[str, int]
    followed: dict[str, int]
    effects: dict[str, int]
    answered: int
    deflected: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: messages without a decision, effects that are not done; ages in seconds."""

    messages: int
    effects: int
    oldest: float


class DeskStore(Protocol):
    """Keeps what happens at helpdesks. What is returned from was committed.

    ``desk`` is the name of an account. Every method raises
    :class:`~bot.helpdesk.store.UnavailableError` where the database does not do its part.
    """

    async def accept(self, desk: str, events: Sequence[Event], received: float) -> int:
        """Keep events, safe from a power cut; return how many are new.

        An event is known by its key. New ones change the state of their conversation at once;
        some wait for a decision as well (:func:`~bot.helpdesk.decision.needs_decision`).
        """

    async def busy(self, desk: str) -> list[str]:
        """Return the conversations in which something is to be done."""

    async def claim(self, desk: str, conversation: str) -> Task | None:
        """Return what is next; None if nothing is, or while another gateway works there."""

    async def release(self, desk: str, conversation: str) -> None:
        """Let other gateways work there."""

    async def observe(self, desk: str, conversation: str, owner: Owner | None) -> State:
        """Keep what the helpdesk says about the owner now; return the state."""

    async def decide(
        self,
        desk: str,
        work: Work,
        taken: int,
        decision: Decision,
        effects: Sequence[Effect],
        change: Callable[[State], State],
        joined: Sequence[Work] = (),
    ) -> bool:
        """Keep a decision, its effects and the changed state, all or nothing.

        Messages in ``joined`` are answered with it.

        False, and nothing is kept, where a person took over since ``taken``.
        """

    async def call(self, effect: Pending) -> bool:
        """Keep that a call begins, safe from a power cut.

        False, and nothing is kept, where words to the customer are no longer due because a person
        took over since they were decided on.
        """

    async def ask_again(self, effect: int) -> None:
        """Count a try to find out what became of an effect."""

    async def wait(self, effect: int) -> None:
        """Keep that a call had no effect, and is to be made again."""

    async def done(self, effect: int, message: str) -> None:
        """Keep that an effect took place, and the helpdesk's id of what we wrote."""

    async def leave(
        self, desk: str, effect: Pending, reason: Reason, instead: Sequence[Effect]
    ) -> None:
        """Keep that an effect is not done and why, and what is done instead.

        Where it was the reply, the message is counted as not replied to, for that reason.
        """

    async def lines(self, desk: str, conversation: str, most: int) -> list[Line]:
        """Return the last public messages of a conversation, in order."""

    async def echoes(self, desk: str, conversation: str, since: float) -> list[str]:
        """Return what bots wrote there, as the helpdesk told us."""

    async def switched_off(self, desk: str) -> bool:
        """Return whether the kill switch is on."""

    async def switch(self, desk: str, off: bool) -> None:
        """Set the kill switch."""

    async def queue(self, desk: str, now: float) -> Queue:
        """Return what waits."""

    async def figures(self, desk: str, since: float) -> list[Figures]:
        """Return how each inbox goes."""

    async def forget(self, desk: str, before: float) -> None:
        """Drop texts of what was done with by then; keys stay, so that nothing is taken twice."""


class UnavailableError(Exception):
    """The database cannot be reached or written; nothing of the call was kept."""
