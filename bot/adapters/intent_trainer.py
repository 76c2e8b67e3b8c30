"""scikit-learn fits the classifier of question types."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold

from bot.adapters.intent_model import (
    IntentModel,
    counted,
    fused,
    question_words,
    sentence_features,
    sparse_row,
)
from bot.retrieval.encoder import Encoder

DENSE_C = 20.0
DENSE_STEPS = 50  # on centred features as good as 100 on raw ones, in half the time
SPARSE_ALPHA = 1e-5
SPARSE_EPOCHS = 6, 12  # of stochastic gradient descent: the fewest and the most
SPARSE_STEPS = 60_000  # questions gone through: no worse than twice as many, nor than L-BFGS
FOLDS = 3
NGRAM_WEIGHTS = (0.3, 0.5, 0.75, 1.0)
"""Of the n-grams' log probabilities beside the embedding's; the first that is good enough is taken.

With few examples n-grams are the poorer judge of what is out of scope, hence the small ones first.
"""

_SEED = 7
_NEVER = -30.0  # the score of a label that a fold has not seen


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
    """Fit on masked questions; the name of an intent counts as one more example of it.

    Args:
        texts: masked questions.
        intents: the intent of each.
        encoder: encodes the masked questions.
        asking: the intents whose words count as words of questions about concepts.
    """
    warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is meant
    warnings.filterwarnings("ignore", "The least populated class")  # rare intents may be
    labels = tuple(sorted(set(intents)))
    columns = {label: column for column, label in enumerate(labels)}
    examples = [*texts, *(_named(label) for label in labels)]
    target = np.array([columns[intent] for intent in (*intents, *labels)])
    with ThreadPoolExecutor(1) as pool:
        # The encoder may still be in the making; n-grams need none.
        encoding = pool.submit(copy_context().run, sentence_features, examples, encoder)
        counts = [counted(text, encoder.as_read) for text in examples]
        vocabulary, idf = _vocabulary(counts)
        matrix = _matrix(counts, vocabulary, idf)
        folds = list(_folds().split(matrix, target))
        by_ngrams = _unseen(matrix, target, folds, _sparse(len(examples)))
        sparse = _weights(_sparse(len(examples)).fit(matrix, target))
        vectors = encoding.result()
    centre = vectors.mean(axis=0)
    vectors -= centre
    by_vectors = _unseen(vectors, target, folds, _dense())
    weight, probabilities = _fused(by_vectors, by_ngrams, target, len(texts))
    model = IntentModel(
        labels=labels,
        dense=_uncentred(_weights(_dense().fit(vectors, target)), centre),
        sparse=sparse,
        ngram_weight=weight,
        idf=idf,
        vocabulary=vocabulary,
        question_words=question_words(
            [text for text, intent in zip(texts, intents, strict=True) if intent in asking]
        ),
    )
    return model, Unseen(labels, probabilities)


def _named(label: str) -> str:
    """Return the name of an intent as one would say it: ``lost_card`` is "lost card"."""
    return label.replace("_", " ").lower()


def _folds() -> StratifiedKFold:
    return StratifiedKFold(FOLDS, shuffle=True, random_state=_SEED)


def _unseen(
    rows: NDArray[np.float32] | csr_matrix,
    target: NDArray[np.int64],
    folds: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]],
    model: LogisticRegression | SGDClassifier,
) -> NDArray[np.float32]:
    """Return the scores of all rows, shape (rows, labels), by models that did not see them."""
    scores = np.full((len(target), int(target.max()) + 1), _NEVER, np.float32)
    for seen, unseen in folds:
        fitted = model.fit(rows[seen], target[seen])
        scores[np.ix_(unseen, fitted.classes_)] = fitted.decision_function(rows[unseen])
    return scores


def _fused(
    by_dense: NDArray[np.float32],
    by_sparse: NDArray[np.float32],
    target: NDArray[np.int64],
    questions: int,
) -> tuple[float, NDArray[np.float32]]:
    """Return the weight of n-grams, and the probabilities for the first ``questions`` rows."""
    found = {w: fused(by_dense[:questions], by_sparse[:questions], w) for w in NGRAM_WEIGHTS}
    right = {w: p.argmax(axis=1) == target[:questions] for w, p in found.items()}
    weight = _weight(right)
    return weight, found[weight]


def _weight(right: dict[float, NDArray[np.bool_]]) -> float:
    """Return the first weight that is at most one standard error worse than the best one.

    The error is that of the paired difference: the root of how many questions only one got right.
    """
    best = max(right.values(), key=np.sum)
    for weight, each in right.items():
        lost = int(best.sum()) - int(each.sum())
        if lost <= np.sqrt(np.sum(best != each)):
            return weight
    raise AssertionError("the best weight is as good as itself")


def _vocabulary(
    counts: Sequence[Mapping[str, int]],
) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Return the n-grams of at least two texts and their smoothed inverse document frequency."""
    seen: Counter[str] = Counter()
    for count in counts:
        seen.update(count.keys())
    kept = sorted(gram for gram, number in seen.items() if number >= 2)
    frequency = np.array([seen[gram] for gram in kept], np.float32)
    idf = np.log((1 + len(counts)) / (1 + frequency)) + 1
    return {gram: i for i, gram in enumerate(kept)}, np.asarray(idf, np.float32)


def _matrix(
    counts: Sequence[Mapping[str, int]], vocabulary: dict[str, int], idf: NDArray[np.float32]
) -> csr_matrix:
    rows = [sparse_row(count, vocabulary, idf) for count in counts]
    lengths = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, lengths), shape=(len(counts), len(vocabulary)))


def _dense() -> LogisticRegression:
    return LogisticRegression(C=DENSE_C, max_iter=DENSE_STEPS, class_weight="balanced")


def _sparse(examples: int) -> SGDClassifier:
    fewest, most = SPARSE_EPOCHS
    epochs = max(fewest, min(most, SPARSE_STEPS // examples))
    return SGDClassifier(
        loss="log_loss", alpha=SPARSE_ALPHA, max_iter=epochs, tol=None,
        class_weight="balanced", random_state=_SEED,
    )  # fmt: skip


def _weights(fitted: LogisticRegression | SGDClassifier) -> NDArray[np.float32]:
    """Return the weights with the bias as last row, float32, shape (features + 1, labels)."""
    return np.vstack([fitted.coef_.T, fitted.intercept_]).astype(np.float32)


def _uncentred(weights: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights that give, for features as they are, what these give for centred ones."""
    return np.vstack([weights[:-1], weights[-1] - centre @ weights[:-1]])
