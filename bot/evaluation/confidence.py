"""How the share of wrong answers grows with the share of questions that are answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.scoring import Outcome

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def risk_coverage(outcomes: Sequence[Outcome]) -> Curve:
    """Return the curve of the answers about concepts, the surest first.

    Returns:
        Coverage (which share of all questions is answered with at least that confidence) and
        risk (which share of these answers is wrong), both 0 to 1 and of shape (confidences,):
        one point per confidence that occurs, so that equally sure answers count together.
    """
    answers = [o for o in outcomes if o.answered]
    confidence = np.array([o.answer.confidence for o in answers], np.float64)
    wrong = np.array([not o.right for o in answers], np.bool_)
    return curve(confidence, wrong, len(outcomes))


def curve(confidence: NDArray[np.float64], wrong: NDArray[np.bool_], asked: int) -> Curve:
    """Return coverage and risk of answers, each with its confidence, to ``asked`` questions."""
    order = np.argsort(-confidence, kind="stable")
    number = np.arange(1, len(order) + 1)
    last = np.flatnonzero(np.diff(confidence[order], append=-np.inf))
    coverage = number / max(asked, 1)
    return coverage[last], (np.cumsum(wrong[order]) / number)[last]
