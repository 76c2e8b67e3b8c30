"""FAISS searches passage vectors by cosine: exactly where they are few, else by short codes first.

Comparing a question with 100,000 vectors takes as long as all the rest of an answer. Of so many,
every vector has a code of an eighth of a byte per dimension (product quantisation), which FAISS
compares in registers of the processor; the vectors whose codes come nearest are compared exactly.
How many, is worked out when the index is built: as few as find what comparing with all finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import faiss
import numpy as np
from numpy.typing import NDArray

from bot.errors import ContractError
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.hit import Hits

FLAT_UP_TO = 20_000
"""Passages that are all compared exactly; more have codes (docs/adr/0015-scale.md)."""
RECALL = 0.995
"""The share of the best :data:`AT` passages that codes must find on the questions at hand."""
AT = 10
REACH = 1000
"""Passages that are compared exactly at least, where there are codes."""
_BITS = 4  # of a code, per part of a vector; FAISS compares no others in registers
_CENTROIDS = 1 << _BITS
_PART = 2  # dimensions
_SAMPLE = 20_000  # passages that the centroids are worked out from
_ROUNDS = 10
_SEED = 7


@dataclass(frozen=True, slots=True)
class VectorCodes:
    """How passage vectors are searched.

    ``kind`` is "flat" (all are compared exactly) or "codes"; ``recall`` is the share of the true
    best :data:`AT` that was found, ``reach`` how many passages are compared exactly. ``codes`` is
    uint8 of shape (passages, bytes), ``centroids`` float32 of shape (parts, 16, dimensions of a
    part); both are empty if flat.
    """

    kind: str
    recall: float
    reach: int
    codes: NDArray[np.uint8]
    centroids: NDArray[np.float32]

    def facts(self) -> dict[str, str | float | int]:
        """Return all but the arrays as JSON values."""
        return {"kind": self.kind, "recall": self.recall, "reach": self.reach}

    def described(self) -> str:
        """Return in words how vectors are searched."""
        if self.kind == "flat":
            return "all vectors are compared"
        return f"codes first, then {self.reach} vectors; recall at {AT}: {self.recall}"


FLAT = VectorCodes("flat", 1.0, 0, np.zeros((0, 0), np.uint8), np.zeros((0, 0, 0), np.float32))


class FaissSearcher:
    """A :class:`bot.retrieval.searcher.Searcher` over the vectors of passages.

    Args:
        vectors: unit vectors of the passages, float32, shape (passages, dimensions).
        encoder: encodes the questions; of the same dimensions.
        codes: what :func:`vector_codes` made of the vectors; without, all are compared.
    """

    def __init__(self, vectors: Vectors, encoder: Encoder, codes: VectorCodes = FLAT) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != encoder.dimensions:
            raise ContractError(
                f"vectors of shape {vectors.shape} for {encoder.dimensions} dimensions"
            )
        self._encoder = encoder
        self._vectors = np.asarray(vectors)  # plain: slices of a mapped array take longer
        self._reach = codes.reach
        self._index = _opened(codes) if codes.kind == "codes" else _flat(vectors)

    def search(self, text: str, k: int) -> Hits:
        """Return at most ``k`` hits, cosine descending, ties by passage number."""
        return self.nearest(self._encoder.encode([text])[0], k)

    def nearest(self, vector: NDArray[np.float32], k: int) -> Hits:
        """Return what :meth:`search` returns for a text with this vector, shape (dimensions,)."""
        k = min(k, len(self._vectors))
        if not k:
            return Hits(np.zeros(0, np.int64), np.zeros(0, np.float32))
        question = vector[None]
        places, scores = self._coded(question, k) if self._reach else self._exact(question, k)
        order = np.lexsort((places, -scores))[:k]
        return Hits(places[order], scores[order])

    def _coded(self, question: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the passages whose codes come nearest, and their exact cosines."""
        _, found = self._index.search(question, min(max(self._reach, k), len(self._vectors)))
        places = np.sort(found[0][found[0] >= 0])
        return places, np.asarray(self._vectors[places] @ question[0], np.float32)

    def _exact(self, question: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ``k`` best passages, all that score as the last of them, and the cosines."""
        total = len(self._vectors)
        wanted = min(k + 1, total)  # one more tells whether the last of them is alone
        while True:
            scores, places = self._index.search(question, wanted)
            # Of passages that score alike at the end of the list, those of the lowest numbers stay.
            if wanted == total or scores[0][-1] < scores[0][k - 1]:
                return places[0], scores[0]
            wanted = min(2 * wanted, total)

    def similarities(self, text: str, passages: Sequence[int]) -> list[float]:
        """Return the cosine of a text and each of these passages."""
        if not passages:
            return []
        kept = np.asarray(self._vectors[np.asarray(passages, np.int64)], np.float32)
        return [float(score) for score in kept @ self._encoder.encode([text])[0]]


def vector_codes(
    vectors: Vectors,
    questions: Callable[[], Vectors],
    flat_up_to: int = FLAT_UP_TO,
    reach: int = REACH,
) -> VectorCodes:
    """Choose how vectors are searched by how many there are, and prepare it.

    Args:
        vectors: unit vectors of the passages.
        questions: gives unit vectors of questions like those to come; asked where recall must be
            measured.
        flat_up_to: so many vectors are all compared exactly.
        reach: so many are compared exactly at least, where there are codes.
    """
    if len(vectors) <= max(flat_up_to, _CENTROIDS):
        return FLAT
    made = replace(_coded(vectors), reach=reach)
    asked, index = questions(), _opened(made)
    _, best = _flat(vectors).search(asked, AT)
    while True:
        # Comparing those found exactly loses none of the best, so a best one is found if its code
        # comes near enough.
        recall = _share(index.search(asked, min(made.reach, len(vectors)))[1], best)
        if recall >= RECALL or made.reach >= len(vectors):
            return replace(made, recall=round(recall, 5))
        made = replace(made, reach=2 * made.reach)


def coded_anew(codes: VectorCodes, vectors: Vectors, places: NDArray[np.int64]) -> VectorCodes:
    """Return codes of other vectors by the same centroids; the recall is that of before.

    Args:
        codes: those before; they stay as they are.
        vectors: the other vectors.
        places: of each, its row among those before, or -1: only the latter get a new code.
    """
    if codes.kind == "flat":
        return codes
    anew = codes.codes[places]  # a place of -1 gives any code, which the next line writes over
    is_new = places < 0
    if is_new.any():
        rows = np.ascontiguousarray(vectors[is_new], np.float32)
        anew[is_new] = _quantizer(codes.centroids).sa_encode(rows)
    return replace(codes, codes=anew)


def _share(found: NDArray[np.int64], best: NDArray[np.int64]) -> float:
    """Return the share of the rows' best places that were found; both have one row a question."""
    pairs = zip(found, best, strict=True)
    return float(np.mean([np.isin(b, f).mean() for f, b in pairs]))


def _flat(vectors: Vectors) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _coded(vectors: Vectors) -> VectorCodes:
    """Work out centroids from a sample of the vectors, and the codes of all."""
    size, dimensions = min(len(vectors), _SAMPLE), vectors.shape[1]
    sample = np.random.default_rng(_SEED).choice(len(vectors), size, replace=False)
    index = faiss.IndexPQ(dimensions, dimensions // _PART, _BITS, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.niter, index.pq.cp.seed = _ROUNDS, _SEED
    index.pq.cp.min_points_per_centroid = 1  # else it warns where vectors are few
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    codes = index.sa_encode(np.ascontiguousarray(vectors, np.float32))
    shape = (index.pq.M, _CENTROIDS, index.pq.dsub)
    centroids = faiss.vector_to_array(index.pq.centroids).reshape(shape)
    return VectorCodes("codes", 0.0, 0, codes, centroids)


def _quantizer(centroids: NDArray[np.float32]) -> faiss.IndexPQ:
    parts, _, size = centroids.shape
    index = faiss.IndexPQ(parts * size, parts, _BITS, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(np.ascontiguousarray(centroids).ravel(), index.pq.centroids)
    index.is_trained = True
    return index


def _opened(codes: VectorCodes) -> faiss.IndexPQFastScan:
    """Return an index that compares codes in registers."""
    index = _quantizer(codes.centroids)
    faiss.copy_array_to_vector(np.ascontiguousarray(codes.codes).ravel(), index.codes)
    index.ntotal = len(codes.codes)
    return faiss.IndexPQFastScan(index)
