"""FAISS finds the pairs of rows that are near each other."""

from __future__ import annotations

from collections.abc import Iterator

import faiss
import numpy as np

from bot.retrieval.encoder import Vectors

NEIGHBOURS = 6
_BATCH = 1024  # rows searched at once; bounds the memory
_EXACT = 20_000  # rows from which on cells are searched instead of all rows
_PROBED = 8  # cells


def near_pairs(vectors: Vectors, least: float) -> Iterator[tuple[int, int, float]]:
    """Yield (row, later row, cosine) of near rows, each pair once.

    Args:
        vectors: unit vectors, float32, shape (rows, dimensions).
        least: the cosine from which on rows are near. Of each row its nearest
            :data:`NEIGHBOURS` are looked at; among many rows a few may be missed.
    """
    if len(vectors) < 2:
        return
    rows = np.ascontiguousarray(vectors, np.float32)
    index = _index(rows)
    seen: set[tuple[int, int]] = set()
    for start in range(0, len(rows), _BATCH):
        scores, places = index.search(rows[start : start + _BATCH], min(NEIGHBOURS + 1, len(rows)))
        for row, (near, at) in enumerate(zip(scores, places, strict=True), start=start):
            for score, place in zip(near, at, strict=True):
                pair = (min(row, int(place)), max(row, int(place)))
                if place >= 0 and place != row and score >= least and pair not in seen:
                    seen.add(pair)
                    yield *pair, float(score)


def _index(rows: Vectors) -> faiss.Index:
    index = faiss.IndexFlatIP(rows.shape[1])
    if len(rows) > _EXACT:
        index = faiss.IndexIVFFlat(
            index, rows.shape[1], int(len(rows) ** 0.5), faiss.METRIC_INNER_PRODUCT
        )
        index.train(rows)
        index.nprobe = _PROBED
    index.add(rows)
    return index
