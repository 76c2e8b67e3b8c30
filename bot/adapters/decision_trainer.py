"""scikit-learn fits the decision and scipy picks its thresholds, on drill questions."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from bot.answering.decision import (
    NAMED_FEATURES,
    Judge,
    Threshold,
)
from bot.answering.drill import SHARES, Sample

CONFIDENCE = 0.95
NAMED_BOUND = 0.15  # of the answers to drill questions with a term, at most that share wrong
LEAST_COVERAGE = 0.85  # of the answerable drill questions are answered, even if the bound is missed
MOST_COVERAGE = 0.88  # ... and no more: the last of them are hardly told from what we do not know
DESCRIBED_BOUND = 0.55
_ASK_SHARE = 0.9  # from this share of the answer threshold on we ask back
_FEWEST = 30


@dataclass(frozen=True, slots=True)
class Calibration:
    """Both judges, and how they did on drill questions they were not fitted on."""

    named: Judge
    described: Judge
    report: dict[str, object]


def calibrate(samples: Sequence[Sample], described: Judge) -> Calibration:
    """Fit the judge of named questions, pick its threshold, and check the other one.

    The threshold is the lowest probability from which on the Clopper-Pearson upper limit of the
    error among answers stays within the bound; where no threshold reaches the bound, the one
    with the lowest limit is taken and the report says that the bound is not met.
    """
    named, named_report = _judge([s for s in samples if s.named], NAMED_FEATURES, NAMED_BOUND)
    checked = _checked(described, [s for s in samples if not s.named])
    return Calibration(named, described, {"named": named_report, "described": checked})


def _checked(judge: Judge, samples: Sequence[Sample]) -> dict[str, object]:
    """Report how a judge that is not fitted here does on drill questions."""
    probabilities = np.array([judge.probability(s.evidence) for s in samples])
    right = np.array([s.right for s in samples], bool)
    if not len(samples):
        return {"questions": 0, "met": False}
    answered = probabilities >= judge.threshold.answer
    wrong = int((~right[answered]).sum())
    limit = _limit(wrong, int(answered.sum()))
    return _report(probabilities, right, DESCRIBED_BOUND, judge.threshold.answer, limit)


def _judge(
    samples: Sequence[Sample], features: tuple[str, ...], bound: float
) -> tuple[Judge, dict[str, object]]:
    matrix = np.array([[s.evidence[name] for name in features] for s in samples], np.float64)
    right = np.array([s.right for s in samples], bool)
    weights = _weights(samples)
    if len(samples) < _FEWEST or right.all() or not right.any():
        judge = Judge(features, (0.0,) * len(features), 0.0, Threshold(0.5, 0.25))
        return judge, {"questions": len(samples), "bound": bound, "met": False}
    model = LogisticRegression(C=3.0, max_iter=2000, class_weight=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        unseen = cross_val_predict(
            model, matrix, right, cv=5, method="predict_proba", params={"sample_weight": weights}
        )[:, 1]
        model.fit(matrix, right, sample_weight=weights)
    threshold, limit = pick_threshold(unseen, right, bound, weights)
    low, high = np.quantile(unseen[right], [1 - MOST_COVERAGE, 1 - LEAST_COVERAGE])
    threshold = float(np.clip(threshold, low, high))
    limit = limit_at(threshold, unseen, right, weights)
    judge = Judge(
        features,
        tuple(float(weight) for weight in model.coef_[0]),
        float(model.intercept_[0]),
        Threshold(threshold, threshold * _ASK_SHARE),
    )
    return judge, _report(unseen, right, bound, threshold, limit, weights)


def _weights(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Return how much each sample counts: each source has its share, the mean is 1."""
    count = Counter(sample.source for sample in samples)
    total = sum(SHARES[source] for source in count)
    each = {source: SHARES[source] / total / number for source, number in count.items()}
    return len(samples) * np.array([each[sample.source] for sample in samples], np.float64)


def pick_threshold(
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    bound: float,
    weights: NDArray[np.float64] | None = None,
) -> tuple[float, float]:
    """Return the threshold and the upper limit of the error among the answers from it on.

    Args:
        probabilities: of being right, shape (questions,).
        right: whether each is right, shape (questions,).
        bound: the share of wrong answers that is allowed, 0 to 1.
        weights: how much each question counts, shape (questions,), mean 1; alike without them.
    """
    order = np.argsort(-probabilities, kind="stable")
    counted = (np.ones(len(right)) if weights is None else weights)[order]
    wrong, answers = np.cumsum(counted * ~right[order]), np.cumsum(counted)
    limits = np.array([_limit(w, n) for w, n in zip(wrong, answers, strict=True)])
    ranked = probabilities[order]
    ends = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True))  # equals are not parted
    within = ends[limits[ends] <= bound]
    last = int(within[-1]) if len(within) else int(ends[np.argmin(limits[ends])])
    return float(ranked[last]), float(limits[last])


def limit_at(
    threshold: float,
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> float:
    """Return the upper limit of the error among the answers from a threshold on."""
    answered = probabilities >= threshold
    return _limit(float(weights[answered & ~right].sum()), float(weights[answered].sum()))


def _limit(wrong: float, answers: float) -> float:
    """Return the upper Clopper-Pearson limit of a share, one-sided, at ``CONFIDENCE``.

    Weighted counts need not be whole; the limit is that of the beta distribution all the same.
    """
    if wrong >= answers:
        return 1.0
    return float(beta.ppf(CONFIDENCE, wrong + 1, answers - wrong))


def _report(
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    bound: float,
    threshold: float,
    limit: float,
    weights: NDArray[np.float64] | None = None,
) -> dict[str, object]:
    counted = np.ones(len(right)) if weights is None else weights
    answered = probabilities >= threshold
    order = np.argsort(-probabilities, kind="stable")
    risk = np.cumsum((counted * ~right)[order]) / np.cumsum(counted[order])
    steps = np.unique(np.linspace(0, len(order) - 1, 50).astype(int))
    return {
        "questions": len(right),
        "answerable": int(right.sum()),
        "bound": bound,
        "confidence": CONFIDENCE,
        "met": limit <= bound,
        "limit": limit,
        "threshold": threshold,
        "coverage": float(answered[right].mean()) if right.any() else 0.0,
        "wrong": float(np.average(~right[answered], weights=counted[answered]))
        if answered.any()
        else 0.0,
        "curve": [[float((s + 1) / len(order)), float(risk[s])] for s in steps],
    }
