"""Figures of intent detection with out-of-scope utterances.

Intents are numbers from 0; ``OUTSIDE`` stands for out of scope, as the truth and as a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from bot.evaluation.confidence import Curve, curve

OUTSIDE = -1
Intents = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; None where the utterances do not allow the figure.

    ``in_scope`` is the share of in-scope utterances whose intent is right and not declined,
    ``recall`` the share of out-of-scope utterances declined, ``mcc`` Matthews' correlation of
    truth and decision over all intents and out of scope.
    """

    in_scope: float | None
    recall: float | None
    mcc: float


def decide(best: Intents, scores: Scores, threshold: float) -> Intents:
    """Return the best intents where the score is at least ``threshold``, else ``OUTSIDE``."""
    return np.where(scores >= threshold, best, OUTSIDE)


def figures(truth: Intents, decided: Intents) -> Figures:
    """Return the figures of decisions."""
    inside = truth != OUTSIDE
    return Figures(
        in_scope=_share(decided[inside] == truth[inside]),
        recall=_share(decided[~inside] == OUTSIDE),
        mcc=float(matthews_corrcoef(truth, decided)),
    )


def auroc(truth: Intents, scores: Scores) -> float | None:
    """Return how likely an in-scope utterance scores higher than one out of scope."""
    inside = truth != OUTSIDE
    if inside.all() or not inside.any():
        return None
    return float(roc_auc_score(inside, scores))


def risk_coverage(truth: Intents, best: Intents, scores: Scores) -> Curve:
    """Return coverage and risk, one point per score: of the share answered, how much is wrong.

    Answering an utterance out of scope is wrong. Equally sure answers count together.
    """
    return curve(scores, best != truth, len(truth))


def _share(flags: NDArray[np.bool_]) -> float | None:
    return float(flags.mean()) if len(flags) else None
