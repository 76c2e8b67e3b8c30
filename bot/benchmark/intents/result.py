"""The figures of one run on the public data sets, beside the published ones."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from bot.benchmark.intents.published import Published
from bot.benchmark.intents.rasa_pipeline import RasaRun

OURS = "Termwise"
_HEADER = ["data", "system", "in scope", "recall", "MCC", "AUROC", "goal", "met"]


@dataclass(frozen=True, slots=True)
class Goal:
    """The least value of one of our figures that is good enough."""

    figure: str
    least: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What we reached on a data set; shares from 0 to 1, None where the data has no such figure.

    ``closed`` is the share of in-scope utterances whose best intent is right, before anything is
    declined; ``in_scope``, ``recall`` and ``mcc`` are at ``threshold``. ``oracle_mcc`` is what the
    best threshold on the test data would give: it is shown, and nothing is chosen by it.
    ``coverage`` and ``risk`` are the points of the curve.
    """

    name: str
    examples: int
    intents: int
    asked: int
    closed: float
    in_scope: float | None
    recall: float | None
    mcc: float | None
    oracle_mcc: float | None
    auroc: float | None
    threshold: float | None
    seconds: float
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    published: tuple[Published, ...]
    goals: tuple[Goal, ...]
    rasa: RasaRun | None = None

    def met(self, goal: Goal) -> bool:
        """Tell whether a goal is met."""
        value = getattr(self, goal.figure)
        return value is not None and value >= goal.least

    def rows(self) -> list[list[str]]:
        """Return the cells of the table: ours first, then Rasa's in this run, then the published.

        Where something can be out of scope, ours has two lines: without declining, and with it.
        """
        rows = [[self.name, f"{OURS}, never declining", _share(self.closed), "", "", "", "", ""]]
        if self.threshold is not None:
            figures = [self.in_scope, self.recall, self.mcc, self.auroc]
            rows.append([self.name, OURS, *map(_share, figures), "", ""])
        rows[-1][-2:] = [
            ", ".join(f"{g.figure} {100 * g.least:g}" for g in self.goals),
            "yes" if all(self.met(goal) for goal in self.goals) else "NO",
        ]
        return [*rows, *self._rasa_rows(), *(self._published_row(each) for each in self.published)]

    def _rasa_rows(self) -> list[list[str]]:
        if self.rasa is None:
            return [[self.name, "Rasa, this run: not run", *[""] * 6]]
        found = self.rasa.figures
        cells = [found.in_scope, found.recall, found.mcc] if found else [None] * 3
        return [[self.name, f"Rasa, this run: {self.rasa.said}", *map(_share, cells), "", "", ""]]

    def _published_row(self, row: Published) -> list[str]:
        figures = [row.in_scope, row.recall, row.mcc, row.auroc]
        return [self.name, f"{row.system} ({row.source})", *map(_share, figures), "", ""]


@dataclass(frozen=True, slots=True)
class IntentResult:
    """What was measured on each data set, with the version of the encoder."""

    encoder: str
    sets: tuple[Measured, ...]

    @property
    def met(self) -> bool:
        """Whether all goals are met."""
        return all(each.met(goal) for each in self.sets for goal in each.goals)

    def table(self) -> list[list[str]]:
        """Return the header and the rows of all data sets; figures in percent."""
        return [list(_HEADER), *(row for each in self.sets for row in each.rows())]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**dataclasses.asdict(self), "met": self.met}


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"
