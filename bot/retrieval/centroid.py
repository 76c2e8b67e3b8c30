"""Centroids: how near a question is to all that an entry says, not to its best passage alone.

The best passage may be near by chance; the mean of an entry's passages is not. What most passages
of the glossary have in common tells nothing apart, so directions in which they all vary count less:
vectors are whitened by the second moment of the passages, which ridge regression of concepts on
vectors does as well. ``docs/adr/0021-centroids.md`` has what it gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoder import Vectors
from bot.retrieval.passage import Passage

_RIDGE = 0.03  # added to every direction; unit vectors of 384 dimensions have 0.0026 on average
_SAMPLE = 20_000  # passages from which the second moment is worked out
_REMEMBERED = 1000  # centroids; who asks for one asks for its neighbours


class Centroids:
    """Scores concepts by the mean of their passages.

    Args:
        vectors: unit vectors of the passages, float32, shape (passages, dimensions).
        passages: the passages, in the order of the vectors.
    """

    def __init__(self, vectors: Vectors, passages: Sequence[Passage]) -> None:
        self._vectors = vectors
        self._passages = passages
        self._made: dict[str, NDArray[np.float32]] = {}

    def cosines(self, question: NDArray[np.float32], concepts: Sequence[str]) -> dict[str, float]:
        """Return the cosine of a question and each concept's centroid, both whitened.

        Args:
            question: its unit vector, float32, shape (dimensions,).
            concepts: ids; one without passages scores 0.
        """
        known = [concept for concept in concepts if concept in self._places]
        if not known:
            return dict.fromkeys(concepts, 0.0)
        said = np.stack([self._centroid(concept) for concept in known])
        asked = _units(question @ self._whitening)
        return dict.fromkeys(concepts, 0.0) | dict(zip(known, (said @ asked).tolist(), strict=True))

    def _centroid(self, concept: str) -> NDArray[np.float32]:
        """Return the whitened centroid of a concept, of length 1."""
        made = self._made.get(concept)
        if made is None:
            places = np.asarray(self._places[concept], np.int64)
            mean = np.asarray(self._vectors[places], np.float32).mean(axis=0)
            made = _units(mean @ self._whitening)
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            self._made[concept] = made
        return made

    @cached_property
    def _whitening(self) -> NDArray[np.float32]:
        """Return W, float32 (dimensions, dimensions), with W W' the inverse of moment plus ridge.

        Every concept weighs the same, however much its entry says.
        """
        step = -(-len(self._vectors) // _SAMPLE) or 1
        rows = np.asarray(self._vectors[::step], np.float32)
        counts = {concept: len(places) for concept, places in self._places.items()}
        weights = np.array([1.0 / counts[p.concept] for p in self._passages[::step]], np.float32)
        moment = (rows * (weights / weights.sum())[:, None]).T @ rows
        ridged = moment.astype(np.float64) + _RIDGE * np.eye(len(moment))
        return np.asarray(np.linalg.cholesky(np.linalg.inv(ridged)), np.float32)

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, passage in enumerate(self._passages):
            found.setdefault(passage.concept, []).append(place)
        return found


def _units(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
