"""The alphabet of a list of terms: under which letter each stands, and in which order."""

from __future__ import annotations

import unicodedata

from bot.glossary.folding import fold

DIGITS = "0–9"
OTHERS = "#"
_IDEOGRAPHS = "漢"
_LONGEST_KEY = 200  # characters by which terms are put in order


def order(text: str) -> str:
    """Return what terms are sorted by: without case, accents and leading signs."""
    folded = fold(text[:_LONGEST_KEY])
    return folded.lstrip("\"'«»„“”‘’([{<.-–—_#*+ ") or folded


def letter_of(text: str) -> str:
    """Return the letter that a term is listed under; see :func:`letter_of_order`."""
    return letter_of_order(order(text))


def letter_of_order(ordered: str) -> str:
    """Return the letter that a term is listed under, of what it is sorted by.

    Digits share one, signs share one, and so do ideographs, of which there are thousands.
    """
    first = ordered[:1]
    if first.isdigit():
        return DIGITS
    if not first.isalpha():
        return OTHERS
    if unicodedata.name(first, "").startswith("CJK"):
        return _IDEOGRAPHS
    return first.upper()[:1]


def rank(letter: str) -> tuple[int, str]:
    """Return what letters are sorted by: digits, letters, the rest."""
    place = {DIGITS: 0, OTHERS: 2}.get(letter, 1)
    return place, letter
