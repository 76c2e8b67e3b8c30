"""What Rasa's tracker store keeps: the events of each conversation."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from bot.privacy.record import Counts
from bot.privacy.rows import Rows, has_table, transaction

_BATCH = 1000  # rows that are removed at a time
_TABLES = ("events", "damaged_events")


class ConversationRecord:
    """The tables of the tracker store.

    A turn that is under way while its conversation is erased finds the mark left here, and fails
    instead of writing (``bot.rasa_server.conversation_store``).

    Args:
        rows: its database.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._tables = [table for table in _TABLES if has_table(rows, table)]
        self._marks = has_table(rows, "erased_conversations")

    def export(self, conversation: str) -> dict[str, list[dict[str, Any]]]:
        """Return what is kept of a conversation; see the port."""
        return {table: self._exported(table, conversation) for table in self._tables}

    def _exported(self, table: str, conversation: str) -> list[dict[str, Any]]:
        sql = f"SELECT data FROM {table} WHERE sender_id = ? ORDER BY id"
        return [_event(data) for (data,) in self._rows.run(sql, conversation)]

    def erase(self, conversation: str) -> Counts:
        """Remove a conversation; see the port."""
        with transaction(self._rows) as rows:
            if self._marks:
                sql = "INSERT INTO erased_conversations (mark, at) VALUES (?, ?)"
                rows.run(sql, mark_of(conversation), time.time())
            sql = "DELETE FROM {} WHERE sender_id = ? RETURNING 1"
            return {table: len(rows.run(sql.format(table), conversation)) for table in self._tables}

    def expire(self, before: float) -> Counts:
        """Remove old events, and marks of what was erased so long ago; see the port."""
        counts = dict.fromkeys(self._tables, 0)
        if "events" not in counts:
            return counts
        while True:
            with transaction(self._rows) as rows:
                old = rows.run(
                    "SELECT id FROM events WHERE timestamp < ? ORDER BY id "
                    f"LIMIT {_BATCH}", before,
                )  # fmt: skip
                for (number,) in old:
                    rows.run("DELETE FROM events WHERE id = ?", number)
            counts["events"] += len(old)
            if not old:
                break
        self._expire_damaged(counts)
        if self._marks:
            with transaction(self._rows) as rows:
                rows.run("DELETE FROM erased_conversations WHERE at < ?", before)
        return counts

    def _expire_damaged(self, counts: Counts) -> None:
        """Remove damaged rows whose neighbours are all gone: they tell no time themselves."""
        if "damaged_events" not in counts:
            return
        with transaction(self._rows) as rows:
            gone = rows.run(
                "DELETE FROM damaged_events WHERE id < (SELECT COALESCE(MIN(id), 0) FROM events) "
                "RETURNING 1"
            )
        counts["damaged_events"] = len(gone)

    def close(self) -> None:
        """Disconnect; see the port."""
        self._rows.close()


def mark_of(conversation: str) -> str:
    """Return what is left of an erased conversation: it tells nothing to who does not know it."""
    return hashlib.sha256(conversation.encode("utf-8", "surrogatepass")).hexdigest()


def _event(data: str | None) -> dict[str, Any]:
    try:
        found = json.loads(data or "")
    except (ValueError, RecursionError):
        return {"damaged": data}
    return found if isinstance(found, dict) else {"damaged": data}
