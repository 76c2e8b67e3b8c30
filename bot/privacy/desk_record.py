"""What the helpdesk part keeps: deliveries, what was done in return, and the state of each talk.

A conversation is called ``DESK:ID`` here: two helpdesks may use the same id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from bot.privacy.record import Counts
from bot.privacy.rows import Rows, has_table, transaction

_TABLES = ("desk_events", "desk_effects", "desk_states")
_BATCH = 500  # deliveries that are removed at a time; others write in between
# For how long a delivery that comes again must be known: some helpdesks sign no time.
_REPLAYED = 30 * 24 * 60 * 60.0
_SETTLED = (
    "done = 1 AND received < ? AND NOT EXISTS "
    "(SELECT 1 FROM desk_effects e WHERE e.event = desk_events.seq AND e.open = 1)"
)


class DeskRecord:
    """The tables of the helpdesk part, which forgets its texts itself, often sooner.

    Args:
        rows: the front door's database.
        clock: seconds since the epoch.
    """

    def __init__(self, rows: Rows, clock: Callable[[], float] = time.time) -> None:
        self._rows = rows
        self._clock = clock
        self._there = all(has_table(rows, table) for table in _TABLES)

    def export(self, conversation: str) -> dict[str, list[dict[str, Any]]]:
        """Return what is kept of a conversation; see the port."""
        if not self._there:
            return {}
        return {
            table: [
                {"body": json.loads(body)}
                for (body,) in self._rows.run(
                    f"SELECT body FROM {table} WHERE desk || ':' || conversation = ? "
                    "AND body IS NOT NULL",
                    conversation,
                )
            ]
            for table in _TABLES
        }

    def erase(self, conversation: str) -> Counts:
        """Remove texts and state; that a delivery came stays known: it is not taken again."""
        if not self._there:
            return {}
        of = "WHERE desk || ':' || conversation = ?"
        with transaction(self._rows) as rows:
            statements = {
                "deliveries": f"UPDATE desk_events SET body = NULL, done = 1 {of} "
                "AND body IS NOT NULL RETURNING 1",
                "effects": f"UPDATE desk_effects SET body = NULL, open = 0 {of} "
                "AND body IS NOT NULL RETURNING 1",
                "states": f"DELETE FROM desk_states {of} RETURNING 1",
            }
            return {name: len(rows.run(sql, conversation)) for name, sql in statements.items()}

    def expire(self, before: float) -> Counts:
        """Remove texts, then deliveries with what was done in return, then what nothing is left of.

        Where something is still to be done, nothing goes. That a delivery came stays known for 30
        days, without its text: one that comes again is not taken again.
        """
        if not self._there:
            return {}
        counts: Counts = {"texts": 0, "deliveries": 0, "effects": 0, "states": 0}
        while done := self._forget(before):
            counts["texts"] += done
        while self._remove(min(before, self._clock() - _REPLAYED), counts):
            pass
        return counts

    def _forget(self, before: float) -> int:
        with transaction(self._rows) as rows:
            old = rows.run(
                f"SELECT seq FROM desk_events WHERE {_SETTLED} AND (body IS NOT NULL OR EXISTS "
                "(SELECT 1 FROM desk_effects e WHERE e.event = desk_events.seq "
                f"AND e.body IS NOT NULL)) LIMIT {_BATCH}",
                before,
            )
            for (seq,) in old:
                rows.run("UPDATE desk_events SET body = NULL WHERE seq = ?", seq)
                rows.run("UPDATE desk_effects SET body = NULL WHERE event = ?", seq)
            return len(old)

    def _remove(self, before: float, counts: Counts) -> int:
        with transaction(self._rows) as rows:
            old = rows.run(
                f"SELECT seq, desk, conversation FROM desk_events WHERE {_SETTLED} LIMIT {_BATCH}",
                before,
            )
            for seq, _, _ in old:
                sql = "DELETE FROM desk_effects WHERE event = ? RETURNING 1"
                counts["effects"] += len(rows.run(sql, seq))
                rows.run("DELETE FROM desk_events WHERE seq = ?", seq)
            for desk, conversation in {(desk, conversation) for _, desk, conversation in old}:
                counts["states"] += len(
                    rows.run(
                        "DELETE FROM desk_states WHERE desk = ? AND conversation = ? "
                        "AND NOT EXISTS (SELECT 1 FROM desk_events e WHERE e.desk = "
                        "desk_states.desk AND e.conversation = desk_states.conversation) "
                        "RETURNING 1",
                        desk, conversation,
                    )
                )  # fmt: skip
            counts["deliveries"] += len(old)
            return len(old)

    def close(self) -> None:
        """Do nothing: the front door's record has the connection."""
