"""scipy searches passages by the character n-grams of their words (TF-IDF, cosine).

It finds German compounds by their parts and survives inflection and typing errors, without a
language model. Words that questions are asked with do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from bot.glossary.folding import words
from bot.retrieval.hit import Hit

_SIZES = (3, 4, 5)


class NgramSearcher:
    """A :class:`bot.retrieval.searcher.Searcher` over word pieces.

    Args:
        texts: the passages.
        ignored: tells which folded words carry no meaning of their own.
    """

    def __init__(self, texts: Sequence[str], ignored: Callable[[str], bool]) -> None:
        self._ignored = ignored
        counts = [self._ngrams(text) for text in texts]
        seen: Counter[str] = Counter()
        for count in counts:
            seen.update(count.keys())
        self._rows = {gram: row for row, gram in enumerate(sorted(seen))}
        frequency = np.array([seen[gram] for gram in self._rows], np.float64)
        self._idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
        self._matrix: csc_matrix = self._stack(counts).tocsc()

    def search(self, text: str, k: int) -> list[Hit]:
        """Return at most ``k`` hits with a score above 0, descending, ties by passage number."""
        rows, values = self._row(self._ngrams(text))
        if not len(rows):
            return []
        scores = np.asarray(self._matrix[:, rows] @ values).ravel()
        found = np.flatnonzero(scores > 0)
        best = found[np.lexsort((found, -scores[found]))][:k]
        return [Hit(int(place), float(scores[place])) for place in best]

    def _ngrams(self, text: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for word in words(text):
            if not self._ignored(word.folded):
                found.update(_pieces(word.folded))
        return found

    def _row(self, counts: Counter[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        known = {self._rows[gram]: count for gram, count in counts.items() if gram in self._rows}
        rows = np.fromiter(known.keys(), np.int64, len(known))
        counted = np.fromiter(known.values(), np.float64, len(known))
        values = (1 + np.log(counted)) * self._idf[rows] if len(known) else counted
        norm = float(np.linalg.norm(values))
        return rows, values / norm if norm else values

    def _stack(self, counts: Iterable[Counter[str]]) -> csr_matrix:
        rows = [self._row(count) for count in counts]
        lengths = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows] or [np.zeros(0, np.int64)])
        values = np.concatenate([values for _, values in rows] or [np.zeros(0)])
        return csr_matrix((values, columns, lengths), shape=(len(rows), len(self._rows)))


def _pieces(word: str) -> Iterable[str]:
    padded = f" {word} "
    for size in _SIZES:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
