"""The classifier of question types: two logistic regressions, fused late.

One sees the sentence embedding of the masked question and how its word pieces spread around it,
the other its word and character n-grams; their log probabilities are added, with a weight that
training chooses (``docs/adr/0003-intent-classifier.md``, ``docs/adr/0010-spread-of-pieces.md``).
This file only predicts, with numpy alone, so that a cold start needs no scikit-learn;
``intent_trainer`` fits.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.errors import Code, ModelError
from bot.glossary.fields import FieldWords
from bot.glossary.folding import words
from bot.glossary.mention import PLACEHOLDER
from bot.retrieval.encoder import Encoder

SPREAD_WEIGHT = 1.5
FORMAT = 6
_BATCH = 256  # texts whose word pieces are held at a time
_LETTERS = "XYZUVW"
_PLACE = re.compile(re.escape(PLACEHOLDER))
_TERM = "termslot"


def spoken(text: str) -> str:
    """Return a masked question as the encoder reads it: ``difference between X and Y``."""
    letters = iter(_LETTERS)
    return _PLACE.sub(lambda _: next(letters, "X"), text)


def ngrams(text: str) -> Counter[str]:
    """Return the word 1-3-grams and character 2-4-grams of a masked question, with counts."""
    plain = [word.folded for word in words(_PLACE.sub(f" {_TERM} ", text))]
    edged = ["<", *plain, ">"]
    grams = [f"w {word}" for word in edged]
    grams += [f"w {first} {second}" for first, second in pairwise(edged)]
    grams += ["w " + " ".join(edged[i : i + 3]) for i in range(len(edged) - 2)]
    for word in plain:
        if word != _TERM:
            grams += _parts(word)
    found = Counter(grams)
    found[f"n {min(plain.count(_TERM), 3)}"] += 3
    if "?" in text:
        found["?"] += 1
    return found


@lru_cache(maxsize=4096)  # questions are made of few words
def _parts(word: str) -> tuple[str, ...]:
    """Return the character 2-4-grams of a word."""
    padded = f" {word} "
    return tuple(
        f"c{padded[i : i + size]}" for size in (2, 3, 4) for i in range(len(padded) - size + 1)
    )


def counted(text: str, as_read: Callable[[str], str]) -> Counter[str]:
    """Return the n-grams of a masked question, and those of how the encoder reads it.

    So questions of all languages that it reads share what they ask with.
    """
    found, read = ngrams(text), as_read(text)
    if read != text:
        found = ngrams(read) | found
    return found


def sentence_features(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """Return embedding and spread of masked questions: float32, shape (texts, 2 * dimensions).

    The spread is the standard deviation of the vectors of a question's word pieces in each
    dimension, as a vector of length ``SPREAD_WEIGHT``; a question without pieces has none.
    """
    read = [spoken(text) for text in texts]
    rows = np.zeros((len(read), 2 * encoder.dimensions), np.float32)
    for start in range(0, len(read), _BATCH):
        vectors, pieces = encoder.encode_pieces(read[start : start + _BATCH])
        batch = rows[start : start + len(vectors)]
        batch[:, : encoder.dimensions] = vectors
        for row, found in zip(batch, pieces, strict=True):
            row[encoder.dimensions :] = _spread(found.vectors)
    return rows


def _spread(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(vectors):
        return np.zeros(vectors.shape[1] or 1, np.float32)
    spread = vectors.std(axis=0)
    norm = float(np.linalg.norm(spread))
    return np.asarray(SPREAD_WEIGHT * spread / norm if norm else spread, np.float32)


@dataclass(frozen=True)
class IntentModel:
    """Fitted weights. ``labels`` is the order of all columns.

    ``dense`` has shape (2 * dimensions + 1, labels), its last row the bias; ``sparse`` has shape
    (n-grams + 1, labels) likewise; ``ngram_weight`` is that of its log probabilities, 1 that of the
    others; ``idf`` has shape (n-grams,); ``vocabulary`` gives an n-gram's row; ``question_words``
    counts the training questions that each word of asking occurs in; ``field_words`` are the words
    of each field of life, by language; ``compounds`` are names of several words, likewise.
    """

    labels: tuple[str, ...]
    dense: NDArray[np.float32]
    sparse: NDArray[np.float32]
    ngram_weight: float
    idf: NDArray[np.float32]
    vocabulary: Mapping[str, int]
    question_words: Mapping[str, int]
    field_words: FieldWords = field(default_factory=dict)
    compounds: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def predict(self, masked_text: str, encoder: Encoder) -> dict[str, float]:
        """Return the probability of each label for one masked question, most likely first."""
        probabilities = self.probabilities([masked_text], encoder)[0]
        order = np.argsort(-probabilities, kind="stable")
        return {self.labels[i]: float(probabilities[i]) for i in order}

    def probabilities(self, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
        """Return the probability of each label for masked questions, shape (texts, labels)."""
        rows = sentence_features(texts, encoder)
        by_sparse = np.array(
            [self._sparse_scores(counted(text, encoder.as_read)) for text in texts], np.float32
        )
        return fused(rows @ self.dense[:-1] + self.dense[-1], by_sparse, self.ngram_weight)

    def _sparse_scores(self, counts: Mapping[str, int]) -> NDArray[np.float32]:
        rows, values = sparse_row(counts, self.vocabulary, self.idf)
        scores = values @ self.sparse[rows] + self.sparse[-1]
        return np.asarray(scores, np.float32)

    def to_bytes(self) -> bytes:
        """Serialise to a zip of arrays; nothing in it is executable."""
        header = {
            "format": FORMAT,
            "labels": self.labels,
            "vocabulary": list(self.vocabulary),
            "question_words": dict(self.question_words),
            "ngram_weight": self.ngram_weight,
            "field_words": {code: dict(fields) for code, fields in self.field_words.items()},
            "compounds": {code: list(keys) for code, keys in self.compounds.items()},
        }
        buffer = io.BytesIO()
        text = np.frombuffer(json.dumps(header).encode(), np.uint8)
        np.savez_compressed(
            buffer, header=text, dense=self.dense, sparse=self.sparse.astype(np.float16),
            idf=self.idf,
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, source: str) -> IntentModel:
        """Read what :meth:`to_bytes` wrote.

        Raises:
            ModelError: the data is damaged or of another version; ``source`` names it.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                header = json.loads(arrays["header"].tobytes())
                dense, sparse, idf = arrays["dense"], arrays["sparse"], arrays["idf"]
        except Exception as error:  # zipfile, numpy and json each raise their own
            problem = type(error).__name__
            raise ModelError(
                Code.M002, path=source, thing="intent model", problem=problem
            ) from error
        if not isinstance(header, dict) or "format" not in header:
            problem = "its header is not ours"
            raise ModelError(Code.M002, path=source, thing="intent model", problem=problem)
        if header["format"] != FORMAT:
            raise ModelError(
                Code.M005, path=source, thing="intent model", found=header["format"],
                expected=FORMAT,
            )  # fmt: skip
        return cls(
            labels=tuple(header["labels"]),
            dense=dense,
            sparse=sparse.astype(np.float32),
            ngram_weight=float(header["ngram_weight"]),
            idf=idf,
            vocabulary={gram: i for i, gram in enumerate(header["vocabulary"])},
            question_words=header["question_words"],
            field_words=header["field_words"],
            compounds=header["compounds"],
        )


def sparse_row(
    counts: Mapping[str, int], vocabulary: Mapping[str, int], idf: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows and TF-IDF values (sublinear, L2 norm 1) of the known n-grams of a text."""
    known = [(vocabulary[gram], count) for gram, count in counts.items() if gram in vocabulary]
    rows = np.array([row for row, _ in known], np.int64)
    counted = np.array([count for _, count in known], np.float32)
    values = (1.0 + np.log(counted)) * idf[rows] if known else counted
    norm = float(np.linalg.norm(values))
    return rows, np.asarray(values / norm if norm else values, np.float32)


def fused(
    by_dense: NDArray[np.float32], by_sparse: NDArray[np.float32], ngram_weight: float
) -> NDArray[np.float32]:
    """Return the probabilities that two arrays of scores give together, shape as theirs."""
    scores = _log_softmax(by_dense) + ngram_weight * _log_softmax(by_sparse)
    return np.exp(_log_softmax(scores))


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)


def question_words(texts: Sequence[str]) -> dict[str, int]:
    """Return the folded words of masked questions and in how many of them each occurs."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word.folded for word in words(_PLACE.sub(" ", text))})
    return dict(sorted(counts.items()))
