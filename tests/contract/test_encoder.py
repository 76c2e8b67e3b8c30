"""Every encoder gives unit vectors that depend on the text alone."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import bot.retrieval.dictionary
from bot.adapters.dictionary_file import write_served
from bot.adapters.onnx_encoder import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEncoder,
    _batches,
)
from bot.adapters.served_encoder import ServedEncoder, stamp_of
from bot.errors import Code, ModelError
from bot.retrieval.dictionary import Dictionary
from bot.retrieval.encoder import Encoder
from bot.retrieval.glossing_encoder import GlossingEncoder
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


DICTIONARY = Dictionary(
    {"eine": "a", "doch": "", "grabenden": "digging", "wozu": "what for", "dient": "serves",
     "wurzel": "root", "bewaesserung": "watering", "mond": "moon", "spaten": "spade",
     "der": "the", "graebt": "digs", "loecher": "holes", "im": "in the", "garten": "garden"},
    frozenset({"spaten"}), frozenset({"the", "a", "in", "what"}),
)  # fmt: skip
TRANSLATED = (
    ("Wozu dient eine Wurzelbewässerung?", "what for serves a root watering?"),
    ("Der Mondspaten gräbt doch Löcher im Garten.", "the moon spade digs holes in the garden."),
)
ENGLISH = ("what is a moon spade", "the garden", "Slack", "", "?", "🌱", "spaten", "xyzzy")


def glossing_fake(_trained: Settings) -> Encoder:
    """Return the encoder that hashes words, reading German by a few words of it."""
    return GlossingEncoder(HashEncoder(), DICTIONARY)


@cache
def served(trained: Settings) -> Encoder:
    """Return the encoder that is served: the exported one with the project's dictionary."""
    return ServedEncoder(trained.encoder, trained.dictionary)


TOLERANCE = {fake: 0.0, onnx: 0.1, glossing_fake: 0.0, served: 0.1}
"""How far a text's vector may depend on the texts beside it: int8 scales are those of the batch."""

LOADS = (fake, onnx, glossing_fake, served)
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
        inside = [span for span in spans if start <= span[0] and span[1] <= start + len(word)]
        # A word that is read in English may have several pieces, and each is all of the word.
        assert "".join(text[a:b] for a, b in dict.fromkeys(inside)) == word


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
def test_a_text_is_encoded_as_it_is_read(trained: Settings, load: Load) -> None:
    encoder = load(trained)
    for text in ("Wie funktioniert <term>?", "how does <term> work", "", "<term>"):
        read = encoder.as_read(text)
        assert read.count("<term>") == text.count("<term>")
        assert np.array_equal(encoder.encode([text]), encoder.encode([read]))


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


# ---- one that reads German in English


@pytest.mark.parametrize(("text", "english"), TRANSLATED)
def test_a_german_text_is_encoded_as_its_reading(text: str, english: str) -> None:
    encoder = GlossingEncoder(HashEncoder(), DICTIONARY)
    assert np.array_equal(encoder.encode([text]), HashEncoder().encode([english]))
    rows, pieces = encoder.encode_pieces([text])
    same, those = HashEncoder().encode_pieces([english])
    assert np.array_equal(rows, same)
    assert np.array_equal(pieces[0].vectors, those[0].vectors)


def test_pieces_of_a_german_text_lie_in_that_text() -> None:
    text = "Der Mondspaten gräbt doch Löcher im Garten."
    spans = GlossingEncoder(HashEncoder(), DICTIONARY).encode_pieces([text])[1][0].spans
    assert [text[start:end] for start, end in spans] == [
        "Der", "Mondspaten", "Mondspaten", "gräbt", "Löcher", "im", "im", "Garten",
    ]  # fmt: skip


