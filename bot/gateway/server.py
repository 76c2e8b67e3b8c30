"""The gateway as a process: checks its settings, opens the database, listens."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import Sequence
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from bot import state_folder
from bot.errors import Code, SettingError
from bot.gateway import guard
from bot.gateway.app import make_app
from bot.gateway.bounded_http import LARGEST_HEAD, BoundedHttp
from bot.gateway.desks import Desks
from bot.gateway.door import Door
from bot.gateway.journal import Database
from bot.gateway.rasa_client import RasaClient
from bot.gateway.sockets.server import LARGEST_FRAME
from bot.gateway.sql_desk_store import SqlDeskStore
from bot.gateway.sql_store import SqlStore
from bot.listener import bind
from bot.secret import channel_key, secrets_of
from bot.settings import Settings

PARALLEL = 8  # turns at a time that Rasa is asked to take
_IDLE = 15  # seconds until a connection without a request is closed
_GRACE = 5  # seconds that requests under way get when we stop


def serve(settings: Settings, listening: socket.socket | None = None) -> None:
    """Serve until stopped.

    Args:
        settings: where things are and how people are let in.
        listening: a socket to take over; else one is made.

    Raises:
        SettingError: something is unsafe or taken.
    """
    bound = listening or bind(settings)  # an address that is none is told before anything else
    with contextlib.closing(bound):
        state_folder.make(settings)
        guard.check(settings)
        asyncio.run(_serve(settings, bound))


async def _serve(settings: Settings, bound: socket.socket) -> None:
    rasa = RasaClient(
        settings.rasa_address, channel_key(secrets_of(settings)[0]), settings.door.turn, PARALLEL
    )
    store = SqlStore(database(settings))
    door = Door(settings, store, rasa)
    desks = Desks.configured(door, SqlDeskStore(store.journal)) if settings.door.helpdesk else None
    app = make_app(door, desks)
    gc.freeze()  # full collections need not look at what stays
    await uvicorn.Server(config(app, settings.door.proxies)).serve(sockets=[bound])


def config(app: ASGIApp, proxies: Sequence[str] = ()) -> uvicorn.Config:
    """Return how an application is served: what clients may take of time and memory."""
    bounded = cast("type[asyncio.Protocol]", partial(BoundedHttp, proxies=proxies))
    return uvicorn.Config(
        app, http=bounded, log_config=None, access_log=False, server_header=False,
        date_header=True, proxy_headers=False, timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE, h11_max_incomplete_event_size=LARGEST_HEAD, lifespan="on",
        ws="wsproto", ws_max_size=LARGEST_FRAME, ws_ping_interval=None,
    )  # fmt: skip


def database(settings: Settings) -> Database:
    """Return the database that the settings name.

    Raises:
        SettingError: it cannot be used.
    """
    if settings.door.database:
        try:
            from bot.gateway.postgres_database import PostgresDatabase
        except ModuleNotFoundError:
            raise SettingError(Code.S004, name="psycopg2-binary") from None
        return PostgresDatabase(settings.door.database)
    from bot.gateway.sqlite_database import SqliteDatabase

    return SqliteDatabase(settings.state / "door.db")
