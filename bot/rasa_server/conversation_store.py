"""Our tracker store: a turn is kept as a whole or fails, whatever state the database is in."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import Select

from bot.errors import Code, SettingError
from bot.privacy.conversation_record import mark_of
from bot.rasa_server import conversation_db

logger = logging.getLogger(__name__)

WINDOW = 8
"""Messages of a conversation that a turn looks back on; what is older costs it nothing."""

_CONNECTIONS = 5  # per process
_POSTGRES = {
    "connect_timeout": 3, "application_name": "termwise rasa", "keepalives_idle": 5,
    "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 8000,
    "options": "-c statement_timeout=5000 -c lock_timeout=3000 -c synchronous_commit=on",
}  # fmt: skip
_tables = sa.MetaData()
# The first table is Rasa's own, so that what reads or exports it goes on working.
events = sa.Table(
    "events", _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
)  # fmt: skip
damaged = sa.Table(
    "damaged_events", _tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("data", sa.Text),
)  # fmt: skip
erased = sa.Table(
    "erased_conversations", _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mark", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)  # fmt: skip
_INDEXES = (
    # Not partial: SQLite would rather go through all events of the conversation than use those.
    "CREATE INDEX IF NOT EXISTS termwise_kinds ON events (sender_id, type_name, id)",
    "CREATE INDEX IF NOT EXISTS termwise_slots ON events (sender_id, action_name, id) "
    "WHERE type_name = 'slot'",
    "CREATE INDEX IF NOT EXISTS termwise_events ON events (sender_id, id)",
)
_SCHEMA_LOCK = 7_361_902_554  # any number that is nobody else's

# The statements of a turn, made once: making one takes longer than asking it.
_SENDER = events.c.sender_id == sa.bindparam("sender")
_ALL = sa.select(events.c.id, events.c.sender_id, events.c.data)
_ALL = _ALL.where(_SENDER).order_by(events.c.id)
_NEWEST = sa.select(events.c.id).where(_SENDER).order_by(events.c.id.desc()).limit(1)


def _one(ids: Select) -> Any:
    """Return a query for one id as a value, 0 without one, whatever it stands in."""
    return sa.func.coalesce(ids.correlate(None).scalar_subquery(), 0)


_START = _one(_NEWEST.where(events.c.type_name == SessionStarted.type_name))
_FIRST = _NEWEST.where(events.c.type_name == UserUttered.type_name, events.c.id > _START)
_FIRST = _one(_FIRST.offset(WINDOW - 1))
_ENDS = sa.select(
    _START.label("start"), _one(_NEWEST.where(events.c.id < _FIRST)).label("listened")
)
_SINCE = events.c.id >= sa.bindparam("start")
_LISTENED = sa.bindparam("listened")
_SLOTS = sa.select(sa.func.max(events.c.id)).where(
    _SENDER, _SINCE, events.c.type_name == SlotSet.type_name, events.c.id < _LISTENED
)
_SLOTS = _SLOTS.group_by(events.c.action_name).correlate(None)
_SESSION = _ALL.where(_SINCE)
_WINDOW = _ALL.where(
    sa.or_(events.c.id == sa.bindparam("start"), events.c.id >= _LISTENED, events.c.id.in_(_SLOTS))
)


class ConversationsUnavailableError(Exception):
    """The turn could not be kept, through no fault of the message; ask again later."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a tracker was made from.

    ``newest`` is the newest row of its conversation, ``events`` how many events it had; of one
    without rows, ``erased`` is the last time that it was erased.
    """

    newest: int = 0
    events: int = 0
    erased: int = 0


_At_hand = tuple[str, DialogueStateTracker | None]
_at_hand: ContextVar[_At_hand | None] = ContextVar("at_hand", default=None)


@contextmanager
def at_hand(sender: str, tracker: DialogueStateTracker | None) -> Iterator[None]:
    """Let the block's first look for the conversation give what was just read of it.

    If somebody adds to the conversation meanwhile, the turn is not kept, as ever.
    """
    token = _at_hand.set((sender, tracker))
    try:
        yield
    finally:
        _at_hand.reset(token)


class ConversationStore(TrackerStore):
    """Keeps conversations in SQLite or PostgreSQL; in ``endpoints.yml`` by the name of the class.

    A turn reads its session's last :data:`WINDOW` messages and the slots set before, so that the
    five hundredth costs what the tenth does. It is written in one transaction, and only if nobody
    wrote to the conversation since it was read: of two turns at once, one fails and is asked again.
    A row that cannot be read is moved to the table ``damaged_events``; the conversation goes on.
    There is nothing to fall back to, and the process never ends over a row.

    Args:
        domain: the domain of the model.
        db: the path of a SQLite file, or ``postgresql://…``.
        event_broker: must be None.
        host: must be None; Rasa passes it in any case.

    Raises:
        SettingError: the database cannot be reached or used, or there is an event broker.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        db: str = "",
        event_broker: EventBroker | None = None,
        host: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(domain, None)
        if event_broker or host or unknown or not db or db == ":memory:":
            raise SettingError(
                Code.S021, name="tracker_store in endpoints.yml",
                problem="it takes the path or URL `db` and nothing else, and no event broker",
                remedy="Write it as in the endpoints.yml of this project.",
            )  # fmt: skip
        self._engine = _engine(db)
        self._lite = self._engine.dialect.name == "sqlite"
        try:
            with self._engine.connect() as connection:
                self._make_tables(connection)
        except SQLAlchemyError as error:
            raise SettingError(Code.S005, path=_shown(db), problem=_cause(error)) from None

    def _make_tables(self, connection: Connection) -> None:
        if not self._lite:  # two servers that make tables at once would fail
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_SCHEMA_LOCK})")
        try:
            _tables.create_all(connection)
            for statement in _INDEXES:
                connection.exec_driver_sql(statement)
        finally:
            if not self._lite:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_SCHEMA_LOCK})")

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the end of the conversation, or None if there is none.

        Raises:
            ConversationsUnavailableError: the database does not answer.
        """
        held = _at_hand.get()
        if held and held[0] == sender_id:
            _at_hand.set(None)
            return held[1]
        if self._lite:  # a read of the file waits for nobody, and a thread costs more than it
            return self._retrieve(sender_id, whole=False)
        return await asyncio.to_thread(self._retrieve, sender_id, whole=False)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return the whole conversation, or None if there is none.

        Raises:
            ConversationsUnavailableError: the database does not answer.
        """
        return await asyncio.to_thread(self._retrieve, conversation_id, whole=True)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what was added to a tracker since it was read.

        Raises:
            ConversationsUnavailableError: the database does not answer, or somebody else added to
                the conversation meanwhile; nothing was kept.
        """
        if not (self._lite and self._saved_at_once(tracker)):
            await asyncio.to_thread(self._save, tracker)

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations.

        Raises:
            ConversationsUnavailableError: the database does not answer.
        """

        def work() -> list[str]:
            with self._connected() as connection:
                return list(connection.execute(sa.select(events.c.sender_id).distinct()).scalars())

        return await asyncio.to_thread(work)

    def close(self) -> None:
        """Disconnect."""
        self._engine.dispose()

    def _retrieve(self, sender: str, *, whole: bool) -> DialogueStateTracker | None:
        while True:
            with self._connected() as connection:
                rows = _all(connection, sender) if whole else _end(connection, sender)
                gone = 0 if rows else _last_erased(connection, sender)
            tracker, bad = self._tracker(sender, rows)
            if not bad:
                break
            self._quarantine(bad)
        if gone:
            tracker.__dict__["_read"] = _Read(erased=gone)
            return tracker
        if not rows:
            return None
        tracker.__dict__["_read"] = _Read(rows[-1].id, len(tracker.events))
        return tracker

    def _tracker(
        self, sender: str, rows: Sequence[Any]
    ) -> tuple[DialogueStateTracker, Sequence[Any]]:
        """Return the tracker that the rows make, and those that make none."""
        tracker, bad = self.init_tracker(sender), []
        for row in rows:
            try:
                tracker.update(_event(row.data))
            except Exception:  # whatever a damaged row makes Rasa raise
                bad.append(row)
        return tracker, bad

    def _quarantine(self, rows: Sequence[Any]) -> None:
        with self._writing() as connection:
            for row in rows:
                gone = connection.execute(events.delete().where(events.c.id == row.id)).rowcount
                if gone:
                    connection.execute(
                        damaged.insert().values(id=row.id, sender_id=row.sender_id, data=row.data)
                    )
        told = {"fault": "damaged_rows"}
        logger.error("%d damaged rows of a conversation were set aside", len(rows), extra=told)

    def _saved_at_once(self, tracker: DialogueStateTracker) -> bool:
        """Save where no other process writes to the file, and tell whether that was so.

        Such a commit waits for no disk; waking a thread and being woken by it takes longer.
        """
        try:
            self._save(tracker, wait=False)
        except ConversationsUnavailableError:
            return False  # whatever else it is, the thread finds it as well
        return True

    def _save(self, tracker: DialogueStateTracker, *, wait: bool = True) -> None:
        read: _Read = tracker.__dict__.get("_read", _Read())
        added = list(itertools.islice(tracker.events, read.events, None))
        if not added:
            return
        sender = tracker.sender_id
        rows = [_row(sender, event) for event in added]
        with self._writing(wait=wait) as connection:
            if not self._lite:
                key = sa.func.hashtextextended(f"termwise {sender}", 0)
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
            if not read.newest and _last_erased(connection, sender) != read.erased:
                raise ConversationsUnavailableError("the conversation was erased meanwhile")
            if _newest(connection, sender) != read.newest:
                raise ConversationsUnavailableError("another turn was taken meanwhile")
            connection.execute(events.insert(), rows)
            newest = _newest(connection, sender)
        tracker.__dict__["_read"] = _Read(newest, len(tracker.events))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            if _is_passing(error):
                raise ConversationsUnavailableError(_cause(error)) from None
            raise

    @contextmanager
    def _writing(self, *, wait: bool = True) -> Iterator[Connection]:
        """A transaction; what ends in an exception never was."""
        with self._connected() as connection:
            with nullcontext() if wait else conversation_db.impatient(connection):
                connection.exec_driver_sql("BEGIN IMMEDIATE" if self._lite else "BEGIN")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                with suppress(SQLAlchemyError):
                    connection.exec_driver_sql("ROLLBACK")
                raise


