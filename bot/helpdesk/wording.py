"""Our words in somebody else's product: made harmless before, and recognised after."""

from __future__ import annotations

import re

from bot.helpdesk.markup import same_words
from bot.helpdesk.plain_text import from_html

_TEMPLATE_MARKS = re.compile(r"(?<=\{)(?=[{%])|(?<=[}%])(?=\})")
_JOINER = "\u2060"  # seen by nobody


def inert(text: str) -> str:
    """Return a text that looks the same and that no template language fills in.

    Helpdesks expand ``{{ticket.requester.email}}`` in what agents write, programs included.
    """
    return _TEMPLATE_MARKS.sub(_JOINER, text)


def kept(there: str, sent: str) -> bool:
    """Return whether what a helpdesk keeps, plain or HTML, is what we sent.

    Products rewrap, re-indent and clean what they keep; letters and digits they leave alone.
    """
    return same_words(from_html(there), from_html(sent))
