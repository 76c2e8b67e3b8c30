"""FAISS searches passage vectors by cosine: all of them where they are few, else the nearest lists.

Comparing a question with 100,000 vectors takes as long as all the rest of an answer. So many
vectors are sorted into lists by the nearest of some centres, and only the lists nearest to the
question are compared. How many, is worked out when the index is built: as few as find what
comparing with all finds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import faiss
import numpy as np
from numpy.typing import NDArray

from bot.errors import ContractError
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.hit import Hit

FLAT_UP_TO = 100_000
"""Passages that are all compared; more are sorted into lists (docs/adr/0015-scale.md)."""
RECALL = 0.995
"""The share of the best :data:`AT` passages that lists must find on the questions at hand."""
AT = 10
_LISTS_PER_ROOT = 4  # lists per square root of the number of passages
_PER_LIST = 39  # passages per list that the centres are worked out from, FAISS's own minimum
_ROUNDS = 10
_FIRST_PROBES = 16
_SEED = 7


@dataclass(frozen=True, slots=True)
class VectorLists:
    """How passage vectors are searched.

    ``kind`` is "flat" (all are compared) or "lists"; ``stored`` are the lists as FAISS writes them,
    uint8, empty if flat; ``recall`` is the share of the true best :data:`AT` that was found.
    """

    kind: str
    recall: float
    lists: int
    probes: int
    stored: NDArray[np.uint8]

    def facts(self) -> dict[str, str | float | int]:
        """Return all but the lists as JSON values."""
        return {
            "kind": self.kind, "recall": self.recall, "lists": self.lists, "probes": self.probes,
        }  # fmt: skip

    def described(self) -> str:
        """Return in words how vectors are searched."""
        if self.kind == "flat":
            return "all vectors are compared"
        return f"{self.probes} of {self.lists} lists are searched, recall at {AT}: {self.recall}"


FLAT = VectorLists("flat", 1.0, 0, 0, np.zeros(0, np.uint8))


class FaissSearcher:
    """A :class:`bot.retrieval.searcher.Searcher` over the vectors of passages.

    Args:
        vectors: unit vectors of the passages, float32, shape (passages, dimensions).
        encoder: encodes the questions; of the same dimensions.
        lists: what :func:`vector_lists` made of the vectors; without, all are compared.
    """

    def __init__(self, vectors: Vectors, encoder: Encoder, lists: VectorLists = FLAT) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != encoder.dimensions:
            raise ContractError(
                f"vectors of shape {vectors.shape} for {encoder.dimensions} dimensions"
            )
        self._encoder = encoder
        self._vectors = vectors
        self._index = _opened(lists.stored) if lists.stored.size else _flat(vectors)

    def search(self, text: str, k: int) -> list[Hit]:
        """Return at most ``k`` hits, cosine descending, ties by passage number."""
        total = self._index.ntotal
        k = min(k, total)
        if not k:
            return []
        question = self._encoder.encode([text])
        wanted = min(k + 1, total)  # one more tells whether the last of them is alone
        while True:
            scores, places = self._index.search(question, wanted)
            # Of passages that score alike at the end of the list, those of the lowest numbers stay.
            if wanted == total or places[0][-1] < 0 or scores[0][-1] < scores[0][k - 1]:
                break
            wanted = min(2 * wanted, total)
        found = places[0] >= 0
        order = np.lexsort((places[0][found], -scores[0][found]))[:k]
        best = zip(places[0][found][order].tolist(), scores[0][found][order].tolist(), strict=True)
        return [Hit(*hit) for hit in best]

    def similarities(self, text: str, passages: Sequence[int]) -> list[float]:
        """Return the cosine of a text and each of these passages."""
        if not passages:
            return []
        kept = np.asarray(self._vectors[np.asarray(passages, np.int64)], np.float32)
        return [float(score) for score in kept @ self._encoder.encode([text])[0]]


def vector_lists(
    vectors: Vectors, questions: Callable[[], Vectors], flat_up_to: int = FLAT_UP_TO
) -> VectorLists:
    """Choose how vectors are searched by how many there are, and prepare it.

    Args:
        vectors: unit vectors of the passages.
        questions: gives unit vectors of questions like those to come; asked where recall must be
            measured.
        flat_up_to: so many vectors are all compared.
    """
    if len(vectors) <= flat_up_to:
        return FLAT
    asked = questions()
    index = _sorted_into_lists(vectors)
    _, best = _flat(vectors).search(asked, AT)
    index.nprobe = min(_FIRST_PROBES, index.nlist)
    while True:
        recall = overlap(index.search(asked, AT)[1], best)
        if recall >= RECALL or index.nprobe == index.nlist:
            break
        index.nprobe = min(2 * index.nprobe, index.nlist)
    stored = np.asarray(faiss.serialize_index(index), np.uint8)
    return VectorLists("lists", round(recall, 5), int(index.nlist), int(index.nprobe), stored)


def sorted_anew(lists: VectorLists, vectors: Vectors, places: NDArray[np.int64]) -> VectorLists:
    """Return lists of other vectors around the same centres; the recall is that of before.

    Args:
        lists: those before; they stay as they are.
        vectors: the other vectors.
        places: of each, its row among those before, or -1: only the latter are compared with the
            centres.
    """
    if not lists.stored.size:
        return lists
    index = faiss.deserialize_index(np.ascontiguousarray(lists.stored))
    _, firsts = np.unique(places, return_index=True)
    kept = firsts[places[firsts] >= 0]
    row_of = np.full(index.ntotal, -1, np.int64)
    row_of[places[kept]] = kept
    index.remove_ids(np.flatnonzero(row_of < 0))
    for number in range(index.nlist):
        size = index.invlists.list_size(number)
        if size:
            rows = faiss.rev_swig_ptr(index.invlists.get_ids(number), size)
            rows[:] = row_of[rows]
    new = np.setdiff1d(np.arange(len(places)), kept)
    if len(new):
        index.add_with_ids(np.ascontiguousarray(vectors[new], np.float32), new)
    return replace(lists, stored=np.asarray(faiss.serialize_index(index), np.uint8))


def overlap(found: NDArray[np.int64], best: NDArray[np.int64]) -> float:
    """Return the share of the rows' best places that were found; both have one row a question."""
    pairs = zip(found, best, strict=True)
    return float(np.mean([len(set(f) & set(b)) / len(b) for f, b in pairs]))


def _flat(vectors: Vectors) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _sorted_into_lists(vectors: Vectors) -> faiss.IndexIVFFlat:
    lists = min(len(vectors), round(_LISTS_PER_ROOT * math.sqrt(len(vectors))))
    size = min(len(vectors), _PER_LIST * lists)
    sample = np.random.default_rng(_SEED).choice(len(vectors), size, replace=False)
    dimensions = vectors.shape[1]
    index = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(dimensions), dimensions, lists, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.seed, index.cp.spherical = _ROUNDS, _SEED, True
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], np.float32))
    index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _opened(stored: NDArray[np.uint8]) -> faiss.IndexIVFFlat:
    """Open stored lists; those in a file stay there and are read where they are needed."""
    if isinstance(stored, np.memmap):
        return faiss.read_index(str(stored.filename), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    return faiss.deserialize_index(np.ascontiguousarray(stored))
