"""The port of passage search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.hit import Hits


class Searcher(Protocol):
    """Finds the passages nearest to a question."""

    def search(self, text: str, k: int) -> Hits:
        """Return at most ``k`` hits, scores descending, ties by passage number."""
        ...


class DenseSearcher(Searcher, Protocol):
    """Searches vectors, and can tell how near a single passage is."""

    def nearest(self, vector: NDArray[np.float32], k: int) -> Hits:
        """Return what :meth:`search` returns for a text with this vector, shape (dimensions,)."""
        ...

    def similarities(self, text: str, passages: Sequence[int]) -> list[float]:
        """Return the cosine of a text and each of these passages."""
        ...
