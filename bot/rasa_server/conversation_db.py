"""SQLite as the store of conversations: quick, and safe when the process is killed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from bot.errors import Code, SettingError

_PATIENCE = 2000  # milliseconds to wait for another connection that writes
_COLUMNS = {"sender_id", "type_name", "timestamp", "intent_name", "action_name", "data"}


def check(path: Path) -> None:
    """Refuse a database that no turn could be written to; no file yet is none.

    Raises:
        SettingError: it is damaged, locked, read-only or not Rasa's. It is left as it is.
    """
    if not path.exists():
        return
    if not os.access(path, os.R_OK | os.W_OK):
        raise SettingError(Code.S005, path=path, problem="it cannot be read and written")
    try:
        with closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            columns = {row[1] for row in connection.execute("PRAGMA table_info(events)")}
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise SettingError(Code.S005, path=path, problem=error) from None
    if found != "ok":
        raise SettingError(Code.S005, path=path, problem=" ".join(found.split()))
    if columns and not columns >= _COLUMNS:
        raise SettingError(Code.S005, path=path, problem="its table events is not Rasa's")


def tune() -> None:
    """Let every SQLite connection of this process write ahead and wait for its turn.

    With a write-ahead log and ``synchronous = NORMAL`` a turn costs no flush of the disk. A killed
    process loses nothing; a power cut may lose the last turns, never the database.
    """
    if not event.contains(Engine, "connect", _on_connect):
        event.listen(Engine, "connect", _on_connect)


@contextmanager
def impatient(connection: Connection) -> Iterator[None]:
    """Have a connection to SQLite fail inside the block where it would wait for another one."""
    file: Any = connection.connection  # asking by way of SQLAlchemy takes ten times as long
    file.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        file.execute(f"PRAGMA busy_timeout = {_PATIENCE}")


def _on_connect(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith(("sqlite3", "pysqlite")):
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            f"busy_timeout = {_PATIENCE}",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
