"""The figures of one run, their ratios and targets."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from bot.benchmark.failure import Failure
from bot.benchmark.machine import Machine

_HEADER = ["measure", "unit", "baseline", "subject", "ratio", "target", "met"]
_FAILURES_SHOWN = 20


@dataclass(frozen=True)
class Measure:
    """One quantity on both sides; smaller is better.

    ``target`` is the largest ratio subject / baseline that is good enough; a measure without
    target is there for information.
    """

    name: str
    unit: str
    baseline: float
    subject: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        """Subject / baseline; not a number where either is missing."""
        return self.subject / self.baseline if self.baseline > 0 else math.nan

    @property
    def met(self) -> bool:
        """Whether the target, if there is one, is met."""
        return self.target is None or self.ratio <= self.target

    def row(self) -> list[str]:
        """Return the cells of the table."""
        target = "" if self.target is None else f"<= {self.target:g}"
        met = "" if self.target is None else "yes" if self.met else "NO"
        figures = [_figure(self.baseline), _figure(self.subject), f"{self.ratio:.2f}"]
        return [self.name, self.unit, *figures, target, met]


@dataclass(frozen=True)
class BenchmarkResult:
    """Everything one run found.

    ``latencies`` holds the samples in ms by stream, ``starts`` the seconds to the first answer
    by side, ``first_answers`` what the servers said first, ``on_topic`` how many of the subject's
    answers name the concept asked about (for information: it is not what is measured here).
    """

    machine: Machine
    turns: int
    repeats: int
    measures: tuple[Measure, ...]
    latencies: dict[str, list[float]]
    starts: dict[str, list[float]]
    first_answers: dict[str, str]
    on_topic: int
    failures: tuple[Failure, ...]

    @property
    def met(self) -> bool:
        """Whether all targets are met and no request failed."""
        return not self.failures and all(measure.met for measure in self.measures)

    def table(self) -> list[list[str]]:
        """Return the header, one row of cells per measure, and the number of failed requests."""
        return [list(_HEADER), *(measure.row() for measure in self.measures), self._failure_row()]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values; a figure that is missing is null."""
        measures = [
            {**dataclasses.asdict(each), "ratio": each.ratio, "met": each.met}
            for each in self.measures
        ]
        whole = {**dataclasses.asdict(self), "measures": measures, "met": self.met}
        return {key: _without_nan(value) for key, value in whole.items()}

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        return "\n\n".join([self._heading(), self._rows(), self._facts(), self._failed()]) + "\n"

    def _failure_row(self) -> list[str]:
        subject = sum(failure.stream.startswith("subject") for failure in self.failures)
        counts = [str(len(self.failures) - subject), str(subject)]
        return ["failed requests", "", *counts, "", "0", "NO" if self.failures else "yes"]

    def _heading(self) -> str:
        verdict = "All targets are met." if self.met else "**Not all targets are met.**"
        return f"# Performance: Termwise against Rasa's default project\n\n{verdict}"

    def _rows(self) -> str:
        header, *rows = self.table()
        rule = ["---", "---", "---:", "---:", "---:", "---:", "---"]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *rows])

    def _facts(self) -> str:
        facts = [f"{key.replace('_', ' ')}: {value}" for key, value in vars(self.machine).items()]
        facts.append(f"turns per stream: {self.turns}; starts per side: {self.repeats} (median)")
        named = f"{self.on_topic} of {self.turns}"
        facts.append(f"answers that name the concept asked about, echoes not counted: {named}")
        return "\n".join(f"- {fact}" for fact in facts)

    def _failed(self) -> str:
        shown = [f"- {failure}" for failure in self.failures[:_FAILURES_SHOWN]]
        hidden = len(self.failures) - len(shown)
        more = [f"- and {hidden} more, all in the JSON report"] if hidden else []
        return "\n".join([f"Failed requests: {len(self.failures)}", "", *shown, *more]).strip()


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
