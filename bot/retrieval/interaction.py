"""Late interaction: compares a question with an entry word by word, in context.

One vector per text blurs what a description says. So every word piece of the question looks for
the most similar piece in the whole entry (MaxSim, after Khattab and Zaharia 2020), over the states
that the encoder computes anyway. They are projected to fewer dimensions and kept as bytes.
``docs/adr/0005-late-interaction.md`` has what it gains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.glossary.folding import words
from bot.retrieval.encoder import Pieces, Vectors
from bot.retrieval.passage import Passage

DIMENSIONS = 96  # 64 are a little worse, 384 no better
_SAMPLE = 20_000  # pieces from which the projection is worked out
_SEED = 5
_SCALE = 127.0


@dataclass(frozen=True, slots=True)
class PieceIndex:
    """The word pieces of all passages.

    ``projection`` is float32 of shape (encoder dimensions, kept dimensions); ``vectors`` int8 of
    shape (pieces, kept dimensions), unit vectors times 127; ``counts`` the number of pieces of each
    passage, in passage order.
    """

    projection: NDArray[np.float32]
    vectors: NDArray[np.int8]
    counts: NDArray[np.int64]


class Interaction:
    """Scores concepts for a question, piece by piece.

    Args:
        index: the pieces of the passages.
        passages: the passages, in the order of the index.
        ignored: tells which folded words of a question say nothing of a concept.
    """

    def __init__(
        self, index: PieceIndex, passages: Sequence[Passage], ignored: Callable[[str], bool]
    ) -> None:
        self._index = index
        self._passages = passages
        self._ignored = ignored

    def scores(
        self, text: str, pieces: Pieces, language: str, concepts: Sequence[str]
    ) -> dict[str, float]:
        """Return the mean similarity of the question's pieces to their best match per concept.

        The entry's text in the language of the question counts, or all of it where there is none.
        """
        question = project(content(text, pieces, self._ignored), self._index.projection)
        if not len(question):
            return dict.fromkeys(concepts, 0.0)
        return {c: self._best(question, self._rows(c, language)) for c in concepts}

    def familiarity(
        self, pieces: Pieces, spans: Sequence[tuple[int, int]], concepts: Sequence[str]
    ) -> list[float]:
        """Return per span the mean similarity of its pieces to their best match in the entries."""
        rows = [self._all_rows(concept) for concept in concepts]
        found = []
        for start, end in spans:
            inside = [
                r for r, (first, last) in enumerate(pieces.spans) if first < end and start < last
            ]
            asked = project(pieces.vectors[inside], self._index.projection)
            found.append(self._best(asked, np.concatenate(rows)) if inside and rows else 1.0)
        return found

    def _best(self, question: NDArray[np.float32], rows: NDArray[np.int64]) -> float:
        if not len(rows):
            return 0.0
        entry = self._index.vectors[rows].astype(np.float32) / _SCALE
        return float((question @ entry.T).max(axis=1).mean())

    def _rows(self, concept: str, language: str) -> NDArray[np.int64]:
        spoken = [
            p for p in self._places.get(concept, ()) if self._passages[p].language == language
        ]
        return self._rows_of(spoken) if spoken else self._all_rows(concept)

    def _all_rows(self, concept: str) -> NDArray[np.int64]:
        return self._rows_of(self._places.get(concept, ()))

    def _rows_of(self, passages: Sequence[int]) -> NDArray[np.int64]:
        spans = [np.arange(self._ends[p] - self._index.counts[p], self._ends[p]) for p in passages]
        return np.concatenate(spans) if spans else _NOWHERE

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum(self._index.counts)

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, passage in enumerate(self._passages):
            found.setdefault(passage.concept, []).append(place)
        return found


_NOWHERE: NDArray[np.int64] = np.zeros(0, np.int64)


def content(text: str, pieces: Pieces, ignored: Callable[[str], bool]) -> Vectors:
    """Return the vectors of the pieces that belong to content words; of all, if there is none."""
    spans = [(w.start, w.end) for w in words(text) if not ignored(w.folded)]
    kept = [
        row
        for row, (start, end) in enumerate(pieces.spans)
        if any(start < last and first < end for first, last in spans)
    ]
    return pieces.vectors[kept] if kept else pieces.vectors


def projection_of(vectors: Vectors) -> NDArray[np.float32]:
    """Return the projection onto the directions in which pieces differ most (PCA, uncentred).

    Float32, shape (dimensions, ``DIMENSIONS`` or fewer); the same for the same vectors.
    """
    if len(vectors) > _SAMPLE:
        chosen = np.random.default_rng(_SEED).choice(len(vectors), _SAMPLE, replace=False)
        vectors = vectors[np.sort(chosen)]
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    order = np.argsort(-values)[:DIMENSIONS]
    return np.ascontiguousarray(directions[:, order], np.float32)


def project(vectors: Vectors, projection: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit vectors of shape (pieces, kept dimensions)."""
    if not len(vectors):
        return np.zeros((0, projection.shape[1]), np.float32)
    smaller = vectors @ projection
    norms = np.maximum(np.linalg.norm(smaller, axis=1, keepdims=True), 1e-12)
    return np.asarray(smaller / norms, np.float32)


def as_bytes(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return unit vectors as int8, rounded."""
    return np.asarray(np.round(vectors * _SCALE), np.int8)
