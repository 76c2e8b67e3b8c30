"""PostgreSQL for several gateways: a conversation belongs to one of them by an advisory lock."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812

from bot.errors import Code, SettingError
from bot.gateway.sql_desk_store import DESK_SCHEMA
from bot.gateway.sql_store import SCHEMA

_SCHEMA_LOCK = 7_361_902_553  # any number that is nobody else's
_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=3000 -c synchronous_commit=on"


class PostgresDatabase:
    """A connection to PostgreSQL; it holds the locks of the conversations this gateway works on.

    Args:
        url: ``postgresql://user@host/name``.

    Raises:
        SettingError: it cannot be reached or used.
    """

    at_hand = False
    group = 1  # calls of two gateways that share transactions could wait for each other

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._held: set[str] = set()
        try:
            self.open()
        except psycopg2.Error as error:
            problem = " ".join(str(error).split()) or type(error).__name__
            raise SettingError(Code.S022, path="DATABASE", problem=problem) from None

    def open(self) -> None:
        """Connect and make the tables."""
        if self._connection is not None:
            return
        self._connection = psycopg2.connect(
            self._url, connect_timeout=3, options=_OPTIONS, application_name="termwise",
            keepalives_idle=5, keepalives_interval=2, keepalives_count=3, tcp_user_timeout=8000,
        )  # fmt: skip
        self._connection.autocommit = True
        self.run("SELECT pg_advisory_lock(?)", _SCHEMA_LOCK)  # two that make tables at once fail
        for statement in (*SCHEMA, *DESK_SCHEMA):
            self.run(statement.format(key="BIGSERIAL PRIMARY KEY"))
        self.run("SELECT pg_advisory_unlock(?)", _SCHEMA_LOCK)

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run one statement."""
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.execute(sql.replace("?", "%s"), parameters)
            return cursor.fetchall() if cursor.description else []

    def begin(self, durable: bool) -> None:
        """Begin; PostgreSQL makes every commit durable."""
        self.run("BEGIN")

    def begin_at_once(self) -> None:
        """Begin, as every transaction begins here: nothing is done at once over a network."""
        self.begin(durable=True)

    def lock(self, conversation: str) -> bool:
        """Take the conversation, unless another gateway has it."""
        if conversation not in self._held:
            if not self.run("SELECT pg_try_advisory_lock(?)", _number(conversation))[0][0]:
                return False
            self._held.add(conversation)
        return True

    def unlock(self, conversation: str) -> None:
        """Give the conversation back."""
        if conversation in self._held:
            self.run("SELECT pg_advisory_unlock(?)", _number(conversation))
            self._held.discard(conversation)

    def order(self, conversation: str) -> None:
        """Wait for other gateways that add to the conversation."""
        self.run("SELECT pg_advisory_xact_lock(?)", _number(f"order {conversation}"))

    def close(self) -> None:
        """Disconnect, which gives all locks back as soon as the server has seen it."""
        self._held.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def end(self) -> None:
        """Give all locks back at once, for a gateway that takes over, and disconnect."""
        with suppress(psycopg2.Error):  # a server that is gone holds none
            if self._connection is not None:
                self.run("SELECT pg_advisory_unlock_all()")
        self.close()


def _number(conversation: str) -> int:
    """Return a signed 64-bit number for the conversation."""
    digest = hashlib.blake2b(conversation.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
