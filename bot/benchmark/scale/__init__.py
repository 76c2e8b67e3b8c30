"""The benchmark of scale: a made-up glossary of many entries, and a million made-up vectors.

The package prints nothing. It needs psutil and matplotlib, so import it only where it is used.
"""

from __future__ import annotations

from bot.benchmark.scale.measurement import run, run_vectors
from bot.benchmark.scale.report import write_report, write_vector_report
from bot.benchmark.scale.result import ScaleResult, VectorResult

__all__ = [
    "ScaleResult", "VectorResult", "run", "run_vectors", "write_report", "write_vector_report",
]  # fmt: skip
