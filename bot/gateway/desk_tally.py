"""What is counted of the helpdesks for Prometheus: numbers only, never who or what was said."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.helpdesk.decision import Decision
from bot.helpdesk.store import Queue


class DeskTally:
    """The counters of the helpdesks, beside those of the front door.

    Args:
        registry: where they are told.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"termwise_helpdesk_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(f"termwise_helpdesk_{name}", text, ["desk"], registry=registry)

        self._deliveries = counter("deliveries", "Webhook deliveries", "desk", "how")
        self._decisions = counter(
            "decisions", "What became of messages", "desk", "outcome", "reason"
        )
        self._effects = counter("effects", "Tries of what was decided", "desk", "effect", "how")
        self._messages = gauge("waiting_messages", "Messages without a decision")
        self._undone = gauge("waiting_effects", "Effects that are not done")
        self._oldest = gauge("oldest_waiting_seconds", "Age of the oldest of both")

    def delivered(self, desk: str, how: str) -> None:
        """Count a delivery."""
        self._deliveries.labels(desk, how).inc()

    def decided(self, desk: str, decision: Decision) -> None:
        """Count a decision."""
        self._decisions.labels(desk, decision.does.value, decision.reason.value).inc()

    def performed(self, desk: str, effect: str, how: str) -> None:
        """Count a try of an effect."""
        self._effects.labels(desk, effect, how).inc()

    def waiting(self, desk: str, queue: Queue) -> None:
        """Note what waits."""
        self._messages.labels(desk).set(queue.messages)
        self._undone.labels(desk).set(queue.effects)
        self._oldest.labels(desk).set(queue.oldest)
