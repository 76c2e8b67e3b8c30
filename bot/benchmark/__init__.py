"""The performance benchmark: Termwise against Rasa's own default project, in one run.

The package prints nothing. It needs psutil and matplotlib, so import it only where it is used.
"""

from __future__ import annotations

from bot.benchmark.measurement import run
from bot.benchmark.report import write_report
from bot.benchmark.result import BenchmarkResult
from bot.errors import BenchmarkError

__all__ = ["BenchmarkError", "BenchmarkResult", "run", "write_report"]
