"""The targets: shares that must be at least, or at most, so large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.evaluation.scoring import Outcome, interval

BLANK = "–"


@dataclass(frozen=True, slots=True)
class Target:
    """A share of ``hits`` among ``total`` questions with its limit (0 to 1).

    ``at_least`` tells on which side of the limit is good.
    """

    name: str
    hits: int
    total: int
    limit: float
    at_least: bool = True

    @property
    def share(self) -> float:
        """The share, 0 to 1; 0 of nothing."""
        return self.hits / self.total if self.total else 0.0

    @property
    def met(self) -> bool:
        """Whether the share is on the good side; a share of nothing is."""
        if not self.total:
            return True
        return self.share >= self.limit if self.at_least else self.share <= self.limit

    @property
    def wanted(self) -> str:
        """The limit as shown."""
        return f"{'>=' if self.at_least else '<='} {self.limit * 100:g} %"

    @property
    def verdict(self) -> str:
        """Whether the target is met, as shown."""
        return BLANK if not self.total else "yes" if self.met else "NO"


def targets(outcomes: Sequence[Outcome]) -> tuple[Target, ...]:
    """Return what we promise, measured on these outcomes."""
    answers = [o for o in outcomes if o.answered]
    wrong = sum(not o.right for o in answers)
    return (
        _right("overall right", outcomes, 0.92, lambda kind: True),
        _right("definitions right", outcomes, 0.97, lambda kind: kind == "define"),
        _right("out of scope declined", outcomes, 0.95, lambda kind: kind.startswith("oos_")),
        Target("wrong among answers", wrong, len(answers), 0.03, at_least=False),
    )


def _right(
    name: str, outcomes: Sequence[Outcome], limit: float, counts: Callable[[str], bool]
) -> Target:
    chosen = [o for o in outcomes if counts(o.example.kind)]
    return Target(name, sum(o.right for o in chosen), len(chosen), limit)


def percent(hits: int, total: int) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{hits / total:.1%}".replace("%", " %") if total else BLANK


def limits(hits: int, total: int) -> str:
    """Return the 95 % Clopper-Pearson interval of a share, in per cent."""
    if not total:
        return BLANK
    low, high = interval(hits, total)
    return f"{low * 100:.1f}–{high * 100:.1f} %"


def counted(hits: int, total: int) -> str:
    """Return how many of how many."""
    return f"{hits} of {total}" if total else BLANK
