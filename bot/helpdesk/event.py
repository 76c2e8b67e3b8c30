"""What a helpdesk tells us, in one shape for all of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Author(enum.StrEnum):
    """Who wrote something."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"  # we or another program
    SYSTEM = "system"


class Owner(enum.StrEnum):
    """Who a conversation belongs to."""

    BOT = "bot"  # given to us expressly
    PERSON = "person"
    NONE = "none"  # nobody has it yet


class Verdict(enum.StrEnum):
    """What a customer thinks of the conversation."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation or ticket: ``inbox`` and ``conversation`` are ids of the helpdesk.

    ``inbox`` is what modes are set for: an inbox, a queue, a group.
    """

    inbox: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something, for the customer to see or not.

    ``key`` is the same whenever the helpdesk tells of this message again; ``at`` is the
    helpdesk's own time in seconds since the epoch, 0 if it tells none. ``text`` is plain text (see
    ``bot.helpdesk.plain_text``), ``message`` the helpdesk's id of it. ``automatic`` says that a
    program sent it in the customer's name (an absence note, a bounce). ``owner`` is whom the
    helpdesk shows as owner along with the message, None if it does not say. ``to`` is what a
    connector must know of the message to reply to it (an address, a subject), never a credential.
    """

    key: str
    place: Place
    at: float
    author: Author
    author_id: str
    message: str
    text: str
    public: bool = True
    automatic: bool = False
    channel: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    attachments: int = 0
    owner: Owner | None = None
    name: str = ""
    link: str = ""
    to: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The conversation went to a person, to us, or back to nobody; not by our own doing."""

    key: str
    place: Place
    at: float
    owner: Owner


@dataclass(frozen=True, slots=True)
class Rated:
    """The customer judged the conversation, with the helpdesk's own means."""

    key: str
    place: Place
    at: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Closed:
    """The conversation is settled (``open`` False) or was opened again."""

    key: str
    place: Place
    at: float
    open: bool = False


Event = Said | Moved | Rated | Closed