def is_postgres(db: str) -> bool:
    """Return whether that names a PostgreSQL database, not a file."""
    return db.startswith(("postgresql://", "postgres://"))


def _engine(db: str) -> Engine:
    """Return an engine that begins and ends transactions only where we say so."""
    if is_postgres(db):
        return sa.create_engine(
            "postgresql://" + db.partition("://")[2], isolation_level="AUTOCOMMIT",
            connect_args=_POSTGRES, pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=5,
            pool_pre_ping=True, hide_parameters=True, future=True,
        )  # fmt: skip
    conversation_db.tune()
    engine = sa.create_engine(
        f"sqlite:///{db}", poolclass=QueuePool, pool_size=_CONNECTIONS, max_overflow=0,
        pool_timeout=5, connect_args={"check_same_thread": False}, hide_parameters=True,
        future=True,
        isolation_level="AUTOCOMMIT",
    )  # fmt: skip
    return engine


def _newest(connection: Connection, sender: str) -> int:
    """Return the newest row of the conversation; 0 without one."""
    return connection.execute(_NEWEST, {"sender": sender}).scalar() or 0


def _last_erased(connection: Connection, sender: str) -> int:
    """Return when the conversation was erased last, as a number that rises; 0 for never."""
    found = sa.select(sa.func.max(erased.c.id)).where(erased.c.mark == mark_of(sender))
    return connection.execute(found).scalar() or 0


