"""Clean text: without the characters that no document should hold."""

from __future__ import annotations

import re

# Control characters but tab and line ends, lone surrogates, and what Unicode calls no characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return text without control characters and lone surrogates; XML can hold the rest."""
    return _UNFIT.sub("", text)


def cleaned(value: object) -> object:
    """Return a JSON value with all its texts and keys cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(held) for key, held in value.items()}
    if isinstance(value, list):
        return [cleaned(held) for held in value]
    return value
