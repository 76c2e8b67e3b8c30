"""What the helpdesk part keeps: deliveries, what was done in return, and the state of each talk.

A conversation is called ``DESK:ID`` here: two helpdesks may use the same id.
"""

from __future__ import annotations

import json
from typing import Any

from bot.privacy.record import Counts
from bot.privacy.rows import Rows, has_table, transaction

_TABLES = ("desk_events", "desk_effects", "desk_states")


class DeskRecord:
    """The tables of the helpdesk part; what is old there, it forgets itself.

    Args:
        rows: the front door's database.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
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
        """Do nothing: the helpdesk part forgets its texts sooner."""
        return {}

    def close(self) -> None:
        """Do nothing: the front door's record has the connection."""
