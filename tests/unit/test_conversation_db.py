"""SQLite keeps conversations without a flush of the disk per turn."""

from pathlib import Path

import sqlalchemy

from bot.rasa_server.conversation_db import tune


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
