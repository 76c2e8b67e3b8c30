"""Our own prediction equals scikit-learn's, and a stored classifier is read back or refused."""

from __future__ import annotations

import io
import json
import math
import threading
from collections.abc import Mapping
from contextvars import ContextVar

import numpy as np
import pytest
from hypothesis import given
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.adapters.intent_model import (
    SPREAD_WEIGHT,
    IntentModel,
    counted,
    ngrams,
    question_words,
    sentence_features,
    sparse_row,
    spoken,
)
from bot.adapters.intent_trainer import FOLDS, NGRAM_WEIGHTS, _dense, _sparse, _weight, fit
from bot.errors import Code, ModelError
from tests.fakes import HashEncoder
from tests.strategies import nasty_text

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "define": ("what is <term>", "what is a <term>?", "explain <term>", "was ist <term>"),
    "compare": (
        "difference between <term> and <term>", "is <term> like <term>?", "<term> or <term>",
        "unterschied zwischen <term> und <term>",
    ),
    "greet": ("hello", "hello there", "good morning", "hallo und guten morgen"),
    "out_of_scope": ("what is the time", "book a table", "how is the weather?", "wie spät ist es"),
}  # fmt: skip
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
INTENTS = [intent for intent, texts in EXAMPLES.items() for _ in texts]
UNSEEN = ("what is <term>?", "hallo", "<term> und <term>", "book <term>", "", "zzz", "?", "\x00")
ENCODER = HashEncoder()
NGRAM_WEIGHT = 0.7
making: ContextVar[str] = ContextVar("making")


class Pipeline:
    """The classifier as scikit-learn has it: two regressions whose log probabilities are added."""

    def __init__(self) -> None:
        self.vectorizer = TfidfVectorizer(
            analyzer=lambda text: list(ngrams(text).elements()), sublinear_tf=True, min_df=2
        )
        self.sparse = LogisticRegression(C=7.0).fit(self.vectorizer.fit_transform(TEXTS), INTENTS)
        self.dense = LogisticRegression(C=3.0).fit(self._encode(TEXTS), INTENTS)

    def predict(self, text: str) -> dict[str, float]:
        """Return the probability of each label, from scikit-learn alone."""
        by_dense = self.dense.predict_log_proba(self._encode([text]))[0]
        by_sparse = self.sparse.predict_log_proba(self.vectorizer.transform([text]))[0]
        fused = np.exp(by_dense + NGRAM_WEIGHT * by_sparse)
        return dict(zip(self.dense.classes_, fused / fused.sum(), strict=True))

    def model(self) -> IntentModel:
        """Return the same weights as our own model."""

        def stacked(fitted: LogisticRegression) -> np.ndarray:
            return np.vstack([fitted.coef_.T, fitted.intercept_]).astype(np.float32)

        grams = self.vectorizer.get_feature_names_out()
        return IntentModel(
            labels=tuple(self.dense.classes_),
            dense=stacked(self.dense),
            sparse=stacked(self.sparse),
            ngram_weight=NGRAM_WEIGHT,
            idf=self.vectorizer.idf_.astype(np.float32),
            vocabulary={gram: row for row, gram in enumerate(grams)},
            question_words=question_words(TEXTS),
        )

    @staticmethod
    def _encode(texts: list[str]) -> np.ndarray:
        read = [spoken(text) for text in texts]
        vectors, pieces = ENCODER.encode_pieces(read)
        spreads = [
            each.vectors.std(axis=0) if each.spans else 0 * v
            for each, v in zip(pieces, vectors, strict=True)
        ]
        norms = [max(float(np.linalg.norm(spread)), 1e-9) for spread in spreads]
        rows = [1.5 * spread / norm for spread, norm in zip(spreads, norms, strict=True)]
        return np.hstack([vectors, np.array(rows)])


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """The oracle, fitted."""
    return Pipeline()


@pytest.fixture(scope="module")
def model(pipeline: Pipeline) -> IntentModel:
    """Our model with the oracle's weights."""
    return pipeline.model()


@pytest.mark.parametrize("text", [*TEXTS, *UNSEEN])
def test_a_prediction_is_that_of_scikit_learn(
    pipeline: Pipeline, model: IntentModel, text: str
) -> None:
    found = model.predict(text, ENCODER)
    assert found == pytest.approx(pipeline.predict(text), abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)