def _all(connection: Connection, sender: str) -> Sequence[Any]:
    return list(connection.execute(_ALL, {"sender": sender}).all())


def _end(connection: Connection, sender: str) -> Sequence[Any]:
    """Return the rows of the last session, as far as a turn looks back.

    Where a session begins is told by the order of the rows, never by the clock.
    """
    start, listened = connection.execute(_ENDS, {"sender": sender}).one()
    if listened <= start:
        asked, known = _SESSION, {"sender": sender, "start": start}
    else:
        asked, known = _WINDOW, {"sender": sender, "start": start, "listened": listened}
    return list(connection.execute(asked, known).all())


def _event(data: Any) -> Event:
    found = json.loads(data)
    kind = _kind(found.get("event")) if isinstance(found, dict) else None
    event = kind._from_parameters(found) if kind else None
    if event is None:
        raise ValueError("no event")
    return event


_kind = lru_cache(maxsize=64)(Event.resolve_by_type)  # Rasa goes through all classes each time


def _row(sender: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    intent = (data.get("parse_data") or {}).get("intent") or {}
    return {
        "sender_id": sender, "type_name": event.type_name, "timestamp": data.get("timestamp"),
        "intent_name": intent.get("name"), "action_name": data.get("name"),
        "data": json.dumps(data),
    }  # fmt: skip


def _is_passing(error: Exception) -> bool:
    """Return whether the database failed, not what it was asked."""
    if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _cause(error: SQLAlchemyError) -> str:
    """Return what the driver says, without the statement and what was to be written."""
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()) or type(error).__name__


def _shown(db: str) -> str:
    """Return how messages name the database: never with a password."""
    return "DATABASE" if is_postgres(db) else db
