"""The baseline: exactly the project that ``rasa init`` gives, with its default pipeline."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from bot.benchmark.process import HOST
from bot.benchmark.side import Side, hello
from bot.errors import BenchmarkError

_LEAVE_OUT = shutil.ignore_patterns("__pycache__", "models", ".rasa")


def baseline(work: Path) -> Side:
    """Copy Rasa's initial project to ``work/baseline`` and return the side that runs it."""
    folder = work / "baseline"
    shutil.copytree(_initial_project(), folder, ignore=_LEAVE_OUT)
    rasa = (sys.executable, "-m", "rasa")
    return Side(
        name="baseline",
        folder=folder,
        logs=work,
        train=(*rasa, "train"),
        serve=lambda port: (*rasa, "run", "--interface", HOST, "--port", str(port)),
        first="hello",
        text=hello,
    )


def _initial_project() -> Path:
    """Find the folder that ``rasa init`` copies, without importing Rasa."""
    spec = importlib.util.find_spec("rasa")
    if spec is None or spec.origin is None:
        raise BenchmarkError("The Python package rasa is missing. Run `make setup`.")
    return Path(spec.origin).parent / "cli" / "initial_project"
