"""SQLite as the store of conversations: quick, and safe when the process is killed."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def tune() -> None:
    """Let every SQLite connection of this process write ahead and wait for its turn.

    With a write-ahead log and ``synchronous = NORMAL`` a turn costs no flush of the disk. A killed
    process loses nothing; a power cut may lose the last turns, never the database.
    """
    if not event.contains(Engine, "connect", _on_connect):
        event.listen(Engine, "connect", _on_connect)


def _on_connect(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith(("sqlite3", "pysqlite")):
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 2000"):
            connection.execute(f"PRAGMA {pragma}")
