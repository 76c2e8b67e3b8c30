"""The inbox and outbox in a relational database; the SQL is the same for all of them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from bot.gateway.journal import Database, Journal
from bot.gateway.store import (
    Draft,
    Message,
    Note,
    NoteKind,
    OtherTextError,
    Outcome,
    Place,
    Reply,
    Session,
    StoreUnavailableError,
    Turn,
)

# `{key}` is what the database calls a column that numbers rows by itself.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS door_messages (
        seq {key}, conversation TEXT NOT NULL, number INTEGER NOT NULL, client_id TEXT NOT NULL,
        text TEXT NOT NULL, channel TEXT NOT NULL, trace TEXT NOT NULL,
        accepted DOUBLE PRECISION NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0,
        UNIQUE (conversation, number), UNIQUE (conversation, client_id))""",
    """CREATE INDEX IF NOT EXISTS door_waiting ON door_messages (conversation, number)
        WHERE done = 0""",
    """CREATE TABLE IF NOT EXISTS door_replies (
        seq BIGINT PRIMARY KEY REFERENCES door_messages (seq), outcome TEXT NOT NULL,
        body TEXT NOT NULL, made DOUBLE PRECISION NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS door_sessions (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL, subject TEXT NOT NULL,
        generation INTEGER NOT NULL, created DOUBLE PRECISION NOT NULL,
        rotated DOUBLE PRECISION NOT NULL, revoked INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS door_notes (
        conversation TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
        body TEXT NOT NULL, made DOUBLE PRECISION NOT NULL, PRIMARY KEY (conversation, number))""",
    "CREATE TABLE IF NOT EXISTS door_probe (id INTEGER PRIMARY KEY, at DOUBLE PRECISION NOT NULL)",
)
_MESSAGE = "seq, conversation, number, client_id, text, channel, trace, accepted, attempts"
_TURN = ", ".join(f"m.{column}" for column in _MESSAGE.split(", ")) + ", r.outcome, r.body, r.made"
_SESSION = "id, conversation, subject, generation, created, rotated, revoked"


