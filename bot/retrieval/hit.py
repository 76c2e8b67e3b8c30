"""A hit and a ranking of concepts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """Passage number ``passage`` (its place in the index) was found with ``score``; more is better."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept for a description: the fused score and the two it is made of (0 to 1)."""

    concept: str
    score: float
    dense: float
    lexical: float
