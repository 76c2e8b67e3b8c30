"""Ordinals: which item of a list somebody means with "the second one" or "das letzte"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.glossary.folding import words

LAST = -1
OTHER = -2
"""Not an item by its place: the one of two that was not the topic."""

_PLACES: Mapping[int, str] = {
    0: "1 1st first former topmost upper top erste erster ersten erstes ersteres erstere ersterer "
    "ersteren oberste obere oberen oberstes",
    1: "2 2nd second zweite zweiter zweiten zweites",
    2: "3 3rd third dritte dritter dritten drittes",
    3: "4 4th fourth vierte vierter vierten viertes",
    4: "5 5th fifth funfte funfter funften funftes fuenfte",
    LAST: "last latter bottom lowest letzte letzter letzten letztes letzteres letztere letzterer "
    "letzteren unterste untere unteren unterstes",
    OTHER: "other andere anderen anderes anderer anderem",
}
_PLACE_OF = {word: place for place, known in _PLACES.items() for word in known.split()}
_NUMBERED = frozenset(("number", "option", "no", "nr", "nummer"))
_CARDINALS = (
    ("one", "eins"),
    ("two", "zwei"),
    ("three", "drei"),
    ("four", "vier"),
    ("five", "fuenf"),
)
_NUMBER_OF = {word: place for place, known in enumerate(_CARDINALS) for word in known}


def ordinal(text: str) -> int | None:
    """Return the place that a text names, from 0; :data:`LAST`, :data:`OTHER`, or None."""
    said = [word.folded for word in words(text)]
    for before, word in zip(["", *said], said, strict=False):
        if before in _NUMBERED and word in _NUMBER_OF:  # "two" alone is a count
            return _NUMBER_OF[word]
        if word in _PLACE_OF:
            return _PLACE_OF[word]
    return None


def chosen(place: int, offered: Sequence[str], topic: Sequence[str]) -> str | None:
    """Return the concept at a place of what was offered; None where there is none or no single one.

    Args:
        place: as :func:`ordinal` gives it.
        offered: the concepts listed last.
        topic: the concepts of the last answer.
    """
    if place == OTHER:
        left = [concept for concept in offered if concept not in topic]
        return left[0] if len(left) == 1 else None
    if place == LAST:
        return offered[-1] if offered else None
    return offered[place] if place < len(offered) else None