def test_english_and_german_side_by_side_keep_their_order() -> None:
    texts = [ENGLISH[0], TRANSLATED[0][0], ENGLISH[1], TRANSLATED[1][0]]
    read = [ENGLISH[0], TRANSLATED[0][1], ENGLISH[1], TRANSLATED[1][1]]
    rows, pieces = GlossingEncoder(HashEncoder(), DICTIONARY).encode_pieces(texts)
    same, those = HashEncoder().encode_pieces(read)
    assert np.array_equal(rows, same)
    assert [len(each.spans) for each in pieces] == [len(each.spans) for each in those]


def test_a_text_of_words_that_are_left_out_has_no_pieces() -> None:
    rows, pieces = GlossingEncoder(HashEncoder(), DICTIONARY).encode_pieces(["doch"])
    assert np.array_equal(rows, HashEncoder().encode([""]))
    assert pieces[0].spans == ()


def test_english_is_encoded_as_without_a_dictionary() -> None:
    rows, pieces = GlossingEncoder(HashEncoder(), DICTIONARY).encode_pieces(ENGLISH)
    same, those = HashEncoder().encode_pieces(ENGLISH)
    assert np.array_equal(rows, same)
    assert [p.spans for p in pieces] == [p.spans for p in those]


def test_english_is_encoded_as_without_the_dictionary_that_is_served(trained: Settings) -> None:
    texts = ["a spade digs holes in the garden", "What is the latency of a network?", "", "RAM"]
    rows, pieces = served(trained).encode_pieces(texts)
    same, those = onnx(trained).encode_pieces(texts)
    assert np.array_equal(rows, same)
    assert [p.spans for p in pieces] == [p.spans for p in those]
    assert all(np.array_equal(p.vectors, q.vectors) for p, q in zip(pieces, those, strict=True))


def test_german_is_nearer_to_its_english_when_it_is_read(trained: Settings) -> None:
    english = "a tool with which one digs holes in the garden"
    texts = [english, "ein Werkzeug, mit dem man im Garten Löcher gräbt"]
    one, other = served(trained).encode(texts)
    plain, spelt = onnx(trained).encode(texts)
    assert one @ other > plain @ spelt + 0.3


def test_another_dictionary_is_another_encoder(trained: Settings, tmp_path: Path) -> None:
    entries = tmp_path / "data" / "dictionary.tsv"
    entries.parent.mkdir()
    versions, stamps = set(), set()
    for content in ("haus\thouse\n", "haus\thome\n"):
        entries.write_text(content)
        write_served(tmp_path, tmp_path / "served.tsv")
        versions.add(ServedEncoder(trained.encoder, tmp_path / "served.tsv").version)
        stamps.add(stamp_of(trained.encoder, tmp_path / "served.tsv"))
    assert len(versions) == len(stamps) == 2


def test_another_way_of_reading_is_another_encoder(
    trained: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passages that an index holds are not taken over where they would be read otherwise now."""
    before = ServedEncoder(trained.encoder, trained.dictionary).version
    stamp = stamp_of(trained.encoder, trained.dictionary)
    changed = tmp_path / "dictionary.py"
    changed.write_text("# another program\n")
    monkeypatch.setattr(bot.retrieval.dictionary, "__file__", str(changed))
    assert ServedEncoder(trained.encoder, trained.dictionary).version != before
    assert stamp_of(trained.encoder, trained.dictionary) != stamp


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


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_an_encoder_that_yields_lets_other_threads_go_first(trained: Settings) -> None:
    priorities: set[int] = set()

    def told(_: int) -> None:
        folder = Path("/proc/self/task")
        threads = [int(path.name) for path in folder.iterdir()]
        priorities.update(os.getpriority(os.PRIO_PROCESS, thread) for thread in threads)

    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    texts = [f"text {number}" for number in range(60)]
    rows = OnnxEncoder(trained.encoder, 2, told, yielding=True).encode(texts)
    assert max(priorities) == min(own + 5, 19)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
    assert np.array_equal(rows, OnnxEncoder(trained.encoder).encode(texts))


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
