"""What people said of answers (``feedback.db``): there a conversation is known by a hash."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from bot.privacy.record import Counts
from bot.privacy.rows import Rows, has_table, transaction

_NAMES = (
    "time", "verdict", "entries", "question_type", "language", "glossary_version", "text",
    "comment",
)  # fmt: skip


class FeedbackRecord:
    """The file of the feedback.

    Args:
        rows: it.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._there = has_table(rows, "verdicts")

    def export(self, conversation: str) -> dict[str, list[dict[str, Any]]]:
        """Return what was said in a conversation; see the port."""
        if not self._there:
            return {"verdicts": []}
        sql = f"SELECT {', '.join(_NAMES)} FROM verdicts WHERE conversation = ? ORDER BY rowid"
        found = [
            dict(zip(_NAMES, row, strict=True))
            for row in self._rows.run(sql, self._hashed(conversation))
        ]
        return {"verdicts": [{**one, "entries": json.loads(one["entries"])} for one in found]}

    def erase(self, conversation: str) -> Counts:
        """Remove what was said in a conversation; see the port."""
        if not self._there:
            return {"verdicts": 0}
        name = self._hashed(conversation)
        with transaction(self._rows) as rows:
            gone = rows.run("DELETE FROM verdicts WHERE conversation = ? RETURNING 1", name)
        return {"verdicts": len(gone)}

    def expire(self, before: float) -> Counts:
        """Remove what was said long ago; see the port."""
        if not self._there:
            return {"verdicts": 0}
        moment = datetime.fromtimestamp(before, UTC).isoformat(timespec="seconds")
        with transaction(self._rows) as rows:
            gone = rows.run("DELETE FROM verdicts WHERE time < ? RETURNING 1", moment)
        return {"verdicts": len(gone)}

    def _hashed(self, conversation: str) -> str:
        """Return the hash by which ``bot.feedback_store`` knows the conversation."""
        salt = self._rows.run("SELECT value FROM salt")
        data = conversation.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=salt[0][0] if salt else b"", digest_size=8).hexdigest()

    def close(self) -> None:
        """Disconnect; see the port."""
        self._rows.close()
