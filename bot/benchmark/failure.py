"""What goes wrong: an error ends the benchmark, a failure is counted and reported."""

from __future__ import annotations

from dataclasses import dataclass


class AskError(Exception):
    """One request got no usable answer: connection lost, non-200, not JSON, or empty."""


@dataclass(frozen=True)
class Failure:
    """One request of the latency run that got no usable answer."""

    stream: str
    turn: int
    text: str
    problem: str

    def __str__(self) -> str:
        """One line for the report."""
        return f"{self.stream}, turn {self.turn}, {self.text!r}: {self.problem}"
