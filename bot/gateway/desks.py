"""The helpdesks behind the front door: its dispatcher answers, its database keeps."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bot.gateway.desk_tally import DeskTally
from bot.gateway.dispatcher import OverloadedError
from bot.gateway.door import Door
from bot.gateway.store import Draft, Outcome, StoreUnavailableError
from bot.helpdesk import config, registry
from bot.helpdesk.answered import Answered, read
from bot.helpdesk.desk import BusyError, Desk
from bot.helpdesk.http_client import HttpClient
from bot.helpdesk.store import DeskStore, UnavailableError

logger = logging.getLogger(__name__)

_WATCH = 10.0  # seconds between looks at what waits
_TIDY = 3600.0  # seconds between rounds of forgetting
_DAYS = 30  # that the figures tell of


class DoorAssistant:
    """The assistant that answers behind the front door.

    Args:
        door: its dispatcher takes each message once, in the order of the conversation.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    async def answer(self, desk: str, conversation: str, message: str, text: str) -> Answered:
        """Return the answer; see the port."""
        place = self._door.sessions.scoped(f"helpdesk {desk}", conversation)
        name = _digest(f"{message}\n{text}")
        draft = Draft(place, name, text, "helpdesk", _digest(f"{place} {name}"))
        try:
            accepted = await self._door.dispatcher.submit(draft)
            turn = await self._door.dispatcher.reply(accepted, self._door.settings.door.wait)
        except (OverloadedError, StoreUnavailableError) as error:
            raise BusyError(type(error).__name__) from None
        if turn.reply is None:
            raise BusyError("no reply yet")
        if turn.reply.outcome is not Outcome.ANSWERED:
            return Answered(None)
        return read(turn.reply.messages)


class Desks:
    """All accounts at work.

    Args:
        desks: by name.
        store: keeps what happens.
        tally: counts.
        keep: seconds that texts are kept.
        token: opens their state.
    """

    def __init__(
        self, desks: Mapping[str, Desk], store: DeskStore, tally: DeskTally, keep: float, token: str
    ) -> None:
        self.desks = desks
        self.token = token
        self._store = store
        self._tally = tally
        self._keep = keep
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    def configured(cls, door: Door, store: DeskStore) -> Desks:
        """Return the accounts of the configuration file.

        Raises:
            SettingError: something in it is not right.
        """
        path = Path(door.settings.door.helpdesk)
        found = config.read(path, os.environ)
        rules = config.RulesFile(path, os.environ, logger.error)
        tally = DeskTally(door.metrics.registry)
        assistant = DoorAssistant(door)
        desks = {}
        for setting in found.desks:
            name = setting.account.name
            connector = registry.connector(setting.account)
            client = HttpClient(setting.account, connector.headers(), setting.plain)
            desks[name] = Desk(
                connector, client, partial(rules.of, name), store, assistant, tally,
                setting.agents,
            )  # fmt: skip
        return cls(desks, store, tally, found.keep, door.desk_token)

    async def start(self) -> None:
        """Begin to work."""
        for desk in self.desks.values():
            await desk.start()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop; what is not done is done after the next start."""
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        for desk in self.desks.values():
            await desk.stop()

    async def switch(self, name: str, off: bool) -> None:
        """Set the kill switch of an account."""
        await self._store.switch(name, off)

    async def status(self) -> dict[str, Any]:
        """Return how each account goes."""
        now = time.time()
        return {name: await self._status(name, now) for name in self.desks}

    async def _status(self, name: str, now: float) -> dict[str, Any]:
        queue = await self._store.queue(name, now)
        figures = await self._store.figures(name, now - _DAYS * 86_400)
        return {
            "kind": self.desks[name].connector.account.kind,
            "switched_off": await self._store.switched_off(name),
            "waiting": asdict(queue),
            "days": _DAYS,
            "inboxes": {found.inbox: asdict(found) for found in figures},
        }

    async def _watch(self) -> None:
        tidied = float("-inf")
        while True:
            try:
                for name in self.desks:
                    self._tally.waiting(name, await self._store.queue(name, time.time()))
                if time.monotonic() - tidied > _TIDY:
                    tidied = time.monotonic()
                    for name in self.desks:
                        await self._store.forget(name, time.time() - self._keep)
            except UnavailableError as error:
                logger.warning("the database does not answer: %s", error)
            await asyncio.sleep(_WATCH)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
