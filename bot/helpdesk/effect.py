"""What we do in a helpdesk, as data: one effect is kept, performed and accounted for on its own."""

from __future__ import annotations

from dataclasses import dataclass

from bot.helpdesk.event import Place


@dataclass(frozen=True, slots=True)
class Reply:
    """Words for the customer, in the format and within the length that the connector names.

    ``choices`` are questions the customer may pick, each sent back as if it were typed; ``to`` is
    that of the message we reply to (:class:`~bot.helpdesk.event.Said`).
    """

    place: Place
    text: str
    choices: tuple[str, ...] = ()
    message: str = ""
    to: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Words for the agents, which the customer never sees."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Words an agent may send: where the helpdesk has drafts a draft, else a note.

    ``text`` is the whole note with its heading and evidence, ``draft`` only what is to be sent.
    """

    place: Place
    text: str
    draft: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the conversation to people: assign it to ``team`` or ``agent`` if one is named.

    The connector also does what makes it visible to people (open or reopen it). Doing it again
    must change nothing.
    """

    place: Place
    reason: str
    team: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """Add tags to those the conversation has. Doing it again must change nothing."""

    place: Place
    tags: tuple[str, ...]


Effect = Reply | Note | Suggest | HandOver | Tag
