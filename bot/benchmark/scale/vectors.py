"""Search in made-up vectors: clouds of unit vectors, as many as wanted."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from bot.adapters.faiss_searcher import AT, FaissSearcher, vector_codes
from bot.benchmark.latency import percentile
from bot.benchmark.scale.result import VectorRun
from bot.retrieval.encoder import Pieces, Vectors

DIMENSIONS = 384
_DEPTH = 400
_QUESTIONS = 100
_PER_CLOUD = 50
_SPREAD = 0.8  # of a cloud, beside its centre
_SEED = 29


def measure_vectors(number: int) -> VectorRun:
    """Make so many vectors, prepare the search, and search them both ways."""
    vectors, asked = made_vectors(number)
    start = time.perf_counter()
    codes = vector_codes(vectors, lambda: asked[_QUESTIONS:])
    build = time.perf_counter() - start
    questions = _Rows(asked)
    times, found = _timed(FaissSearcher(vectors, questions, codes))
    slow, best = _timed(FaissSearcher(vectors, questions))
    shares = [len(f & b) / AT for f, b in zip(found, best, strict=True)]
    coded = codes.codes.nbytes + codes.centroids.nbytes
    return VectorRun(
        number, codes.kind, codes.reach, build, percentile(times, 0.5), percentile(times, 0.95),
        percentile(slow, 0.5), (coded or vectors.nbytes) / 1e6, float(np.mean(shares)),
    )  # fmt: skip


def made_vectors(number: int) -> tuple[Vectors, Vectors]:
    """Return unit vectors around random centres, and as many questions as are needed."""
    chosen = np.random.default_rng(_SEED)
    centres = chosen.standard_normal((max(1, number // _PER_CLOUD), DIMENSIONS), np.float32)
    made = np.concatenate([
        _around(centres, chosen, min(100_000, number - done)) for done in range(0, number, 100_000)
    ])  # fmt: skip
    return made, _around(centres, chosen, 3 * _QUESTIONS)


def _around(centres: Vectors, chosen: np.random.Generator, number: int) -> Vectors:
    rows = centres[chosen.integers(0, len(centres), number)]
    rows = rows + _SPREAD * chosen.standard_normal(rows.shape, np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class _Rows:
    """An encoder of numbers: gives the row of that number."""

    dimensions = DIMENSIONS

    def __init__(self, rows: Vectors) -> None:
        self._rows = rows

    def as_read(self, text: str) -> str:
        """Return the text: it is encoded as it is."""
        return text

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._rows[[int(text) for text in texts]]

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        return self.encode(texts), [Pieces(self._rows[:0], ()) for _ in texts]


def _timed(searcher: FaissSearcher) -> tuple[list[float], list[set[int]]]:
    """Return ms of CPU time per question, and the best passages found."""
    times, found = [], []
    for number in range(_QUESTIONS):
        start = time.thread_time()
        hits = searcher.search(str(number), _DEPTH)
        times.append((time.thread_time() - start) * 1000)
        found.append({hit.passage for hit in hits[:AT]})
    return times, found
