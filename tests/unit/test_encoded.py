"""Many passages are encoded in chunks: the same vectors as at once, and none twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot import encoded
from bot.adapters.chunk_store import ChunkStore
from bot.encoded import Encoded, encode, encode_many
from bot.glossary.section import SectionKind
from bot.progress import Countdown
from bot.retrieval.encoder import Pieces, Vectors
from bot.retrieval.passage import Passage
from tests.fakes import HashEncoder

MANY = [
    Passage(f"c{n}", "en", SectionKind.DEFINITION, f"word{n} of thing{n % 7}") for n in range(100)
]


class StoppedError(Exception):
    """The build is stopped."""


class Counting(HashEncoder):
    """Counts the texts it encodes; stops before it encodes more than it may."""

    def __init__(self, may: int = 10_000) -> None:
        self.may = may
        self.texts: list[str] = []

    def as_read(self, text: str) -> str:
        return text

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Encode, or stop."""
        said = [text for text in texts if text]
        if len(self.texts) + len(said) > self.may:
            raise StoppedError
        self.texts += said
        return super().encode_pieces(texts)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded, "FIRST", 20)
    monkeypatch.setattr(encoded, "CHUNK", 10)


@pytest.fixture
def chunks(tmp_path: Path) -> ChunkStore:
    """A folder for chunks that is not there yet."""
    return ChunkStore(tmp_path / "models" / "encoding")


def build(
    encoder: Counting,
    chunks: ChunkStore,
    before: Encoded | None = None,
    count: Countdown | None = None,
) -> Encoded:
    """Encode :data:`MANY`."""
    return encode_many(MANY, encoder, "v1", before, chunks, count or unheard())


def unheard() -> Countdown:
    """Return a countdown that tells nobody."""
    return Countdown(lambda _: None, "encoded", "passages")


def test_chunks_give_the_vectors_that_encoding_at_once_gives(chunks: ChunkStore) -> None:
    found = build(Counting(), chunks)
    at_once = encode(MANY, HashEncoder(), "v1", None)
    assert found.keys == at_once.keys
    assert np.array_equal(found.vectors, at_once.vectors)
    assert np.array_equal(found.pieces.counts, at_once.pieces.counts)
    assert found.anew == len(MANY)


def test_an_interrupted_build_goes_on_where_it_was(chunks: ChunkStore) -> None:
    first = Counting(may=55)
    with pytest.raises(StoppedError):
        build(first, chunks)
    second, said = Counting(), list[str]()
    count = Countdown(said.append, "encoded", "passages")
    found = build(second, chunks, count=count)
    count.add(50)
    assert said[-1].startswith("encoded 100 of 100 passages")
    assert len(first.texts) == 50
    assert not set(first.texts) & set(second.texts)
    whole = build(Counting(), ChunkStore(Path(str(chunks._folder) + "-other")))
    assert np.array_equal(found.vectors, whole.vectors)
    assert np.array_equal(found.pieces.vectors, whole.pieces.vectors)
    assert np.array_equal(found.pieces.projection, whole.pieces.projection)


def test_a_damaged_chunk_is_encoded_again(chunks: ChunkStore, tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        build(Counting(may=55), chunks)
    damaged = sorted((tmp_path / "models" / "encoding").glob("*.npz"))[1]
    damaged.write_bytes(damaged.read_bytes()[:-40])
    second = Counting()
    found = build(second, chunks)
    assert len(second.texts) == 60
    assert np.array_equal(found.vectors, encode(MANY, HashEncoder(), "v1", None).vectors)


def test_few_passages_leave_no_chunks(chunks: ChunkStore) -> None:
    encode_many(MANY[:20], Counting(), "v1", None, chunks, unheard())
    assert chunks.projection() is None


def test_what_an_index_has_is_not_encoded_again(chunks: ChunkStore) -> None:
    before = encode(MANY[:40], HashEncoder(), "v1", None)
    encoder = Counting()
    found = build(encoder, chunks, before)
    assert encoder.texts
    assert not set(encoder.texts) & {passage.text for passage in MANY[:40]}
    assert np.array_equal(found.pieces.projection, before.pieces.projection)
    assert found.anew == 60
    assert found.places[:40].tolist() == list(range(40))
