"""The front door's SQLite file: one gateway at a time, a flush of the disk per accepted group."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from bot.errors import Code, SettingError
from bot.gateway.sql_desk_store import DESK_SCHEMA
from bot.gateway.sql_store import SCHEMA

_OTHERS_MAY_TAKE = 5.0  # seconds that a gateway which was killed may need to vanish
_PATIENCE = 2  # seconds to wait for another process that writes


class SqliteDatabase:
    """A database file and the lock beside it.

    Args:
        path: the file; made with rights for this user only.

    Raises:
        SettingError: another gateway has it, or it cannot be used.
    """

    group = 256
    at_hand = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._durable = True  # as it is opened
        self._lock = _taken(path)
        try:
            self.open()
        except sqlite3.Error as error:
            raise SettingError(Code.S022, path=path, problem=error) from None

    def open(self) -> None:
        """Connect and make the tables."""
        if self._connection is not None:
            return
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            self._path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False
        )
        try:
            for pragma in (
                "journal_mode = WAL",
                "foreign_keys = ON",
                "synchronous = FULL",
                "secure_delete = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
            for statement in (*SCHEMA, *DESK_SCHEMA):
                connection.execute(statement.format(key="INTEGER PRIMARY KEY AUTOINCREMENT"))
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        self._durable = True

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement."""
        assert self._connection is not None
        return self._connection.execute(sql, parameters).fetchall()

    def begin(self, durable: bool) -> None:
        """Begin; a durable transaction waits for the disk, no other is lost by a kill either."""
        if durable is not self._durable:
            self.run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        self.run("BEGIN IMMEDIATE")

    def begin_at_once(self) -> None:
        """Begin a transaction that no kill loses, or fail if another process is writing."""
        self.run("PRAGMA busy_timeout = 0")
        try:
            self.begin(durable=False)
        finally:
            self.run(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")

    def lock(self, conversation: str) -> bool:
        """Do nothing: the file is this gateway's."""
        return True

    def unlock(self, conversation: str) -> None:
        """Do nothing."""

    def order(self, conversation: str) -> None:
        """Do nothing: no other gateway adds to the file."""

    def close(self) -> None:
        """Disconnect; what was not committed is gone. The file stays this gateway's."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def end(self) -> None:
        """Disconnect and let another gateway have the file."""
        self.close()
        os.close(self._lock)


def _taken(path: Path) -> int:
    """Take the lock beside the database; the kernel gives it back when this process ends."""
    try:
        lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise SettingError(Code.S022, path=path, problem=error.strerror) from None
    deadline = time.monotonic() + _OTHERS_MAY_TAKE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise SettingError(
                    Code.S022, path=path, problem="another gateway works with it"
                ) from None
            time.sleep(0.05)
