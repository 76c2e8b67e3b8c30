"""Late interaction: compares a question with an entry word by word, in context.

One vector per text blurs what a description says. So every word piece of the question looks for
the most similar piece in the whole entry (MaxSim, after Khattab and Zaharia 2020), over the states
that the encoder computes anyway. They are projected to fewer dimensions and kept as bytes.
``docs/adr/0005-late-interaction.md`` has what it gains.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
_READ_BY_WORDS = frozenset({"de"})


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
        German is read in English word by word, so all of an entry helps to understand it.
        """
        question = project(content(text, pieces, self._ignored), self._index.projection)
        if not len(question):
            return dict.fromkeys(concepts, 0.0)
        entries = [self._spoken(concept, language) for concept in concepts]
        best = np.zeros((len(concepts), len(question)), np.float32)
        # One entry after the other: its numbers stay in the processor's cache.
        for row, pieces_of_entry in zip(best, entries, strict=True):
            if len(pieces_of_entry):
                (question @ pieces_of_entry.astype(np.float32).T).max(axis=1, out=row)
        means = best.mean(axis=1) / np.float32(_SCALE)
        return dict(zip(concepts, means.tolist(), strict=True))

    def familiarity(
        self,
        pieces: Pieces,
        spans: Sequence[tuple[int, int]],
        concepts: Sequence[str],
        *,
        wordings: bool = True,
    ) -> list[float]:
        """Return per span the mean similarity of its pieces to their best match in the entries.

        Without ``wordings``, to that in their sections.
        """
        places = (place for concept in concepts for place in self._places.get(concept, ()))
        read = [place for place in places if wordings or self._passages[place].kind]
        entries = _scaled(self._pieces(read))
        return [self._near(pieces, span, entries) if concepts else 1.0 for span in spans]

    def _near(self, pieces: Pieces, span: tuple[int, int], entries: NDArray[np.float32]) -> float:
        start, end = span
        inside = [r for r, (first, last) in enumerate(pieces.spans) if first < end and start < last]
        if not inside:
            return 1.0
        asked = project(pieces.vectors[inside], self._index.projection)
        return float((asked @ entries.T).max(axis=1).mean()) if len(entries) else 0.0

    def _spoken(self, concept: str, language: str) -> NDArray[np.int8]:
        every = self._places.get(concept, ())
        if language in _READ_BY_WORDS:
            return self._pieces(every)
        spoken = [place for place in every if self._passages[place].language == language]
        return self._pieces(spoken or every)

    def _pieces(self, passages: Sequence[int]) -> NDArray[np.int8]:
        """Return the pieces of passages, of which many stand together in the index."""
        vectors, ends = self._vectors, self._ends
        parts = [vectors[ends[first] : ends[last]] for first, last in _runs(passages)]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else vectors[:0]

    @cached_property
    def _vectors(self) -> NDArray[np.int8]:
        return np.asarray(self._index.vectors)  # plain: slices of a mapped array take longer

    @cached_property
    def _ends(self) -> Sequence[int]:
        """Where the pieces of each passage begin, and the last ones end."""
        return [0, *np.cumsum(self._index.counts).tolist()]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, passage in enumerate(self._passages):
            found.setdefault(passage.concept, []).append(place)
        return found


def _scaled(pieces: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.divide(pieces, np.float32(_SCALE), dtype=np.float32)  # in one pass


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Return first and last (exclusive) of the places that follow one another."""
    first = last = -1
    for place in places:
        if place != last:
            if first >= 0:
                yield first, last
            first = place
        last = place + 1
    if first >= 0:
        yield first, last


def content(text: str, pieces: Pieces, ignored: Callable[[str], bool]) -> Vectors:
    """Return the vectors of the pieces that belong to content words; of all, if there is none."""
    kept_words = [word for word in words(text) if not ignored(word.folded)]
    starts = [word.start for word in kept_words]
    ends = [-1, *(word.end for word in kept_words)]  # of the words before each place
    kept = [
        row
        for row, (start, end) in enumerate(pieces.spans)
        if ends[bisect_left(starts, end)] > start  # the last word that begins before its end
    ]
    return pieces.vectors[kept] if kept else pieces.vectors


def projection_of(texts: Sequence[Vectors]) -> NDArray[np.float32]:
    """Return the projection onto the directions in which pieces differ most (PCA, uncentred).

    Float32, shape (dimensions, ``DIMENSIONS`` or fewer); the same for the same vectors.

    Args:
        texts: the vectors of the pieces of each text; one at least.
    """
    vectors = _sample(texts)
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    order = np.argsort(-values)[:DIMENSIONS]
    return np.ascontiguousarray(directions[:, order], np.float32)


def _sample(texts: Sequence[Vectors]) -> Vectors:
    """Return at most ``_SAMPLE`` rows in order, without putting all of them together before."""
    ends = np.cumsum([len(rows) for rows in texts])
    if ends[-1] <= _SAMPLE:
        return np.concatenate(texts)
    chosen = np.random.default_rng(_SEED).choice(int(ends[-1]), _SAMPLE, replace=False)
    chosen.sort()
    cuts = np.searchsorted(chosen, ends[:-1])
    starts = ends - [len(rows) for rows in texts]
    picked = zip(texts, np.split(chosen, cuts), starts, strict=True)
    return np.concatenate([rows[places - start] for rows, places, start in picked])


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
