"""How the assistant behaves in one inbox; set by the owner, read by decisions."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Mode(enum.StrEnum):
    """What the assistant may do."""

    OFF = "off"
    SUGGEST = "suggest"  # to agents, never to customers
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Hours:
    """When people are at work, and the mode while they are.

    ``week`` maps a day of :data:`DAYS` to spans in the time of ``zone``; an end of midnight is
    ``time.max``.
    """

    zone: ZoneInfo
    week: Mapping[str, tuple[tuple[time, time], ...]]
    mode: Mode

    def open(self, now: float) -> bool:
        """Return whether people are at work at that time, in seconds since the epoch."""
        local = datetime.fromtimestamp(now, self.zone)
        spans = self.week.get(DAYS[local.weekday()], ())
        return any(begin <= local.time() < end for begin, end in spans)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of an inbox.

    Probabilities: an answer of ``auto_from`` or more goes to the customer in mode auto, one of
    ``suggest_from`` or more to the agents. Empty ``languages``, ``channels`` and ``with_tags`` let
    all pass. ``people_tags`` and ``people_words`` (in any case) hand over at once. ``declines`` in
    a row hand over, 0 never. ``first_only`` answers in public only before anybody did. ``assist``
    suggests also while a person owns the conversation. After ``seconds`` a reply comes too late and
    goes to the agents. ``in_a_row`` and ``per_hour`` bound our own replies in a conversation.
    In chats, messages of a customer that are no more than ``join`` seconds apart are one question.
    """

    mode: Mode = Mode.SUGGEST
    auto_from: float = 0.9
    suggest_from: float = 0.5
    hours: Hours | None = None
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    with_tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    people_tags: tuple[str, ...] = ()
    people_words: tuple[str, ...] = ()
    declines: int = 2
    first_only: bool = False
    small_talk: bool = False
    assist: bool = False
    tag: bool = False
    team: str = ""
    agent: str = ""
    seconds: float = 3600.0
    in_a_row: int = 5
    per_hour: int = 20
    join: float = 1.5

    def mode_at(self, now: float) -> Mode:
        """Return the mode at a time, in seconds since the epoch."""
        return self.hours.mode if self.hours and self.hours.open(now) else self.mode


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of all inboxes of an account; ``otherwise`` those of inboxes not named."""

    otherwise: Rules = Rules()
    inboxes: Mapping[str, Rules] = field(default_factory=dict)

    def of(self, inbox: str) -> Rules:
        """Return the rules of an inbox."""
        return self.inboxes.get(inbox, self.otherwise)
