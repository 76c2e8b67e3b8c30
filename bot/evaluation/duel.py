"""Two contenders on the same questions: who is right where the other is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from bot.evaluation.scoring import Outcome


@dataclass(frozen=True, slots=True)
class Duel:
    """How many questions only the first and only the second got right."""

    only_first: int
    only_second: int

    @property
    def p(self) -> float:
        """The probability of so uneven a split if both were equally good (McNemar, exact)."""
        total = self.only_first + self.only_second
        return float(binomtest(self.only_first, total).pvalue) if total else 1.0


def duel(first: Sequence[Outcome], second: Sequence[Outcome]) -> Duel:
    """Compare outcomes of two contenders, question by question."""
    pairs = [(one.right, other.right) for one, other in zip(first, second, strict=True)]
    return Duel(pairs.count((True, False)), pairs.count((False, True)))
