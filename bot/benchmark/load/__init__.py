"""The front door under load, beside Rasa as it comes with the same model."""

from bot.benchmark.load.measurement import run_load
from bot.benchmark.load.result import LoadResult

__all__ = ["LoadResult", "run_load"]
