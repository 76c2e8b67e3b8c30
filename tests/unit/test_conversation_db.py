"""SQLite keeps conversations without a flush of the disk per turn."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from bot.errors import Code, SettingError
from bot.rasa_server.conversation_db import check, tune

EVENTS = (
    "CREATE TABLE events (id INTEGER, sender_id TEXT, type_name TEXT, timestamp FLOAT, "
    "intent_name TEXT, action_name TEXT, data TEXT)"
)
FILLED = (
    "INSERT INTO events (id, data) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
    "WHERE i < 200) SELECT i, hex(zeroblob(100)) FROM n"
)


def test_a_database_of_conversations_writes_ahead(tmp_path: Path) -> None:
    tune()
    tune()  # twice is once
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'conversations.db'}")
    with engine.connect() as connection:
        values = {
            name: connection.execute(sqlalchemy.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 2000}


def made(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


def refused(path: Path) -> str:
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(SettingError) as caught:
        check(path)
    assert caught.value.code is Code.S005
    assert not path.is_file() or path.read_bytes() == before
    return str(caught.value)


def test_no_database_yet_is_fine_and_not_made(tmp_path: Path) -> None:
    check(tmp_path / "conversations.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("statements", [[], ["PRAGMA journal_mode = WAL", EVENTS], [EVENTS]])
def test_a_database_of_rasas_is_fine(tmp_path: Path, statements: list[str]) -> None:
    path = made(tmp_path / "c.db", *statements)
    check(path)
    check(path)
    assert [p.name for p in tmp_path.iterdir()] == ["c.db"]


@pytest.mark.parametrize(
    ("statements", "cut", "said"),
    [
        ([], b"this is no database " * 100, "not a database"),
        (["CREATE TABLE events (id INTEGER)"], None, "events"),
        ([EVENTS, FILLED], 5000, "malformed"),
    ],
)
def test_a_damaged_database_is_told_and_kept(
    tmp_path: Path, statements: list[str], cut: bytes | int | None, said: str
) -> None:
    path = made(tmp_path / "c.db", *statements)
    if cut is not None:
        path.write_bytes(cut if isinstance(cut, bytes) else path.read_bytes()[:cut])
    assert said in refused(path)


def test_a_wrong_page_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "c.db", EVENTS, FILLED)
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    assert len(refused(path).splitlines()) == 1


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    assert "unable to open" in refused(tmp_path)


def test_a_database_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "c.db", EVENTS)
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("this user may write everything")
    assert "read and written" in refused(path)


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "c.db", EVENTS)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked" in refused(path)
