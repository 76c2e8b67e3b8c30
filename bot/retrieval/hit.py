"""A hit and a ranking of concepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Hit(NamedTuple):
    """Passage number ``passage`` (its place in the index) with its ``score``; more is better."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept for a description: the fused score and what it is made of.

    ``dense`` and ``words`` are cosines of the whole texts and of their words, ``lexical`` the
    cosine of their word pieces.
    """

    concept: str
    score: float
    dense: float
    lexical: float
    words: float = 0.0