@pytest.mark.parametrize("text", [*TEXTS, *UNSEEN])
def test_the_weights_of_n_grams_are_those_of_scikit_learn(
    pipeline: Pipeline, model: IntentModel, text: str
) -> None:
    rows, values = sparse_row(ngrams(text), model.vocabulary, model.idf)
    found = np.zeros(len(model.vocabulary), np.float32)
    found[rows] = values
    expected = pipeline.vectorizer.transform([text]).toarray()[0]
    assert found == pytest.approx(expected, abs=1e-6)


# ---- features


def test_a_question_is_read_to_the_encoder_with_letters_for_terms() -> None:
    assert spoken("difference between <term> and <term>") == "difference between X and Y"
    assert spoken("<term>" * 8) == "XYZUVWXX"
    assert spoken("hello") == "hello"


def test_n_grams_are_words_in_order_pieces_of_words_and_the_number_of_terms() -> None:
    found = ngrams("What is <term>?")
    assert found["w what"] == found["w what is"] == found["w < what is"] == 1
    assert found["c wh"] == found["cat "] == found["chat "] == found["c is "] == 1
    assert found["n 1"] > 0
    assert found["?"] == 1
    assert not [gram for gram in found if gram.startswith("c") and "term" in gram]
    assert "?" not in ngrams("what is <term>")
    assert ngrams("<term> <term> <term> <term>").keys() >= {"n 3"}


def test_the_n_grams_of_a_question_are_those_of_its_reading_as_well() -> None:
    asked, read = "was ist <term>?", "what is <term>?"
    found = counted(asked, {asked: read}.__getitem__)
    assert found.keys() == ngrams(asked).keys() | ngrams(read).keys()
    assert all(found[gram] == count for gram, count in ngrams(asked).items())
    assert found["n 1"] == ngrams(asked)["n 1"]  # not counted twice
    assert counted(read, str) == ngrams(read)


@given(nasty_text())
def test_features_do_not_depend_on_case_and_have_length_one(text: str) -> None:
    counts = ngrams(text)
    vocabulary = {gram: row for row, gram in enumerate(counts)}
    _, values = sparse_row(counts, vocabulary, np.ones(len(vocabulary), np.float32))
    assert math.isclose(float(np.linalg.norm(values)), 1.0, rel_tol=1e-5)
    if text.isascii():
        assert ngrams(text.upper().replace("<TERM>", "<term>")) == counts


def test_question_words_are_counted_once_per_question() -> None:
    assert question_words(["what is what <term>", "What IS it", "<term>"]) == {
        "is": 2, "it": 1, "what": 2,
    }  # fmt: skip


def test_sentence_features_are_embedding_and_spread_however_many_texts_there_are() -> None:
    texts = [f"{text} {number}" for number in range(40) for text in TEXTS]
    found = sentence_features([*texts, ""], ENCODER)
    assert found.shape == (len(texts) + 1, 2 * ENCODER.dimensions)
    assert found.dtype == np.float32
    assert np.array_equal(
        found[:-1, : ENCODER.dimensions], ENCODER.encode([spoken(t) for t in texts])
    )
    lengths = np.linalg.norm(found[:, ENCODER.dimensions :], axis=1)
    assert lengths[:-1] == pytest.approx(SPREAD_WEIGHT)
    assert lengths[-1] == 0  # nothing to spread
    assert np.array_equal(sentence_features(texts[300:301], ENCODER)[0], found[300])


def test_many_texts_at_once_are_predicted_as_one_by_one(model: IntentModel) -> None:
    found = model.probabilities([*TEXTS, *UNSEEN], ENCODER)
    for row, text in zip(found, (*TEXTS, *UNSEEN), strict=True):
        alone = model.predict(text, ENCODER)
        assert row == pytest.approx([alone[label] for label in model.labels], abs=1e-6)


# ---- storage


def test_what_is_stored_predicts_the_same(model: IntentModel) -> None:
    read = IntentModel.from_bytes(model.to_bytes(), "here")
    assert (read.labels, dict(read.question_words)) == (model.labels, dict(model.question_words))
    assert read.vocabulary == model.vocabulary
    assert np.array_equal(read.dense, model.dense)
    assert np.array_equal(read.idf, model.idf)
    for text in (*TEXTS, *UNSEEN):
        found, before = read.predict(text, ENCODER), model.predict(text, ENCODER)
        assert found == pytest.approx(before, abs=2e-3)  # weights are stored with half precision
    again = IntentModel.from_bytes(read.to_bytes(), "here")
    assert np.array_equal(again.sparse, read.sparse)


