"""Hits of passages and a ranking of concepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray


class Hit(NamedTuple):
    """Passage number ``passage`` (its place in the index) with its ``score``; more is better."""

    passage: int
    score: float


class Hits(Sequence[Hit]):
    """Hits as two arrays: a question has hundreds, of which nobody looks at a single one.

    Args:
        passages: numbers of passages, int64.
        scores: as many, floats.
    """

    def __init__(self, passages: NDArray[np.int64], scores: NDArray[np.floating[Any]]) -> None:
        self.passages = passages
        self.scores = scores

    def __len__(self) -> int:
        """Return how many hits there are."""
        return len(self.passages)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> Hits: ...
    def __getitem__(self, place: int | slice) -> Hit | Hits:
        """Return one hit, or some of them."""
        if isinstance(place, slice):
            return Hits(self.passages[place], self.scores[place])
        return Hit(int(self.passages[place]), float(self.scores[place]))

    def __iter__(self) -> Iterator[Hit]:
        """Give one hit after the other."""
        return map(Hit, self.passages.tolist(), self.scores.tolist())

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence has the same hits in the same order."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept for a description: the fused score and what it is made of.

    ``dense`` and ``words`` are cosines of the whole texts and of their words, ``lexical`` the
    cosine of their word pieces, ``terms`` the share of the words asked with that all of the entry
    says, of the best entry's.
    """

    concept: str
    score: float
    dense: float
    lexical: float
    words: float = 0.0
    terms: float = 0.0
