"""Our words in somebody else's product: made harmless before, and recognised after."""

from __future__ import annotations

import re

from bot.helpdesk.plain_text import from_html

_TEMPLATE_MARKS = re.compile(r"(?<=\{)(?=[{%])|(?<=[}%])(?=\})")
_JOINER = "\u2060"  # seen by nobody


def inert(text: str) -> str:
    """Return a text that looks the same and that no template language fills in.

    Helpdesks expand ``{{ticket.requester.email}}`` in what agents write, programs included.
    """
    return _TEMPLATE_MARKS.sub(_JOINER, text)


def same_words(one: str, other: str) -> bool:
    """Return whether two texts, plain or HTML, have the same letters and digits in the same order.

    Products rewrap, re-indent and clean what they keep; letters and digits they leave alone.
    """
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(c for c in from_html(text) if c.isalnum())