def refused(data: bytes) -> ModelError:
    """Return the error with which stored data is refused."""
    with pytest.raises(ModelError) as caught:
        IntentModel.from_bytes(data, "the/archive")
    return caught.value


def test_no_byte_can_change_unnoticed(model: IntentModel) -> None:
    data = model.to_bytes()
    for place in range(0, len(data), 7):
        changed = data[:place] + bytes((data[place] ^ 0xFF,)) + data[place + 1 :]
        try:
            read = IntentModel.from_bytes(changed, "the/archive")
        except ModelError as error:
            assert error.code is Code.M002  # noqa: PT017
            assert "the/archive" in str(error)  # noqa: PT017
        else:  # a byte that says nothing, such as a time
            assert np.array_equal(read.dense, model.dense)
            assert np.allclose(read.sparse, model.sparse, atol=1e-2)
            assert read.vocabulary == model.vocabulary


def test_data_cut_short_or_of_another_kind_is_refused(model: IntentModel) -> None:
    data = model.to_bytes()
    plain = io.BytesIO()
    np.save(plain, np.zeros(3))
    empty = io.BytesIO()
    np.savez(empty, other=np.zeros(3))
    for wrong in (b"", b"PK\x03\x04", data[: len(data) // 2], plain.getvalue(), empty.getvalue()):
        assert refused(wrong).code is Code.M002


def with_header(model: IntentModel, header: object) -> bytes:
    """Return stored data with another header."""
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(buffer, header=text, dense=model.dense, sparse=model.sparse, idf=model.idf)
    return buffer.getvalue()


def test_another_version_is_told_from_damage(model: IntentModel) -> None:
    error = refused(with_header(model, {"format": 0}))
    assert error.code is Code.M005
    assert "version 0" in str(error)


@pytest.mark.parametrize("header", [{}, [], 7, None])
def test_another_header_is_damage(model: IntentModel, header: object) -> None:
    assert refused(with_header(model, header)).code is Code.M002


# ---- fitting


def test_fitting_learns_the_examples_and_counts_words_of_asking() -> None:
    model, unseen = fit(TEXTS, INTENTS, ENCODER, frozenset({"define", "compare"}))
    assert model.labels == tuple(sorted(EXAMPLES))
    for text, intent in zip(TEXTS, INTENTS, strict=True):
        assert next(iter(model.predict(text, ENCODER))) == intent
    assert {"what", "explain", "unterschied"} <= set(model.question_words)
    assert not {"weather", "hello", "term"} & set(model.question_words)
    assert unseen.labels == model.labels
    assert unseen.probabilities.shape == (len(TEXTS), len(EXAMPLES))
    assert unseen.probabilities.sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_the_vocabulary_is_what_scikit_learn_would_take(pipeline: Pipeline) -> None:
    model, _ = fit(TEXTS, INTENTS, ENCODER, frozenset())
    named = [*TEXTS, "compare", "define", "greet", "out of scope"]
    vectorizer = pipeline.vectorizer.__class__(**pipeline.vectorizer.get_params()).fit(named)
    grams = vectorizer.get_feature_names_out()
    assert sorted(model.vocabulary) == sorted(grams)
    found = {gram: model.idf[row] for gram, row in model.vocabulary.items()}
    assert found == pytest.approx(dict(zip(grams, vectorizer.idf_, strict=True)), abs=1e-5)


def test_the_name_of_an_intent_is_an_example_of_it_but_no_question() -> None:
    model, unseen = fit(TEXTS, INTENTS, ENCODER, frozenset({"compare"}))
    assert next(iter(model.predict("out of scope", ENCODER))) == "out_of_scope"
    assert next(iter(model.predict("compare", ENCODER))) == "compare"
    assert "compare" not in model.question_words
    assert len(unseen.probabilities) == len(TEXTS)


def test_the_name_of_an_intent_is_read_to_the_encoder_as_words() -> None:
    heard: list[str] = []

    class Listening(HashEncoder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            heard.extend(texts)
            return super().encode(texts)

    shouted = [intent.upper() for intent in INTENTS]
    fit(TEXTS, shouted, Listening(), frozenset())
    assert heard == [
        *(spoken(text) for text in TEXTS),
        "compare",
        "define",
        "greet",
        "out of scope",
    ]


def test_ngrams_are_learnt_while_the_encoder_is_awaited_which_reads_each_question_once() -> None:
    """It may still be in the making (``bot.training``)."""
    counted: list[str] = []
    all_counted = threading.Event()
    waited: list[bool] = []
    read: list[str] = []

    class Awaited(HashEncoder):
        def encode_pieces(self, texts):  # type: ignore[no-untyped-def]
            waited.append(all_counted.wait(60))
            read.extend(texts)
            return super().encode_pieces(texts)

    class Counted(str):
        def __contains__(self, part: str) -> bool:  # what n-grams ask of a text
            counted.append(self)
            if len(counted) == len(TEXTS):
                all_counted.set()
            return super().__contains__(part)

    fit([Counted(text) for text in TEXTS], INTENTS, Awaited(), frozenset())
    assert sorted(read) == sorted(
        [*map(spoken, TEXTS), "compare", "define", "greet", "out of scope"]
    )
    assert all(waited)


def test_what_is_awaited_is_known_where_the_encoder_is_used() -> None:
    class Made(HashEncoder):
        def encode_pieces(self, texts):  # type: ignore[no-untyped-def]
            assert making.get() == "made"
            return super().encode_pieces(texts)

    making.set("made")
    fit(TEXTS, INTENTS, Made(), frozenset())


def test_weights_fitted_on_centred_features_fit_features_as_they_are() -> None:
    model, _ = fit(TEXTS, INTENTS, ENCODER, frozenset())
    named = [*TEXTS, "compare", "define", "greet", "out of scope"]
    rows = sentence_features(named, ENCODER)
    centred = rows - rows.mean(axis=0)
    oracle = _dense().fit(centred, [*INTENTS, *sorted(EXAMPLES)])
    found = rows @ model.dense[:-1] + model.dense[-1]
    assert found == pytest.approx(oracle.decision_function(centred), abs=1e-3)


def test_an_intent_with_a_single_example_can_be_learnt() -> None:
    model, unseen = fit([*TEXTS, "play jazz"], [*INTENTS, "music"], ENCODER, frozenset())
    assert next(iter(model.predict("play jazz", ENCODER))) == "music"
    assert unseen.probabilities.sum(axis=1) == pytest.approx(np.ones(len(TEXTS) + 1), abs=1e-5)


def test_the_first_weight_within_one_standard_error_of_the_best_is_taken() -> None:
    best = np.ones(100, bool)
    two_worse, nine_worse = best.copy(), best.copy()
    two_worse[:2] = False  # 2 > sqrt(2)
    nine_worse[:9] = False
    swapped = nine_worse.copy()
    other = best.copy()
    other[20:25] = False  # 4 worse than other, 14 differ: 4 > sqrt(14); 3 worse, 13 differ: 3 < 3.6
    assert _weight({0.3: two_worse, 1.0: best}) == 1.0
    assert _weight({0.3: best, 1.0: best}) == 0.3
    assert _weight({0.3: swapped, 1.0: other}) == 1.0
    swapped[0] = True
    assert _weight({0.3: swapped, 1.0: other}) == 0.3
    assert fit(TEXTS, INTENTS, ENCODER, frozenset())[0].ngram_weight in NGRAM_WEIGHTS


@pytest.mark.parametrize(("examples", "epochs"), [(100, 12), (7_500, 8), (50_000, 6)])
def test_few_questions_are_gone_through_more_often(examples: int, epochs: int) -> None:
    assert _sparse(examples).max_iter == epochs


def test_fitting_twice_gives_the_same_and_unseen_is_not_the_fit() -> None:
    (one, unseen), (other, again) = (fit(TEXTS, INTENTS, ENCODER, frozenset()) for _ in "ab")
    assert one.to_bytes() == other.to_bytes()
    assert np.array_equal(unseen.probabilities, again.probabilities)
    fitted = np.array([[one.predict(t, ENCODER)[label] for label in one.labels] for t in TEXTS])
    chosen = [one.labels.index(intent) for intent in INTENTS]
    places = np.arange(len(TEXTS))
    assert unseen.probabilities[places, chosen].mean() < fitted[places, chosen].mean()
    assert FOLDS > 1
