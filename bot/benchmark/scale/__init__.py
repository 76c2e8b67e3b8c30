"""The benchmark of scale: a made-up glossary of many entries, and a million made-up vectors.

The package prints nothing. It needs psutil and matplotlib, so import it only where it is used.
"""

from __future__ import annotations

from bot.benchmark.scale.measurement import run
from bot.benchmark.scale.report import write_report
from bot.benchmark.scale.result import ScaleResult

__all__ = ["ScaleResult", "run", "write_report"]
