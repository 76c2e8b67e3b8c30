"""Access to the rows of one database, beside whoever else works with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

_PATIENCE = 10.0  # seconds to wait for others who write


class Rows(Protocol):
    """A connection on which nothing is kept before ``COMMIT``."""

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement, with ``?`` for parameters, and return its rows."""

    def begin(self, durable: bool) -> None:
        """Begin a transaction."""

    def close(self) -> None:
        """Disconnect."""


class SqliteRows:
    """A SQLite file; what is deleted there is overwritten.

    Args:
        path: the file, which exists.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"file:{path}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE,
            check_same_thread=False,
        )  # fmt: skip
        for pragma in ("secure_delete = ON", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement."""
        return self._connection.execute(sql, parameters).fetchall()

    def begin(self, durable: bool) -> None:
        """Begin; the disk has it when it is committed."""
        self.run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self.run("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Empty the write-ahead log, where deleted rows may still stand, and disconnect."""
        with suppress(sqlite3.Error):  # somebody reads; the next one who closes does it
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


@contextmanager
def transaction(rows: Rows) -> Iterator[Rows]:
    """Run statements all or none."""
    rows.begin(durable=True)
    try:
        yield rows
    except BaseException:
        with suppress(Exception):
            rows.run("ROLLBACK")
        raise
    rows.run("COMMIT")


def has_table(rows: Rows, name: str) -> bool:
    """Return whether there is that table; before the first message there is none."""
    try:
        rows.run(f"SELECT 1 FROM {name} LIMIT 1")
    except Exception:  # each driver has its own kind
        return False
    return True
