"""A mention: a place in a question where a name of the glossary stands."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Likeness(enum.StrEnum):
    """How the words of the question equal the name."""

    EXACT = "exact"  # but for case, plural, accents and hyphens
    JOINED = "joined"  # written in one word, in several, or with dots
    FUZZY = "fuzzy"  # with a typing error


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters ``start`` to ``end`` (exclusive) of a question name ``concepts``.

    More than one concept means a homonym. ``name`` is the term as the glossary writes it and
    ``score`` its similarity, 0 to 1. A ``weak`` mention is also an everyday word of questions,
    such as "key" in "key difference".
    """

    start: int
    end: int
    text: str
    name: str
    concepts: tuple[str, ...]
    likeness: Likeness = Likeness.EXACT
    score: float = 1.0
    weak: bool = False

    def overlaps(self, other: Mention) -> bool:
        """Tell whether the two share a character."""
        return self.start < other.end and other.start < self.end


def masked(text: str, mentions: tuple[Mention, ...]) -> str:
    """Return the question with a placeholder for each mention: only its form is left."""
    parts, position = [], 0
    for mention in sorted(mentions, key=lambda m: m.start):
        parts.append(text[position : mention.start] + PLACEHOLDER)
        position = mention.end
    return "".join(parts) + text[position:]


PLACEHOLDER = "<term>"
"""Stands for a term in training examples and in masked questions."""
