"""The threshold below which an utterance is taken to be out of scope, from training data alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.benchmark.intents.metrics import Intents
from bot.benchmark.intents.scored import Guesses

FOLDS = 4
KEPT = 0.9
"""The share of the questions understood rightly that shall not be declined."""

_SEED = 7
_NEVER = -1

Fit = Callable[[NDArray[np.int64]], Callable[[NDArray[np.int64]], Guesses]]
"""Fits on rows of the training data and returns what guesses other rows of it."""


def choose_threshold(intents: Intents, fit: Fit) -> float:
    """Return the score that a share of ``KEPT`` of the examples understood rightly reach.

    Each example is guessed by a classifier that did not see it.

    Args:
        intents: the intent of each training example.
        fit: fits the classifier on rows of the training data.
    """
    folds = _folds(intents)
    right = []
    for fold in range(FOLDS):
        asked = np.flatnonzero(folds == fold)
        if len(asked):
            guesses = fit(np.flatnonzero(folds != fold))(asked)
            right.append(guesses.scores[guesses.best == intents[asked]])
    scores = np.concatenate(right) if right else np.zeros(0)
    return float(np.quantile(scores, 1.0 - KEPT)) if len(scores) else 0.0


def _folds(intents: Intents) -> Intents:
    """Return the fold each example is asked in; those of an intent are spread evenly.

    One example of each intent is never asked, so that every intent is trained on.
    """
    chance = np.random.default_rng(_SEED)
    folds = np.full(len(intents), _NEVER)
    for intent in np.unique(intents):
        rows = chance.permutation(np.flatnonzero(intents == intent))[1:]
        folds[rows] = (np.arange(len(rows)) + chance.integers(FOLDS)) % FOLDS
    return folds
