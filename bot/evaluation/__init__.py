"""Measures the quality of answers on hand-written questions, against baselines.

The package prints nothing, and of the questions in ``test`` it shows only counts.
"""

from __future__ import annotations

from bot.evaluation.report import write_report
from bot.evaluation.result import EvaluationResult
from bot.evaluation.runner import run

__all__ = ["EvaluationResult", "run", "write_report"]
