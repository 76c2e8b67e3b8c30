"""What the widget's run gives."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.benchmark.channel.browser import Visit
from bot.benchmark.channel.talk import Channel
from bot.benchmark.machine import Machine


@dataclass(frozen=True)
class WidgetResult:
    """The figures of one run; ``left_out`` says in words why there are no visits, if so."""

    visits: Sequence[Visit]
    left_out: str
    clients: int
    socket: Channel
    rest: Channel
    machine: Machine

    @property
    def met(self) -> bool:
        """Whether nothing was lost or answered twice, and every visitor got the right answer."""
        return self.socket.met and self.rest.met and all(visit.good for visit in self.visits)

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        return [
            ["", "median", "worst"],
            *self._visited(),
            ["", "", ""],
            [f"{self.clients} conversations", "socket", "POST /v1/ask"],
            *(
                [name, of_socket, of_rest]
                for (name, of_socket), (_, of_rest) in zip(
                    _figures(self.socket), _figures(self.rest), strict=True
                )
            ),
            ["", "", ""],
            ["load when it began", f"{self.machine.load_at_start} on {self.machine.cores} cores"],
        ]

    def _visited(self) -> list[list[str]]:
        if not self.visits:
            return [["in a browser", f"left out: {self.left_out}"]]
        good = sum(visit.good for visit in self.visits)
        return [
            _row("click to a usable chat", [visit.usable for visit in self.visits]),
            _row("question to its whole answer", [visit.answer for visit in self.visits]),
            _row("click to the first answer", [visit.first_answer for visit in self.visits]),
            ["right answers", f"{good} of {len(self.visits)} visits"],
        ]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        sums = {
            name: {"per_second": channel.per_second, "p50": channel.p50, "p95": channel.p95}
            for name, channel in {"socket": self.socket, "rest": self.rest}.items()
        }
        return {**asdict(self), "sums": sums, "met": self.met}


def _figures(channel: Channel) -> list[tuple[str, str]]:
    return [
        ("turns per second", f"{channel.per_second:.1f}"),
        ("turn, median", f"{channel.p50:.0f} ms"),
        ("turn, 95th percentile", f"{channel.p95:.0f} ms"),
        ("asked", str(channel.asked)),
        ("lost, answered twice", f"{channel.lost}, {channel.twice}"),
        ("answers to nothing", str(channel.strange)),
    ]


def _row(name: str, values: Sequence[float]) -> list[str]:
    return [name, f"{statistics.median(values):.0f} ms", f"{max(values):.0f} ms"]