class SqlStore:
    """A :class:`~bot.gateway.store.Store` over one database.

    Args:
        database: the driver.
    """

    def __init__(self, database: Database) -> None:
        self.journal = Journal(database)

    async def accept(self, draft: Draft) -> tuple[Message, bool]:
        """Keep a message; see the port."""
        now = time.time()

        def work(db: Database) -> tuple[Message, bool]:
            db.order(draft.conversation)
            known = _known(db, draft)
            if known:
                return known, False
            made = db.run(
                "INSERT INTO door_messages "
                "(conversation, number, client_id, text, channel, trace, accepted) "
                "SELECT CAST(? AS TEXT), COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ? "
                f"FROM door_messages WHERE conversation = ? RETURNING {_MESSAGE}",
                draft.conversation, draft.client_id, draft.text, draft.channel, draft.trace, now,
                draft.conversation,
            )  # fmt: skip
            return Message(*made[0]), True

        return await self.journal.do(work, durable=True)

    async def known(self, draft: Draft) -> Message | None:
        """Return what was accepted already; see the port."""
        return await self.journal.read(lambda db: _known(db, draft))

    async def claim(self, conversation: str) -> Message | None:
        """Return the next message; see the port."""

        def work(db: Database) -> Message | None:
            if not db.lock(conversation):
                return None
            rows = db.run(
                f"SELECT {_MESSAGE} FROM door_messages WHERE conversation = ? AND done = 0 "
                "ORDER BY number LIMIT 1",
                conversation,
            )
            if not rows:
                db.unlock(conversation)
                return None
            return Message(*rows[0])

        return await self.journal.read(work)

    async def attempt(self, seq: int) -> int:
        """Count an attempt; see the port."""
        sql = "UPDATE door_messages SET attempts = attempts + 1 WHERE seq = ? RETURNING attempts"
        rows = await self.journal.jot(lambda db: db.run(sql, seq))
        if not rows:
            raise StoreUnavailableError("the message was erased")
        return int(rows[0][0])

    async def forgive(self, seq: int) -> None:
        """Take back an attempt; see the port."""
        await self.journal.do(
            lambda db: db.run("UPDATE door_messages SET attempts = attempts - 1 WHERE seq = ?", seq)
        )

    async def release(self, conversation: str) -> None:
        """Let others work on the conversation; see the port."""
        await self.journal.do(lambda db: db.unlock(conversation))

    async def finish(self, seq: int, reply: Reply) -> bool:
        """Keep a reply; see the port. A power cut may lose it: then it is asked for again."""
        now = time.time()
        body = json.dumps(list(reply.messages), ensure_ascii=True)

        def work(db: Database) -> bool:
            made = db.run(
                "INSERT INTO door_replies (seq, outcome, body, made) "
                "SELECT seq, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS DOUBLE PRECISION) "
                "FROM door_messages WHERE seq = ? "  # none where it was erased
                "ON CONFLICT (seq) DO NOTHING RETURNING seq",
                reply.outcome.value, body, now, seq,
            )  # fmt: skip
            db.run("UPDATE door_messages SET done = 1 WHERE seq = ?", seq)
            return bool(made)

        return await self.journal.jot(work)

    async def waiting(self) -> dict[str, int]:
        """Return how many messages wait; see the port."""
        rows = await self.journal.do(
            lambda db: db.run(
                "SELECT conversation, COUNT(*) FROM door_messages WHERE done = 0 "
                "GROUP BY conversation ORDER BY MIN(seq)"
            )
        )
        return {str(conversation): int(count) for conversation, count in rows}

    async def oldest(self) -> float | None:
        """Return since when the oldest waits; see the port."""
        sql = "SELECT MIN(accepted) FROM door_messages WHERE done = 0"
        [(found,)] = await self.journal.do(lambda db: db.run(sql))
        return None if found is None else float(found)

    async def turn(self, seq: int) -> Turn | None:
        """Return one turn; see the port."""
        rows = await self.journal.read(
            lambda db: db.run(
                f"SELECT {_TURN} FROM door_messages m LEFT JOIN door_replies r ON r.seq = m.seq "
                "WHERE m.seq = ?",
                seq,
            )
        )
        return _turn(rows[0]) if rows else None

    async def turns(self, conversation: str, after: int, limit: int) -> list[Turn]:
        """Return turns; see the port."""
        rows = await self.journal.do(
            lambda db: db.run(
                f"SELECT {_TURN} FROM door_messages m LEFT JOIN door_replies r ON r.seq = m.seq "
                "WHERE m.conversation = ? AND m.number > ? ORDER BY m.number LIMIT ?",
                conversation, after, limit,
            )
        )  # fmt: skip
        return [_turn(row) for row in rows]

    async def place(self, conversation: str) -> Place:
        """Return how far a conversation is; see the port."""
        [(last, waiting)] = await self.journal.do(
            lambda db: db.run(
                "SELECT COALESCE(MAX(number), 0), MIN(CASE WHEN done = 0 THEN number END) "
                "FROM door_messages WHERE conversation = ?",
                conversation,
            )
        )
        return Place(int(last), int(last if waiting is None else waiting - 1))

    async def note(self, conversation: str, kind: NoteKind, body: dict[str, Any]) -> Note:
        """Keep a note; see the port."""
        now = time.time()

        def work(db: Database) -> Note:
            db.order(conversation)
            made = db.run(
                "INSERT INTO door_notes (conversation, number, kind, body, made) "
                "SELECT CAST(? AS TEXT), COALESCE(MAX(number), 0) + 1, ?, ?, ? "
                "FROM door_notes WHERE conversation = ? RETURNING number",
                conversation, kind.value, json.dumps(body, ensure_ascii=True), now, conversation,
            )  # fmt: skip
            return Note(conversation, int(made[0][0]), kind, body, now)

        return await self.journal.do(work, durable=True)

    async def notes(self, conversation: str, after: int, limit: int) -> list[Note]:
        """Return notes; see the port."""
        rows = await self.journal.do(
            lambda db: db.run(
                "SELECT conversation, number, kind, body, made FROM door_notes "
                "WHERE conversation = ? AND number > ? ORDER BY number DESC LIMIT ?",
                conversation, after, limit,
            )
        )  # fmt: skip
        return [_note(row) for row in reversed(rows)]

    async def latest_note(self, conversation: str, kind: NoteKind) -> Note | None:
        """Return a note; see the port."""
        rows = await self.journal.read(
            lambda db: db.run(
                "SELECT conversation, number, kind, body, made FROM door_notes "
                "WHERE conversation = ? AND kind = ? ORDER BY number DESC LIMIT 1",
                conversation, kind.value,
            )
        )  # fmt: skip
        return _note(rows[0]) if rows else None

    async def open_session(self, session: Session) -> None:
        """Keep a session; see the port."""
        await self.journal.do(
            lambda db: db.run(
                f"INSERT INTO door_sessions ({_SESSION}) VALUES (?, ?, ?, ?, ?, ?, 0)",
                session.id, session.conversation, session.subject, session.generation,
                session.created, session.rotated,
            )
        )  # fmt: skip

    async def session(self, name: str) -> Session | None:
        """Return a session; see the port."""
        sql = f"SELECT {_SESSION} FROM door_sessions WHERE id = ?"
        rows = await self.journal.read(lambda db: db.run(sql, name))
        if not rows:
            return None
        *columns, revoked = rows[0]
        return replace(Session(*columns), revoked=bool(revoked))

    async def rotate(self, name: str, generation: int, now: float) -> bool:
        """Raise the generation; see the port."""
        rows = await self.journal.do(
            lambda db: db.run(
                "UPDATE door_sessions SET generation = generation + 1, rotated = ? "
                "WHERE id = ? AND generation = ? AND revoked = 0 RETURNING id",
                now, name, generation,
            ),
            durable=True,
        )  # fmt: skip
        return bool(rows)

    async def revoke(self, name: str) -> None:
        """End a session; see the port."""
        sql = "UPDATE door_sessions SET revoked = 1 WHERE id = ?"
        await self.journal.do(lambda db: db.run(sql, name), durable=True)

    async def probe(self) -> None:
        """Write one row; see the port."""
        await self.journal.do(
            lambda db: db.run(
                "INSERT INTO door_probe (id, at) VALUES (1, ?) "
                "ON CONFLICT (id) DO UPDATE SET at = excluded.at",
                time.time(),
            ),
            durable=True,
        )

    async def close(self) -> None:
        """Give the database back; see the port."""
        await self.journal.close()


def _known(db: Database, draft: Draft) -> Message | None:
    found = db.run(
        f"SELECT {_MESSAGE} FROM door_messages WHERE conversation = ? AND client_id = ?",
        draft.conversation, draft.client_id,
    )  # fmt: skip
    if not found:
        return None
    message = Message(*found[0])
    if message.text != draft.text:
        raise OtherTextError
    return message


def _note(row: tuple[Any, ...]) -> Note:
    conversation, number, kind, body, made = row
    return Note(conversation, int(number), NoteKind(kind), json.loads(body), made)


def _turn(row: tuple[Any, ...]) -> Turn:
    *columns, outcome, body, made = row
    if outcome is None:
        return Turn(Message(*columns), None)
    return Turn(Message(*columns), Reply(Outcome(outcome), json.loads(body)), made)
