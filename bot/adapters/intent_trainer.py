"""scikit-learn fits the classifier of question types."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
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
DENSE_STEPS = 100
SPARSE_ALPHA = 1e-5
SPARSE_EPOCHS = 12  # of stochastic gradient descent: a seventh of the time of L-BFGS, no worse
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
        dense=_weights(_dense().fit(vectors, target)),
        sparse=_weights(_sparse().fit(matrix, target)),
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
        by_dense = _dense().fit(vectors[seen], target[seen]).decision_function(vectors[unseen])
        by_sparse = _sparse().fit(matrix[seen], target[seen]).decision_function(matrix[unseen])
        fused = log_softmax(by_dense, axis=1) + NGRAM_WEIGHT * log_softmax(by_sparse, axis=1)
        probabilities[unseen] = softmax(fused, axis=1)
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


def _dense() -> LogisticRegression:
    return LogisticRegression(C=DENSE_C, max_iter=DENSE_STEPS, class_weight="balanced")


def _sparse() -> SGDClassifier:
    return SGDClassifier(
        loss="log_loss", alpha=SPARSE_ALPHA, max_iter=SPARSE_EPOCHS, tol=None,
        class_weight="balanced", random_state=_SEED,
    )  # fmt: skip


def _weights(fitted: LogisticRegression | SGDClassifier) -> NDArray[np.float32]:
    """Return the weights with the bias as last row, float32, shape (features + 1, labels)."""
    return np.vstack([fitted.coef_.T, fitted.intercept_]).astype(np.float32)
