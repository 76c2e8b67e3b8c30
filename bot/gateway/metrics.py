"""What is counted for Prometheus: numbers only, never who or what was said."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.gateway.parts_file import PartState
from bot.gateway.store import Reply

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one gateway."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._accepted = self._counter("accepted", "Messages accepted", "channel")
        self._repeated = self._counter("repeated", "Messages that came again with the same id")
        self._refused = self._counter("refused", "Requests refused", "why")
        self._replies = self._counter("replies", "Reply groups kept", "outcome")
        self._kinds = self._counter("answers", "Answers by kind", "kind")
        self._broken = self._counter("broken_turns", "Tries of a turn without a reply", "why")
        self._requests = self._counter("requests", "HTTP requests", "route", "status")
        self._stages = Histogram(
            "termwise_stage_seconds", "Stages of a message: accept, queue, rasa, keep", ["stage"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._whole = self._histogram("reply_seconds", "From acceptance to the kept reply")
        self._depth = self._gauge("waiting_messages", "Messages without a reply")
        self._age = self._gauge("oldest_waiting_seconds", "Age of the oldest message without one")
        self._restarts = self._gauge("restarts", "Starts of a part after its first", "part")
        self._runs = self._gauge("part_up", "Whether a part runs", "part")
        self._rasa = self._gauge("rasa_up", "Whether Rasa answers")
        self._problem = self._gauge("glossary_problem", "Whether a change could not be taken up")
        self._sockets = self._gauge("sockets", "Connections that listen to a conversation")
        self._faults = self._gauge("rasa_faults", "What went wrong since Rasa was started", "fault")
        self._free = self._gauge("free_bytes", "Room on the disk of STATE")

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"termwise_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"termwise_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(f"termwise_{name}", text, buckets=_SECONDS, registry=self.registry)

    def accepted(self, channel: str) -> None:
        """Count a message."""
        self._accepted.labels(channel).inc()

    def repeated(self) -> None:
        """Count a message that came again."""
        self._repeated.inc()

    def refused(self, why: str) -> None:
        """Count something that was not let in."""
        self._refused.labels(why).inc()

    def broken(self, why: str) -> None:
        """Count a try that brought no reply."""
        self._broken.labels(why).inc()

    def stage(self, name: str, seconds: float) -> None:
        """Count the time of a stage: ``accept``, ``queue``, ``rasa`` or ``keep``."""
        self._stages.labels(name).observe(max(0.0, seconds))

    def finished(self, reply: Reply, seconds: float) -> None:
        """Count a reply and how long its sender waited."""
        self._replies.labels(reply.outcome.value).inc()
        self._whole.observe(seconds)
        for message in reply.messages:
            custom = message.get("custom")
            if isinstance(custom, dict) and isinstance(custom.get("kind"), str):
                self._kinds.labels(custom["kind"][:20]).inc()

    def request(self, route: str, status: int) -> None:
        """Count a request by the route it took."""
        self._requests.labels(route, str(status)).inc()

    def depth(self, waiting: int) -> None:
        """Note how many messages wait."""
        self._depth.set(waiting)

    def age(self, accepted: float | None) -> None:
        """Note since when the oldest message waits, in seconds since the epoch."""
        self._age.set(max(0.0, time.time() - accepted) if accepted else 0.0)

    def parts(self, parts: Sequence[PartState]) -> None:
        """Note what the supervisor says of the parts."""
        for part in parts:
            self._restarts.labels(part.name).set(max(0, part.starts - 1))
            self._runs.labels(part.name).set(part.pid > 0)

    def glossary(self, health: Mapping[str, Any] | None) -> None:
        """Note what Rasa says of itself."""
        self._rasa.set(health is not None)
        self._faults.clear()
        for fault, count in ((health or {}).get("faults") or {}).items():
            self._faults.labels(str(fault)[:30]).set(count)
        self._problem.set(bool(((health or {}).get("glossary") or {}).get("problem")))

    def free(self, count: int) -> None:
        """Note how many bytes are free on the disk."""
        self._free.set(count)

    def sockets(self, count: int) -> None:
        """Note how many connections listen."""
        self._sockets.set(count)

    def numbers(self) -> dict[str, float]:
        """Return the counters by name and labels, without those of HTTP requests."""
        return {
            f"{sample.name.removeprefix('termwise_').removesuffix('_total')}"
            f"{''.join(f' {value}' for value in sample.labels.values())}": sample.value
            for family in self.registry.collect()
            if family.type == "counter" and family.name != "termwise_requests"
            for sample in family.samples
            if sample.name.endswith("_total")
        }

    def text(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self.registry)
