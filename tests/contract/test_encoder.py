"""Every encoder gives unit vectors that depend on the text alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.adapters.onnx_encoder import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEncoder,
    _batches,
)
from bot.errors import Code, ModelError
from bot.retrieval.encoder import Encoder
from bot.settings import Settings
from tests.fakes import HashEncoder
from tests.strategies import unicode_text

Load = Callable[[Settings], Encoder]
TEXTS = st.lists(unicode_text(8) | st.sampled_from(("a moon spade", "Ein Mondspaten")), max_size=4)


def fake(_trained: Settings) -> Encoder:
    """Return the encoder that hashes words."""
    return HashEncoder()


@cache
def onnx(trained: Settings) -> Encoder:
    """Return the encoder that was exported."""
    return OnnxEncoder(trained.encoder)


TOLERANCE = {fake: 0.0, onnx: 0.1}
"""How far a text's vector may depend on the texts beside it: int8 scales are those of the batch."""

LOADS = (fake, onnx)
each_encoder = pytest.mark.parametrize("load", LOADS)


@each_encoder
@hypothesis_settings(max_examples=20)
@given(texts=TEXTS)
def test_rows_are_unit_vectors_in_the_order_of_the_texts(
    trained: Settings, load: Load, texts: list[str]
) -> None:
    encoder = load(trained)
    rows = encoder.encode(texts)
    assert rows.shape == (len(texts), encoder.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    for row, text in zip(rows, texts, strict=True):
        alone = encoder.encode([text])[0]
        assert 1 - float(row @ alone) <= TOLERANCE[load] + 1e-6  # type: ignore[index]


@each_encoder
@hypothesis_settings(max_examples=20)
@given(texts=TEXTS)
def test_pieces_are_unit_vectors_with_their_places(
    trained: Settings, load: Load, texts: list[str]
) -> None:
    encoder = load(trained)
    rows, pieces = encoder.encode_pieces(texts)
    assert np.allclose(rows, encoder.encode(texts), atol=1e-6)
    assert len(pieces) == len(texts)
    for text, found in zip(texts, pieces, strict=True):
        assert found.vectors.shape == (len(found.spans), encoder.dimensions)
        assert found.vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1.0, atol=1e-5)
        assert all(0 <= start < end <= len(text) for start, end in found.spans)
        assert list(found.spans) == sorted(found.spans)


@each_encoder
def test_every_word_of_a_question_has_pieces(trained: Settings, load: Load) -> None:
    text = "Wozu dient eine Wurzelbewässerung?"
    spans = load(trained).encode_pieces([text])[1][0].spans
    for word in ("Wozu", "dient", "eine", "Wurzelbewässerung"):
        start = text.index(word)
        inside = [text[a:b] for a, b in spans if start <= a and b <= start + len(word)]
        assert "".join(inside) == word


@each_encoder
def test_the_same_text_gives_the_same_vector(trained: Settings, load: Load) -> None:
    encoder = load(trained)
    texts = ["a moon spade", "", "?", "a moon spade"]
    rows = encoder.encode(texts)
    assert np.allclose(rows[0], rows[3], atol=1e-6)
    assert np.array_equal(encoder.encode(texts), rows)
    first = encoder.encode(["a moon spade"]).copy()
    assert np.array_equal(encoder.encode(["a moon spade"]), first)


@each_encoder
def test_texts_that_share_words_are_nearer(trained: Settings, load: Load) -> None:
    rows = load(trained).encode(
        [
            "a spade digs holes in the garden",
            "the spade digs a hole in a garden",
            "he paid his taxes late last year",
        ]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


@each_encoder
def test_many_texts_of_any_length_are_encoded_in_order(trained: Settings, load: Load) -> None:
    encoder = load(trained)
    texts = [f"number {n} " * (1 + n % 5) for n in range(40)] + ["word " * 300]
    rows = encoder.encode(texts)
    for place in (0, 13, 39, 40):
        alone = encoder.encode([texts[place]])[0]
        assert float(rows[place] @ alone) > 1 - 0.03


@each_encoder
def test_a_caller_may_change_what_it_was_given(trained: Settings, load: Load) -> None:
    encoder = load(trained)
    before = encoder.encode(["a text of one's own"]).copy()
    encoder.encode(["a text of one's own"])[:] = 0.0
    after = encoder.encode(["a text of one's own"])
    assert np.array_equal(after, before)


@each_encoder
def test_a_caller_may_change_pieces_that_it_was_given(trained: Settings, load: Load) -> None:
    encoder = load(trained)
    text = "a text in pieces"
    rows, pieces = encoder.encode_pieces([text])
    row, vectors = rows.copy(), pieces[0].vectors.copy()
    for given_array in (rows, pieces[0].vectors):
        given_array[:] = 0.0
    after, pieces = encoder.encode_pieces([text])
    assert np.array_equal(after, row)
    assert np.array_equal(pieces[0].vectors, vectors)


# ---- the real one


@given(lengths=st.lists(st.integers(1, 64), max_size=60))
def test_a_batch_is_of_like_lengths_and_small(lengths: list[int]) -> None:
    batches = [[lengths[place] for place in batch] for batch in _batches(lengths)]
    assert sorted(length for batch in batches for length in batch) == sorted(lengths)
    assert all(len(batch) * max(batch) <= 64 for batch in batches)
    assert [length for batch in batches for length in batch] == sorted(lengths)


def test_batches_side_by_side_give_what_they_give_one_after_the_other(trained: Settings) -> None:
    texts = [f"{'word ' * (1 + number % 40)}{number}" for number in range(60)]
    rows, pieces = OnnxEncoder(trained.encoder).encode_pieces(texts)
    same, those = OnnxEncoder(trained.encoder, 3).encode_pieces(texts)
    assert np.array_equal(rows, same)
    assert [p.spans for p in pieces] == [p.spans for p in those]
    assert all(np.array_equal(p.vectors, q.vectors) for p, q in zip(pieces, those, strict=True))


def test_more_questions_than_are_remembered_make_no_difference(trained: Settings) -> None:
    encoder = OnnxEncoder(trained.encoder)
    first = encoder.encode(["question 0"]).copy()
    for number in range(70):
        encoder.encode([f"question {number}"])
    assert np.array_equal(encoder.encode(["question 0"]), first)


def test_no_encoder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(tmp_path)
    assert caught.value.code is Code.M001
    assert "termwise train" in str(caught.value)


@pytest.mark.parametrize("name", [MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\x00 no such thing"])
def test_a_damaged_encoder_is_told(
    trained: Settings, tmp_path: Path, name: str, content: bytes
) -> None:
    for other in (MANIFEST_FILE, TOKENIZER_FILE):
        shutil.copy(trained.encoder / other, tmp_path / other)
    (tmp_path / MODEL_FILE).symlink_to(trained.encoder / MODEL_FILE)
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(tmp_path)
    assert caught.value.code is Code.M002
    assert str(tmp_path) in str(caught.value)
