"""Export, erasure and retention over all places where something is kept of people."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bot.privacy.record import Counts, Record

DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done.

    ``id`` names the receipt, ``at`` is when it was done (ISO 8601, UTC), ``removed`` tells how many
    rows of which kind went from which place. It says nothing of whom it was about.
    """

    id: str
    at: str
    removed: Mapping[str, Counts]

    @property
    def total(self) -> int:
        """How many rows went."""
        return sum(sum(counts.values()) for counts in self.removed.values())

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


class Privacy:
    """All records of an installation.

    Args:
        records: by name, in the order in which they are erased: where messages come in is first,
            so that nothing new follows from what is gone.
        clock: seconds since the epoch.
    """

    def __init__(
        self, records: Mapping[str, Record], clock: Callable[[], float] = time.time
    ) -> None:
        self._records = records
        self._clock = clock

    def export(self, conversations: Sequence[str]) -> dict[str, Any]:
        """Return all that is kept of conversations as a JSON object."""
        return {
            "exported": self._now(),
            "conversations": [
                {"conversation": c, **{n: r.export(c) for n, r in self._records.items()}}
                for c in conversations
            ],
        }

    def erase(self, conversations: Sequence[str]) -> Receipt:
        """Remove all that is kept of conversations; doing it again does no harm."""
        removed: dict[str, Counts] = {}
        for conversation in conversations:
            for name, record in self._records.items():
                _add(removed.setdefault(name, {}), record.erase(conversation))
        return Receipt(secrets.token_hex(8), self._now(), removed)

    def expire(self, days: int) -> Receipt:
        """Remove what is older than so many days; of 0 days: nothing."""
        before = self._clock() - days * DAY
        removed = {n: r.expire(before) if days else {} for n, r in self._records.items()}
        return Receipt(secrets.token_hex(8), self._now(), removed)

    def close(self) -> None:
        """Disconnect from all."""
        for record in self._records.values():
            record.close()

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")


def _add(counts: Counts, more: Counts) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count
