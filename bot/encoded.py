"""Encoded passages: the vectors of a glossary's passages; what was encoded before is taken over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.adapters.chunk_store import Chunk, ChunkStore
from bot.adapters.index_store import StoredIndex
from bot.adapters.spacy_phrases import stop_words
from bot.progress import Countdown
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.interaction import PieceIndex, as_bytes, content, project, projection_of
from bot.retrieval.passage import Passage

FIRST = 16_384
"""Passages of the first chunk; fewer are encoded at once."""
CHUNK = 2048

T = TypeVar("T", bound=np.generic)
_Run = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Passages as vectors.

    ``keys`` are content hashes in passage order, ``vectors`` float32 unit vectors of shape
    (passages, dimensions), ``pieces`` their word pieces. ``places`` says where each passage stood
    among those taken over, -1 for those encoded anew.
    """

    keys: Sequence[str]
    vectors: Vectors
    pieces: PieceIndex
    places: NDArray[np.int64]

    @property
    def anew(self) -> int:
        """How many passages were encoded anew."""
        return int((self.places < 0).sum())

    @classmethod
    def of(cls, stored: StoredIndex) -> Encoded:
        """Return what an index holds."""
        places = np.arange(len(stored.passages), dtype=np.int64)
        return cls(stored.passages, stored.vectors, stored.pieces, places)


def encode(
    passages: Sequence[Passage], encoder: Encoder, version: str, before: Encoded | None
) -> Encoded:
    """Encode the passages that are not among those encoded before.

    Args:
        passages: all passages of the glossary.
        encoder: the encoder.
        version: its version; vectors of another version are not taken over.
        before: passages encoded before.
    """
    keys = [_key(passage, version) for passage in passages]
    places = _places(keys, before)
    new = [passages[place] for place in np.flatnonzero(places < 0)]
    rows, said = _run(new, encoder)
    if before and len(new) < len(keys):
        projection = before.pieces.projection
        old_vectors, old_pieces = before.vectors, before.pieces
    else:
        projection = projection_of(said)
        old_vectors = np.zeros((0, rows.shape[1]), np.float32)
        nothing = np.zeros((0, projection.shape[1]), np.int8)
        old_pieces = PieceIndex(projection, nothing, np.zeros(0, np.int64))
    parts = [as_bytes(project(vectors, projection)) for vectors in said]
    counts = np.array([len(part) for part in parts], np.int64)
    new_pieces = PieceIndex(projection, np.concatenate([*parts, old_pieces.vectors[:0]]), counts)
    runs = _runs(places)
    return Encoded(
        keys,
        _joined(runs, old_vectors, rows),
        PieceIndex(
            projection,
            _joined(_rows(runs, old_pieces, new_pieces), old_pieces.vectors, new_pieces.vectors),
            _joined(runs, old_pieces.counts, new_pieces.counts),
        ),
        places,
    )


def encode_many(
    passages: Sequence[Passage],
    encoder: Encoder,
    version: str,
    before: Encoded | None,
    chunks: ChunkStore,
    count: Countdown,
) -> Encoded:
    """Encode as :func:`encode` does, in chunks that outlive an interruption.

    Few passages are encoded at once. Of many, a sample spread over all comes first, which the
    projection of word pieces is worked out from; what a former call left in ``chunks`` is not
    encoded again. The caller clears them when the index is written. ``count`` is begun; the
    encoder adds to it.

    Raises:
        SettingError: the chunks cannot be written.
    """
    keys = [_key(passage, version) for passage in passages]
    known = set(before.keys if before else ())
    new = [place for place, key in enumerate(keys) if key not in known]
    count.begin(len(new), 0)
    if len(new) <= FIRST:
        return encode(passages, encoder, version, before)
    projection = before.pieces.projection if before and len(new) < len(keys) else None
    kept = [before] if before and projection is not None else []
    stored = chunks.projection()
    if stored is not None and (projection is None or np.array_equal(projection, stored)):
        projection = stored
        kept += [_of_chunk(chunk, stored) for chunk in chunks.read()]
    else:
        chunks.clear()
    done = {key for chunk in kept for key in chunk.keys}
    left = [place for place in new if keys[place] not in done]
    count.begin(len(new), len(new) - len(left))
    for places in _batches(left, FIRST if projection is None else CHUNK):
        some = [passages[place] for place in places]
        rows, said = _run(some, encoder)
        if projection is None:
            projection = projection_of(said)
        if chunks.projection() is None:
            chunks.begin(projection)
        parts = [as_bytes(project(each, projection)) for each in said]
        counts = np.array([len(part) for part in parts], np.int64)
        chunk = Chunk([keys[p] for p in places], rows[: len(places)], np.concatenate(parts), counts)
        chunks.write(chunk)
        kept.append(_of_chunk(chunk, projection))
    whole = encode(passages, encoder, version, _together(kept))
    return replace(whole, places=_places(keys, before))


