"""The targets: shares that must be at least, or at most, so large."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.scoring import Outcome, interval, near, recalled
from bot.evaluation.talk import Talk

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


@dataclass(frozen=True, slots=True)
class Bound:
    """The share of wrong answers (0 to 1) that training states for what one judge decides.

    ``evidence`` are the reasons that an answer of that judge gives; none: it decides on all.
    """

    limit: float
    evidence: frozenset[str] = frozenset()

    def covers(self, outcome: Outcome) -> bool:
        """Whether this is an answer about concepts that the judge decided on."""
        return outcome.answered and self.evidence <= set(outcome.answer.reasons)


def bounds(decision: Mapping[str, Any]) -> dict[str, Bound]:
    """Return the bounds that the index states, by name of the judge.

    ``decision`` is what the index keeps of it: per judge its ``features``, and a ``report``.
    """
    return {
        name: Bound(report["bound"], frozenset(decision.get(name, {}).get("features", ())))
        for name, report in decision["report"].items()
        if "bound" in report  # no drill questions, no bound
    }


def targets(outcomes: Sequence[Outcome], stated: Mapping[str, Bound]) -> tuple[Target, ...]:
    """Return what we promise of single questions, measured on these outcomes."""
    return (
        _right("overall right", outcomes, 0.95),
        _right("German right", [o for o in outcomes if o.example.language == "de"], 0.92),
        _right("definitions right", _of(outcomes, "define"), 0.97),
        _right("comparisons right", _of(outcomes, "compare"), 0.95),
        _counted("all compared concepts found", _of(outcomes, "compare"), recalled, 0.98),
        _right("described term found first", _of(outcomes, "find_term"), 0.85),
        _counted("described term in the top three", _of(outcomes, "find_term"), near, 0.95),
        _right("out of scope declined", _of(outcomes, "oos_"), 0.97),
        _wrong("wrong among answers", [o for o in outcomes if o.answered], 0.03),
        *(
            _wrong(f"wrong, bound of {name}", [o for o in outcomes if b.covers(o)], b.limit)
            for name, b in stated.items()
        ),
    )


def talk_targets(talks: Sequence[Talk]) -> tuple[Target, ...]:
    """Return what we promise of conversations, measured on these."""
    follow_ups = [outcome for talk in talks for outcome in talk.follow_ups]
    return (_right("follow-ups right", follow_ups, 0.93),)


def _right(name: str, outcomes: Sequence[Outcome], limit: float) -> Target:
    return _counted(name, outcomes, lambda o: o.right, limit)


def _wrong(name: str, answers: Sequence[Outcome], limit: float) -> Target:
    return Target(name, sum(not o.right for o in answers), len(answers), limit, at_least=False)


def _counted(
    name: str, outcomes: Sequence[Outcome], hit: Callable[[Outcome], bool], limit: float
) -> Target:
    return Target(name, sum(map(hit, outcomes)), len(outcomes), limit)


def _of(outcomes: Sequence[Outcome], kind: str) -> list[Outcome]:
    """Return the outcomes of a kind, or of a family of kinds (``oos_``)."""
    return [o for o in outcomes if o.example.kind.startswith(kind)]


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
