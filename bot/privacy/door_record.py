"""What the front door keeps: messages, replies, notes and sessions."""

from __future__ import annotations

import json
from typing import Any

from bot.privacy.record import Counts
from bot.privacy.rows import Rows, transaction

_BATCH = 500  # rows that are removed at a time; others write in between
_OF = "SELECT seq FROM door_messages WHERE conversation = ?"


class DoorRecord:
    """The tables of the front door.

    Args:
        rows: its database.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def conversations_of(self, person: str) -> list[str]:
        """Return the conversations of whom the host page called so."""
        sql = "SELECT DISTINCT conversation FROM door_sessions WHERE subject = ? ORDER BY 1"
        return [str(row[0]) for row in self._rows.run(sql, person)]

    def export(self, conversation: str) -> dict[str, list[dict[str, Any]]]:
        """Return what is kept of a conversation; see the port."""
        return {
            "messages": self._messages(conversation),
            "notes": self._notes(conversation),
            "sessions": self._sessions(conversation),
        }

    def _messages(self, conversation: str) -> list[dict[str, Any]]:
        names = "number id text channel accepted outcome messages replied".split()
        rows = self._rows.run(
            "SELECT m.number, m.client_id, m.text, m.channel, m.accepted, r.outcome, r.body, "
            "r.made FROM door_messages m LEFT JOIN door_replies r ON r.seq = m.seq "
            "WHERE m.conversation = ? ORDER BY m.number",
            conversation,
        )
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**one, "messages": json.loads(one["messages"] or "[]")} for one in found]

    def _notes(self, conversation: str) -> list[dict[str, Any]]:
        sql = "SELECT number, kind, body, made FROM door_notes WHERE conversation = ? ORDER BY 1"
        return [
            {"number": number, "kind": kind, "body": json.loads(body), "made": made}
            for number, kind, body, made in self._rows.run(sql, conversation)
        ]

    def _sessions(self, conversation: str) -> list[dict[str, Any]]:
        sql = "SELECT subject, created FROM door_sessions WHERE conversation = ? ORDER BY created"
        return [{"person": s, "created": c} for s, c in self._rows.run(sql, conversation)]

    def erase(self, conversation: str) -> Counts:
        """Remove a conversation and end its sessions; see the port."""
        with transaction(self._rows) as rows:
            return {
                "replies": _delete(rows, f"door_replies WHERE seq IN ({_OF})", conversation),
                "messages": _delete(rows, "door_messages WHERE conversation = ?", conversation),
                "notes": _delete(rows, "door_notes WHERE conversation = ?", conversation),
                "sessions": _delete(rows, "door_sessions WHERE conversation = ?", conversation),
            }

    def expire(self, before: float) -> Counts:
        """Remove what is old; a message without a reply is never too old for one."""
        counts: Counts = {"messages": 0, "notes": 0, "sessions": 0}
        while done := self._expire_messages(before):
            counts["messages"] += done
        while done := self._expire(before, "door_notes", "made", "conversation, number"):
            counts["notes"] += done
        while done := self._expire(before, "door_sessions", "created", "id"):
            counts["sessions"] += done
        return counts

    def _expire_messages(self, before: float) -> int:
        with transaction(self._rows) as rows:
            old = rows.run(
                "SELECT seq FROM door_messages WHERE accepted < ? AND done = 1 "
                f"ORDER BY seq LIMIT {_BATCH}",
                before,
            )
            for (seq,) in old:
                for table in ("door_replies", "door_messages"):
                    rows.run(f"DELETE FROM {table} WHERE seq = ?", seq)
            return len(old)

    def _expire(self, before: float, table: str, made: str, key: str) -> int:
        with transaction(self._rows) as rows:
            return _delete(
                rows,
                f"{table} WHERE ({key}) IN "
                f"(SELECT {key} FROM {table} WHERE {made} < ? LIMIT {_BATCH})",
                before,
            )

    def close(self) -> None:
        """Disconnect; see the port."""
        self._rows.close()


def _delete(rows: Rows, what: str, *parameters: object) -> int:
    return len(rows.run(f"DELETE FROM {what} RETURNING 1", *parameters))
