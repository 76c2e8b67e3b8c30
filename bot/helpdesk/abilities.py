"""What a helpdesk can do, as far as it changes what we do."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Format(enum.StrEnum):
    """How text is marked up for a helpdesk."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a helpdesk can do.

    ``longest`` is characters of one message. ``chat`` tells a conversation in real time from
    tickets, where small talk is not answered. ``hidden_while_bot`` says that agents do not see a
    conversation as long as it is ours, so that a mere suggestion would leave the customer waiting.
    ``shy`` says how to make the helpdesk deliver to private addresses, if by itself it does not.
    ``overloaded`` is the HTTP status after which the helpdesk delivers again.
    """

    format: Format
    longest: int = 20_000
    choices: int = 0
    choice_longest: int = 0
    chat: bool = False
    hidden_while_bot: bool = False
    overloaded: int = 503
    shy: str = ""
