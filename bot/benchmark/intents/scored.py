"""The classifier of question types on other data: the best intent, and how much it is in scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.adapters.intent_model import IntentModel
from bot.adapters.intent_trainer import fit
from bot.benchmark.intents.metrics import Intents, Scores
from bot.retrieval.encoder import Encoder, Vectors

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Guesses:
    """Per utterance the number of the best intent and a score, the higher the more in scope."""

    best: Intents
    scores: Scores


class IntentDetector:
    """A fitted classifier with the vectors of what it was trained on.

    Args:
        texts: the utterances to train on.
        intents: the intent of each.
        labels: all intents there are; their order gives the numbers.
        encoder: encodes the utterances.
    """

    def __init__(
        self, texts: Sequence[str], intents: Sequence[str], labels: Sequence[str], encoder: Encoder
    ) -> None:
        self._model: IntentModel = fit(texts, intents, encoder, frozenset())[0]
        self._numbers = np.array([labels.index(label) for label in self._model.labels])
        self._seen: Vectors = encoder.encode(texts)
        self._encoder = encoder

    def guess(self, texts: Sequence[str]) -> Guesses:
        """Guess the intents. The score is the probability times the cosine of the nearest example.

        A probability alone is high for whatever is nearest of all that is far away.
        """
        best, scores = [], []
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            probabilities = self._model.probabilities(batch, self._encoder)
            nearest = (self._encoder.encode(batch) @ self._seen.T).max(axis=1)
            best.append(self._numbers[probabilities.argmax(axis=1)])
            scores.append(probabilities.max(axis=1) * nearest.clip(0.0))
        return Guesses(np.concatenate(best), np.concatenate(scores).astype(np.float64))
