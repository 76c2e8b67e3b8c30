"""scikit-learn fits the classifier of question types."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.adapters.intent_model import (
    NGRAM_WEIGHT,
    IntentModel,
    ngrams,
    question_words,
    sparse_row,
    spoken,
)
from bot.retrieval.encoder import Encoder

DENSE_C = 20.0
SPARSE_C = 30.0
DENSE_STEPS = 100
SPARSE_STEPS = 30  # of L-BFGS; more of them cost seconds and gain nothing on unseen questions
FOLDS = 3
_SEED = 7


@dataclass(frozen=True, slots=True)
class Unseen:
    """Each training question as predicted by a model that did not see it.

    ``probabilities`` is float32 of shape (questions, labels), columns in the order of ``labels``.
    """

    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]


def fit(
    texts: Sequence[str], intents: Sequence[str], encoder: Encoder, asking: frozenset[str]
) -> tuple[IntentModel, Unseen]:
    """Fit on masked questions.

    Args:
        texts: masked questions.
        intents: the intent of each.
        encoder: encodes the masked questions.
        asking: the intents whose words count as words of questions about concepts.
    """
    warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
    labels = tuple(sorted(set(intents)))
    target = np.array([labels.index(intent) for intent in intents])
    vectors = encoder.encode([spoken(text) for text in texts])
    vocabulary, idf = _vocabulary(texts)
    matrix = _matrix(texts, vocabulary, idf)
    model = IntentModel(
        labels=labels,
        dense=_weights(vectors, target, DENSE_C, DENSE_STEPS),
        sparse=_weights(matrix, target, SPARSE_C, SPARSE_STEPS),
        idf=idf,
        vocabulary=vocabulary,
        question_words=question_words(
            [text for text, intent in zip(texts, intents, strict=True) if intent in asking]
        ),
    )
    return model, Unseen(labels, _out_of_fold(vectors, matrix, target))


def _out_of_fold(
    vectors: NDArray[np.float32], matrix: csr_matrix, target: NDArray[np.int64]
) -> NDArray[np.float32]:
    probabilities = np.zeros((len(target), int(target.max()) + 1), np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=_SEED)
    for seen, unseen in folds.split(vectors, target):
        by_dense = _classifier(DENSE_C, DENSE_STEPS).fit(vectors[seen], target[seen])
        by_sparse = _classifier(SPARSE_C, SPARSE_STEPS).fit(matrix[seen], target[seen])
        fused = by_dense.predict_log_proba(vectors[unseen])
        fused = fused + NGRAM_WEIGHT * by_sparse.predict_log_proba(matrix[unseen])
        fused = np.exp(fused - fused.max(axis=1, keepdims=True))
        probabilities[unseen] = fused / fused.sum(axis=1, keepdims=True)
    return probabilities


def _vocabulary(texts: Sequence[str]) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return the n-grams of at least two texts and their smoothed inverse document frequency."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(ngrams(text)))
    kept = sorted(gram for gram, count in seen.items() if count >= 2)
    frequency = np.array([seen[gram] for gram in kept], np.float32)
    idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
    return {gram: i for i, gram in enumerate(kept)}, np.asarray(idf, np.float32)


def _matrix(
    texts: Sequence[str], vocabulary: dict[str, int], idf: NDArray[np.float32]
) -> csr_matrix:
    rows = [sparse_row(ngrams(text), vocabulary, idf) for text in texts]
    lengths = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, lengths), shape=(len(texts), len(vocabulary)))


def _classifier(c: float, steps: int) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=steps, class_weight="balanced")


def _weights(
    features: NDArray[np.float32] | csr_matrix, target: NDArray[np.int64], c: float, steps: int
) -> NDArray[np.float32]:
    model = _classifier(c, steps).fit(features, target)
    return np.vstack([model.coef_.T, model.intercept_]).astype(np.float32)
