"""scipy searches passages by the character n-grams of their words (TF-IDF, cosine).

It finds German compounds by their parts and survives inflection and typing errors, without a
language model. Words that questions are asked with do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix
from scipy.sparse._sparsetools import csc_matvec  # what csc_matrix multiplies with

from bot.glossary.folding import spoken
from bot.retrieval.hit import Hits

_SIZES = (3, 4, 5)
_STEP = 64  # one score in so many tells which ones need not be sorted
_SPARE = 8
_ABOVE_NOTHING = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True)
class NgramIndex:
    """The word pieces of all passages: ``grams`` in column order, their ``idf``, the weights.

    ``matrix`` is a sparse float32 matrix of shape (passages, n-grams) whose rows have length 1.
    """

    grams: tuple[str, ...]
    idf: NDArray[np.float32]
    matrix: csc_matrix

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return plain arrays, which :meth:`from_arrays` reads; they may be mapped from disk."""
        return {
            "grams": np.frombuffer("\n".join(self.grams).encode(), np.uint8),
            "idf": self.idf,
            "weights": self.matrix.data,
            "places": self.matrix.indices,
            "offsets": self.matrix.indptr,
            "size": np.array(self.matrix.shape, np.int64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> NgramIndex:
        """Read what :meth:`to_arrays` made; the weights are not copied."""
        grams = arrays["grams"].tobytes().decode()
        parts = (arrays["weights"], arrays["places"], arrays["offsets"])
        rows, columns = (int(number) for number in arrays["size"])
        matrix = csc_matrix(parts, shape=(rows, columns), copy=False)
        return cls(tuple(grams.split("\n")) if grams else (), np.asarray(arrays["idf"]), matrix)


class NgramSearcher:
    """A :class:`bot.retrieval.searcher.Searcher` over word pieces.

    Args:
        index: the passages.
        ignored: tells which folded words carry no meaning of their own.
    """

    def __init__(self, index: NgramIndex, ignored: Callable[[str], bool]) -> None:
        self._ignored = ignored
        self._rows = {gram: row for row, gram in enumerate(index.grams)}
        self._idf = index.idf
        # Plain arrays: a slice of one that is mapped from disk takes ten times as long.
        self._passages = index.matrix.shape[0]
        self._starts = np.asarray(index.matrix.indptr)
        self._places = np.asarray(index.matrix.indices)
        self._weights = np.asarray(index.matrix.data)

    def search(self, text: str, k: int) -> Hits:
        """Return at most ``k`` hits with a score above 0, descending, ties by passage number."""
        rows, values = self._row(text)
        if not len(rows) or k < 1:
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.float32))
        scores = self._scores(rows, values)
        near = _near_best(scores, k)
        found = near[scores[near] >= _least(scores[near], k)]
        best = found[np.lexsort((found, -scores[found]))][:k]
        return Hits(best, scores[best])

    def _scores(self, grams: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the product of some columns and their values; scipy would copy them first."""
        starts, ends = self._starts[grams].tolist(), self._starts[grams + 1].tolist()
        scores = np.zeros(self._passages, np.float32)
        column = np.zeros(2, self._places.dtype)
        for start, end, value in zip(starts, ends, values[:, None], strict=True):
            column[1] = end - start
            csc_matvec(  # adds to the scores
                self._passages, 1, column, self._places[start:end], self._weights[start:end],
                value, scores,
            )  # fmt: skip
        return scores

    def _row(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return _row(_ngrams(text, self._ignored), self._rows, self._idf)


def _near_best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the passages that score as the ``k`` best, and others: a sample tells above what."""
    sample = np.sort(scores[::_STEP])
    place = len(sample) - 2 * k // _STEP - _SPARE
    near = np.flatnonzero(scores >= sample[place]) if place > 0 and sample[place] > 0 else ()
    return np.flatnonzero(scores >= _ABOVE_NOTHING) if len(near) < k else np.asarray(near)


def _least(scores: NDArray[np.float32], k: int) -> float:
    """Return the score of the ``k``-th best, above 0."""
    place = len(scores) - k
    least = float(np.partition(scores, place)[place]) if place > 0 else 0.0
    return max(least, _ABOVE_NOTHING)


def build_index(texts: Sequence[str], ignored: Callable[[str], bool]) -> NgramIndex:
    """Index passages.

    Args:
        texts: the passages.
        ignored: tells which folded words carry no meaning of their own.
    """
    said = [[word for word in spoken(text) if not ignored(word)] for text in texts]
    known = sorted({word for each in said for word in each})
    pieces = [_pieces(word) for word in known]
    grams = sorted({gram for each in pieces for gram in each})
    # How often a passage has an n-gram: how often it has a word, times how often that has it.
    counts = (_counts(said, known) @ _counts(pieces, grams)).tocsc().tocoo()
    weights = (1 + np.log(counts.data)).astype(np.float32)
    return _weighted(grams, counts.row, counts.col, weights, len(texts))


def _counts(parts: Sequence[Sequence[str]], known: Sequence[str]) -> csr_matrix:
    """Return how often each one has each of the known parts, int32."""
    column_of = {part: column for column, part in enumerate(known)}
    columns = np.fromiter((column_of[part] for each in parts for part in each), np.int32)
    ends = np.cumsum([0, *map(len, parts)])
    shape = (len(parts), len(known))
    return csr_matrix((np.ones(len(columns), np.int32), columns, ends), shape=shape)


def updated(
    index: NgramIndex,
    places: NDArray[np.int64],
    texts: Sequence[str],
    ignored: Callable[[str], bool],
) -> NgramIndex:
    """Return the index of other passages; only those that ``index`` does not have are read.

    It is the index that :func:`build_index` makes, but for the order of the n-grams and rounding.

    Args:
        index: the index before; it stays as it is.
        places: of each passage, its row in ``index``, or -1.
        texts: the passages.
        ignored: tells which folded words carry no meaning of their own.
    """
    _, firsts = np.unique(places, return_index=True)  # a text that stands twice is read again
    kept = firsts[places[firsts] >= 0]
    row_of = np.full(index.matrix.shape[0], -1, np.int32)
    row_of[places[kept]] = kept
    sizes = np.diff(index.matrix.indptr)
    rows = row_of[index.matrix.indices]
    of = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    # A weight is (1 + log count) * idf, scaled to the length of its row: that scale goes below.
    weights = index.matrix.data / index.idf[of]
    if rows.min(initial=0) < 0:
        stays = rows >= 0
        rows, of, weights = rows[stays], of[stays], weights[stays]
    columns = {gram: column for column, gram in enumerate(index.grams)}
    counted = [
        (row, columns.setdefault(gram, len(columns)), count)
        for row in np.setdiff1d(np.arange(len(texts)), kept)
        for gram, count in _ngrams(texts[row], ignored).items()
    ]
    new = np.array(counted, np.int64).reshape(len(counted), 3)
    return _weighted(
        tuple(columns),
        np.concatenate([rows, new[:, 0].astype(np.int32)]),
        np.concatenate([of, new[:, 1].astype(np.int32)]),
        np.concatenate([weights, (1 + np.log(new[:, 2])).astype(np.float32)]),
        len(texts),
    )


def _weighted(
    grams: Sequence[str],
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    weights: NDArray[np.float32],
    passages: int,
) -> NgramIndex:
    """Weigh n-grams by how rare they are, scale the rows, and leave out those that are gone."""
    frequency = np.bincount(columns, minlength=len(grams))
    alive = np.flatnonzero(frequency)
    column_of = (np.cumsum(frequency > 0) - 1).astype(np.int32)
    columns = column_of[columns]
    seen = frequency[alive].astype(np.float32)
    idf = np.asarray(np.log((1 + passages) / (1 + seen)) + 1, np.float32)
    weights = weights * idf[columns]
    lengths = np.sqrt(np.bincount(rows, weights * weights, minlength=passages))
    weights = weights / lengths.astype(np.float32)[rows]
    # Quick, since nearly all are in order.
    order = np.argsort(columns.astype(np.int64) * passages + rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(frequency[alive])])
    parts = (weights[order], rows[order], starts.astype(np.int32))
    matrix = csc_matrix(parts, shape=(passages, len(alive)))
    return NgramIndex(tuple(grams[place] for place in alive), idf, matrix)


def _ngrams(text: str, ignored: Callable[[str], bool]) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in spoken(text):
        if not ignored(word):
            found.update(_pieces(word))
    return found


def _row(
    counts: Counter[str], rows: Mapping[str, int], idf: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    known = {rows[gram]: count for gram, count in counts.items() if gram in rows}
    columns = np.fromiter(known.keys(), np.int64, len(known))
    counted = np.fromiter(known.values(), np.float32, len(known))
    values = (1 + np.log(counted)) * idf[columns] if len(known) else counted
    norm = float(np.linalg.norm(values))
    return columns, np.asarray(values / norm if norm else values, np.float32)


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[start : start + size] for size in _SIZES for start in range(len(padded) - size + 1)
    )
