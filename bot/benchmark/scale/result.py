"""The figures of a run at scale, and their targets."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.benchmark.latency import percentile

P95_MS = 15.0
RECALL = 0.99
_HEADER = ["measure", "unit", "value", "target", "met"]


@dataclass(frozen=True, slots=True)
class Served:
    """What one process that answers showed.

    ``start`` is in seconds, ``memory`` in MB (resident, files mapped included), ``own_memory``
    without files. ``wall`` and ``cpu`` are ms per question, by its kind; ``recall`` is the share of
    the best 10 passages that search found; ``right`` the share of questions that name a concept
    and were answered about it.
    """

    start: float
    memory: float
    own_memory: float
    wall: Mapping[str, list[float]]
    cpu: Mapping[str, list[float]]
    recall: float
    right: float


@dataclass(frozen=True, slots=True)
class VectorRun:
    """Search in so many made-up vectors: how they were searched, seconds to build, ms to search.

    ``memory`` is that of codes and centroids, or of the vectors where there are none, in MB.
    """

    passages: int
    kind: str
    reach: int
    build: float
    p50: float
    p95: float
    flat: float
    memory: float
    recall: float


@dataclass(frozen=True)
class ScaleResult:
    """All figures; ``build`` is in seconds by step, ``disk`` in MB, ``search`` how it is done."""

    entries: int
    passages: int
    encoded: int
    machine: Mapping[str, Any]
    search: Mapping[str, Any]
    build: Mapping[str, float]
    disk: float
    served: Served

    @property
    def p95(self) -> float:
        """The 95th percentile over all questions, CPU time of the one thread, in ms."""
        return percentile([ms for each in self.served.cpu.values() for ms in each], 0.95)

    @property
    def p95_wall(self) -> float:
        """The same by the clock; on a busy machine it says more of that than of us."""
        return percentile([ms for each in self.served.wall.values() for ms in each], 0.95)

    @property
    def met(self) -> bool:
        """Whether all targets are met, latency by the clock."""
        return self.p95_wall < P95_MS and self.served.recall >= RECALL

    def table(self) -> list[list[str]]:
        """Return header and rows of the figures of the glossary."""
        rows = [
            ["entries / passages", "", f"{self.entries} / {self.passages}", "", ""],
            ["search of vectors", "", _said(self.search), "", ""],
            *([f"build: {step}", "s", f"{s:.1f}", "", ""] for step, s in self.build.items()),
            ["index on disk", "MB", f"{self.disk:.0f}", "", ""],
            ["start", "s", f"{self.served.start:.1f}", "", ""],
            ["resident memory, mapped files included", "MB", f"{self.served.memory:.0f}", "", ""],
            ["resident memory without files", "MB", f"{self.served.own_memory:.0f}", "", ""],
            *self._latencies(),
            ["answer p95, by the clock", "ms", f"{self.p95_wall:.1f}", f"< {P95_MS:g}",
             _met(self.p95_wall < P95_MS)],
            ["answer p95, CPU time", "ms", f"{self.p95:.1f}", "", ""],
            ["recall at 10", "", f"{self.served.recall:.4f}", f">= {RECALL:g}",
             _met(self.served.recall >= RECALL)],
            ["named concepts found", "", f"{self.served.right:.3f}", "", ""],
        ]  # fmt: skip
        return [list(_HEADER), *rows]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**dataclasses.asdict(self), "p95": self.p95, "p95_wall": self.p95_wall,
                "met": self.met}  # fmt: skip

    def _latencies(self) -> list[list[str]]:
        return [
            [f"answer p50 / p95, {kind}", "ms CPU",
             f"{percentile(each, 0.5):.1f} / {percentile(each, 0.95):.1f}", "", ""]
            for kind, each in self.served.cpu.items()
        ]  # fmt: skip


def _said(facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "flat":
        return "all are compared"
    return f"codes first, then {facts['reach']} vectors, recall {facts['recall']}"


def _met(met: bool) -> str:
    return "yes" if met else "NO"


@dataclass(frozen=True)
class VectorResult:
    """Search in made-up vectors, twice as many from run to run."""

    machine: Mapping[str, Any]
    runs: tuple[VectorRun, ...]

    @property
    def met(self) -> bool:
        """Whether the best were found, however many vectors there were."""
        return all(run.recall >= RECALL for run in self.runs)

    def table(self) -> list[list[str]]:
        """Return header and rows."""
        header = ["passages", "kind", "compared exactly", "build s", "p50 ms", "p95 ms",
                  "all compared ms", "MB", f"recall at 10 (>= {RECALL:g})"]  # fmt: skip
        rows = [
            [str(v.passages), v.kind, str(v.reach or v.passages), f"{v.build:.1f}", f"{v.p50:.2f}",
             f"{v.p95:.2f}", f"{v.flat:.1f}", f"{v.memory:.0f}", f"{v.recall:.4f}"]
            for v in self.runs
        ]  # fmt: skip
        return [header, *rows]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**dataclasses.asdict(self), "met": self.met}
