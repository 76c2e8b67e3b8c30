"""What a run with a helpdesk gives."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.benchmark.machine import Machine

ACKNOWLEDGED_WITHIN = 3.0  # seconds; helpdesks that wait no longer hand over to people


@dataclass(frozen=True)
class Phase:
    """Messages that came at one rate.

    ``rate`` is messages a second, 0 if all came as fast as they were acknowledged.
    ``acknowledged`` are seconds of each acknowledgement, ``answered`` those from a delivery to
    when its reply began to reach the helpdesk. ``sent_in`` and ``done_in`` are seconds from the
    first delivery to the last acknowledgement and to the last outcome. ``lost`` messages have
    neither a reply nor a recorded reason, ``twice`` more than one reply; ``reasons`` counts what
    was recorded instead of a reply.
    """

    name: str
    rate: float
    acknowledged: Sequence[float]
    answered: Sequence[float]
    sent_in: float
    done_in: float
    reasons: Mapping[str, int]
    lost: int
    twice: int

    @property
    def messages(self) -> int:
        """How many were delivered."""
        return len(self.acknowledged)

    @property
    def came(self) -> float:
        """Messages that came per second."""
        return self.messages / self.sent_in

    @property
    def done(self) -> float:
        """Messages that were done with per second."""
        return self.messages / self.done_in

    @property
    def met(self) -> bool:
        """Whether nothing was lost or doubled, and every helpdesk would have waited."""
        in_time = max(self.acknowledged) <= ACKNOWLEDGED_WITHIN
        return in_time and not self.lost and not self.twice

    def row(self) -> list[str]:
        """Return what is printed of it."""
        return [
            self.name, str(self.messages), f"{self.came:.1f}", _milliseconds(self.acknowledged),
            f"{self.done:.1f}", _milliseconds(self.answered), str(self.lost), str(self.twice),
            json.dumps(self.reasons) if self.reasons else "",
        ]  # fmt: skip


@dataclass(frozen=True)
class HelpdeskResult:
    """All phases, in order."""

    phases: Sequence[Phase]
    machine: Machine

    @property
    def met(self) -> bool:
        """Whether all phases are as they should be."""
        return all(phase.met for phase in self.phases)

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        return [
            ["messages", "", "came/s", "acknowledged p50, p95, longest (ms)", "done/s",
             "answered p50, p95, longest (ms)", "lost", "twice", "no reply"],
            *(phase.row() for phase in self.phases),
        ]  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "met": self.met}


def _milliseconds(seconds: Sequence[float]) -> str:
    if not seconds:
        return "-"
    found = sorted(seconds)
    cuts = (found[len(found) // 2], found[int(len(found) * 0.95)], found[-1])
    return ", ".join(f"{1000 * cut:.0f}" for cut in cuts)
