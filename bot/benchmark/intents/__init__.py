"""Public yardsticks of intent detection: the classifier on data sets that others measured on.

The package prints nothing. The data is not part of the project; ``docs/bench-nlu.md`` tells where
it comes from.
"""

from __future__ import annotations

from bot.benchmark.intents.measurement import public_tasks, run
from bot.benchmark.intents.report import write_report
from bot.benchmark.intents.result import IntentResult

__all__ = ["IntentResult", "public_tasks", "run", "write_report"]
