"""One of the two sides of the benchmark: a project folder, its commands and its questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.benchmark.environment import server_environment
from bot.benchmark.process import ProcessTree

Text = Callable[[int], str]
"""The message of a turn; turns below zero are the warm-up."""


def hello(_turn: int) -> str:
    """Return what a baseline is asked in every turn."""
    return "hello"


@dataclass(frozen=True)
class Side:
    """How to train and serve one side, and what to ask it.

    ``serve`` turns a port into the command of a server on that port. ``logs`` is an existing
    folder outside of ``folder``. ``first`` is what a server is asked until it answers.
    """

    name: str
    folder: Path
    logs: Path
    train: tuple[str, ...]
    serve: Callable[[int], tuple[str, ...]]
    first: str
    text: Text

    def start_training(self) -> ProcessTree:
        """Start the training command."""
        return self._start(self.train, "train")

    def start_server(self, port: int, occasion: str) -> ProcessTree:
        """Start a server on ``port``; ``occasion`` names its log."""
        return self._start(self.serve(port), occasion)

    def _start(self, command: tuple[str, ...], occasion: str) -> ProcessTree:
        log = self.logs / f"{self.name}-{occasion}.log"
        return ProcessTree(command, folder=self.folder, log=log, environment=server_environment())
