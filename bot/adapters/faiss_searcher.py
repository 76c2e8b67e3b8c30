"""FAISS searches passage vectors by cosine, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import faiss
import numpy as np

from bot.errors import ContractError
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.hit import Hit


class FaissSearcher:
    """A :class:`bot.retrieval.searcher.Searcher` over a flat inner-product index.

    Args:
        vectors: unit vectors of the passages, float32, shape (passages, dimensions).
        encoder: encodes the questions; of the same dimensions.
    """

    def __init__(self, vectors: Vectors, encoder: Encoder) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != encoder.dimensions:
            raise ContractError(
                f"vectors of shape {vectors.shape} for {encoder.dimensions} dimensions"
            )
        self._encoder = encoder
        self._index = faiss.IndexFlatIP(encoder.dimensions)
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def search(self, text: str, k: int) -> list[Hit]:
        """Return at most ``k`` hits, cosine descending, ties by passage number."""
        k = min(k, self._index.ntotal)
        if not k:
            return []
        question = self._encoder.encode([text])
        wanted = k
        while True:
            scores, places = self._index.search(question, wanted)
            # Of passages that score alike at the end of the list, those of the lowest numbers stay.
            if wanted == self._index.ntotal or scores[0][-1] < scores[0][k - 1]:
                break
            wanted = min(2 * wanted, self._index.ntotal)
        hits = [Hit(int(p), float(s)) for p, s in zip(places[0], scores[0], strict=True)]
        return sorted(hits, key=_order)[:k]

    def similarities(self, text: str, passages: Sequence[int]) -> list[float]:
        """Return the cosine of a text and each of these passages."""
        if not passages:
            return []
        kept = self._index.reconstruct_batch(np.asarray(passages, np.int64))
        return [float(score) for score in kept @ self._encoder.encode([text])[0]]


_order: Callable[[Hit], tuple[float, int]] = lambda hit: (-hit.score, hit.passage)  # noqa: E731