def _places(keys: Sequence[str], before: Encoded | None) -> NDArray[np.int64]:
    known = {key: place for place, key in enumerate(before.keys)} if before else {}
    return np.fromiter((known.get(key, -1) for key in keys), np.int64, len(keys))


def _run(
    passages: Sequence[Passage], encoder: Encoder
) -> tuple[Vectors, list[NDArray[np.float32]]]:
    """Return a vector per passage and one more, and the vectors of each one's content pieces."""
    rows, found = encoder.encode_pieces([*(passage.text for passage in passages), ""])
    said = [
        content(passage.text, pieces, stop_words(passage.language).__contains__)
        for passage, pieces in zip(passages, found, strict=False)
    ]
    return rows, said


def _batches(left: Sequence[int], first: int) -> Iterator[Sequence[int]]:
    """Give batches: the first spread over all, the others in order."""
    if not left:
        return
    sample = left[:: -(-len(left) // first)]
    yield sample
    rest = sorted(set(left).difference(sample))
    for start in range(0, len(rest), CHUNK):
        yield rest[start : start + CHUNK]


def _of_chunk(chunk: Chunk, projection: NDArray[np.float32]) -> Encoded:
    pieces = PieceIndex(projection, chunk.pieces, chunk.counts)
    nowhere = np.full(len(chunk.keys), -1, np.int64)
    return Encoded(chunk.keys, chunk.vectors, pieces, nowhere)


def _together(parts: Sequence[Encoded]) -> Encoded:
    pieces = PieceIndex(
        parts[0].pieces.projection,
        np.concatenate([part.pieces.vectors for part in parts]),
        np.concatenate([part.pieces.counts for part in parts]),
    )
    return Encoded(
        [key for part in parts for key in part.keys],
        np.concatenate([part.vectors for part in parts]),
        pieces,
        np.concatenate([part.places for part in parts]),
    )


def _key(passage: Passage, encoder_version: str) -> str:
    return hashlib.sha256(f"{encoder_version}\0{passage.text}".encode()).hexdigest()[:24]


def _runs(places: NDArray[np.int64]) -> list[_Run]:
    """Return (0 for taken over or 1 for new, first, last + 1) for passages that stand together."""
    is_new = places < 0
    rows = np.where(is_new, np.cumsum(is_new) - 1, places)
    breaks = np.flatnonzero((np.diff(rows) != 1) | np.diff(is_new)) + 1
    firsts, lasts = [0, *breaks.tolist()], [*breaks.tolist(), len(rows)]
    return [
        (int(is_new[first]), int(rows[first]), int(rows[last - 1]) + 1)
        for first, last in zip(firsts, lasts, strict=True)
        if last > first
    ]


def _rows(runs: Sequence[_Run], *pieces: PieceIndex) -> list[_Run]:
    """Return runs of passages as runs of their word pieces."""
    ends = [np.concatenate([[0], np.cumsum(index.counts)]) for index in pieces]
    return [(which, int(ends[which][a]), int(ends[which][b])) for which, a, b in runs]


def _joined(runs: Sequence[_Run], *sources: NDArray[T]) -> NDArray[T]:
    """Return the runs of rows of the sources as one array."""
    return np.concatenate([sources[which][first:last] for which, first, last in runs])
