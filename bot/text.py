"""The text of a message, made safe before anything looks at it."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LEADING = re.compile(r"^[\s/]+")


def clean(text: str) -> str:
    """Return the text without what is not text, and without a leading slash.

    Control characters and lone surrogates can end Rasa's process; text that begins with a slash
    it takes for an intent.
    """
    return _LEADING.sub("", _CONTROL.sub(" ", text)).strip()
