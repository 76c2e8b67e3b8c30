"""What a load run gives."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.benchmark.load.arrivals import Reply
from bot.benchmark.machine import Machine

MOST_P95 = 1000.0  # ms, of 200 conversations at ten messages a second
MOST_GROWTH = 1.5  # turn 500 of a conversation against turn 10
MOST_OVERLOADED = 3000.0  # ms, p95 of what is admitted of a hundred messages a second
MOST_UNFAIR = 1.2  # p95 of others while one sends a hundred messages a second


@dataclass(frozen=True)
class Served:
    """How messages fared: how many were sent, answered, refused and lost; ms until the reply.

    Refused are those told to come again (429, 503); lost are all others without a reply.
    """

    sent: int
    answered: int
    refused: int
    told_when: int
    lost: int
    p50: float
    p95: float
    p99: float
    refusal_p95: float

    @classmethod
    def of(cls, replies: Sequence[Reply]) -> Served:
        """Sum up."""
        answered = [r.milliseconds for r in replies if r.said]
        refused = [r for r in replies if r.status in (429, 503)]
        p50, p95, p99 = (_cut(answered, percent) for percent in (50, 95, 99))
        return cls(
            sent=len(replies), answered=len(answered), refused=len(refused),
            told_when=sum(reply.retry_after for reply in refused),
            lost=len(replies) - len(answered) - len(refused), p50=p50, p95=p95, p99=p99,
            refusal_p95=_cut([reply.milliseconds for reply in refused], 95),
        )  # fmt: skip


def _cut(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True, slots=True)
class Fairness:
    """Others' p95 in ms ``alone`` and ``beside`` a flood of so many messages."""

    alone: float
    beside: float
    flooded: int

    @property
    def ratio(self) -> float:
        """How many times as long."""
        return self.beside / self.alone


@dataclass(frozen=True)
class LoadResult:
    """The figures of one run.

    ``unanswered`` are messages that the front door accepted in all of the run and that have no
    reply at its end, ``untaken`` those of them that Rasa's tracker lacks. ``growth`` are median ms
    of turns 6 to 15 of a conversation and 491 to 500 of another at the same time. ``durable`` and
    ``volatile`` are median ms of a commit with and without a flush of the disk.
    """

    seconds: float
    steady: Served
    stock: Served
    overload: Served
    growth: tuple[float, float]
    fairness: Fairness
    durable: float
    volatile: float
    unanswered: int
    untaken: int
    machine: Machine

    @property
    def met(self) -> bool:
        """Whether all targets are met."""
        return all(met for *_, met in self._targets())

    def _targets(self) -> list[tuple[str, str, bool]]:
        early, late = self.growth
        return [
            ("p95 at 10/s, at most 1 s", f"{self.steady.p95:.0f} ms", self.steady.p95 <= MOST_P95),
            ("lost at 10/s, none", str(self.steady.lost), self.steady.lost == 0),
            ("accepted without a reply, none", str(self.unanswered), self.unanswered == 0),
            ("accepted and not in the tracker, none", str(self.untaken), self.untaken == 0),
            ("refusals that say when to come again, all",
             f"{self.overload.told_when} of {self.overload.refused}",
             self.overload.told_when == self.overload.refused),
            ("turn 500 against turn 10, at most 1.5", f"{late / early:.2f}",
             late / early <= MOST_GROWTH),
            ("p95 of those admitted at 100/s, at most 3 s", f"{self.overload.p95:.0f} ms",
             self.overload.p95 <= MOST_OVERLOADED),
            ("others' p95 beside a flood, at most 1.2", f"{self.fairness.ratio:.2f}",
             self.fairness.ratio <= MOST_UNFAIR),
        ]  # fmt: skip

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        rows = [["", "sent", "answered", "refused", "lost", "p50 ms", "p95 ms", "p99 ms"]]
        for name, found in (
            ("200 conversations, 10 messages/s", self.steady),
            ("the same, stock Rasa", self.stock),
            ("100 messages/s", self.overload),
        ):
            counts = (found.sent, found.answered, found.refused, found.lost)
            times = (found.p50, found.p95, found.p99)
            rows.append([name, *map(str, counts), *(f"{ms:.0f}" for ms in times)])
        return rows

    def facts(self) -> list[list[str]]:
        """Return more rows to print."""
        early, late = self.growth
        price = self.durable - self.volatile
        return [
            ["turns 6-15 and, of another at the same time, 491-500, median",
             f"{early:.0f} and {late:.0f} ms"],
            [f"others' p95 alone and beside {self.fairness.flooded} messages of one",
             f"{self.fairness.alone:.0f} and {self.fairness.beside:.0f} ms"],
            ["p95 until a refusal", f"{self.overload.refusal_p95:.0f} ms"],
            ["a commit with and without a flush, median",
             f"{self.durable:.2f} and {self.volatile:.2f} ms: {price:.2f} ms for durability"],
            *([f"{'met' if met else 'MISSED'}: {name}", found]
              for name, found, met in self._targets()),
        ]  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return all figures."""
        return {**asdict(self), "met": self.met}
