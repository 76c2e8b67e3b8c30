"""Where this installation keeps something of people; a session may take or erase its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import Code, SettingError
from bot.gateway.door import Door, hand_over
from bot.gateway.refusal import unavailable
from bot.gateway.session import scoped
from bot.privacy.conversation_record import ConversationRecord
from bot.privacy.desk_record import DeskRecord
from bot.privacy.door_record import DoorRecord
from bot.privacy.feedback_record import FeedbackRecord
from bot.privacy.privacy import Privacy
from bot.privacy.record import Record
from bot.privacy.rows import Rows, SqliteRows
from bot.secret import secrets_of
from bot.settings import Settings

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class PersonalData:
    """All that is kept of people.

    ``privacy`` exports, erases and expires it; ``door`` is the front door's part, if it ever ran.
    """

    privacy: Privacy
    door: DoorRecord | None
    settings: Settings

    def of_person(self, subject: str) -> list[str]:
        """Return the conversations of whom the host page called so."""
        named = [scoped(key, "subject", subject) for key in secrets_of(self.settings)]
        found = self.door.conversations_of(subject) if self.door else []
        return list(dict.fromkeys([*named, *found]))

    def of_desk(self, desk: str, conversation: str) -> list[str]:
        """Return the conversations behind that of a helpdesk."""
        keys = secrets_of(self.settings)
        own = (scoped(key, f"helpdesk {desk}", conversation) for key in keys)
        return [f"{desk}:{conversation}", *own]

    def of_sender(self, name: str) -> list[str]:
        """Return the conversations that a program of this machine calls so."""
        return [name, *(scoped(key, "local", name) for key in secrets_of(self.settings))]


@contextmanager
def personal_data(settings: Settings) -> Iterator[PersonalData]:
    """Open what is there of the installation's records.

    Raises:
        SettingError: one cannot be opened, or, while this lasts, be read or written.
    """
    with ExitStack() as stack:
        records: dict[str, Record] = {}
        try:
            door = _opened(settings.door.database, settings.state / "door.db")
            if door:
                records["front door"] = kept = DoorRecord(door)
                records["helpdesks"] = DeskRecord(door)
                stack.callback(kept.close)
            tracker = _opened(settings.tracker_database, settings.conversations)
            if tracker:
                records["conversations"] = ConversationRecord(tracker)
                stack.callback(records["conversations"].close)
            feedback = _opened("", settings.feedback)
            if feedback:
                records["feedback"] = FeedbackRecord(feedback)
                stack.callback(records["feedback"].close)
            yield PersonalData(Privacy(records), kept if door else None, settings)
        except SettingError:
            raise
        except Exception as error:  # each driver has its own kinds
            if not type(error).__module__.startswith(("sqlite3", "psycopg2")):
                raise
            problem = " ".join(str(error).split()) or type(error).__name__
            raise SettingError(Code.S051, problem=problem) from None


def _opened(database: str, file: Path) -> Rows | None:
    if "://" in database:
        from bot.gateway.postgres_database import PostgresDatabase

        return PostgresDatabase(database)
    path = Path(database) if database else file
    return SqliteRows(path) if path.is_file() else None


async def export(request: Request) -> Response:
    """GET /v1/conversation/export."""
    door: Door = request.app.state.door
    caller = await door.caller(request)
    assert caller.session is not None
    own = [caller.session.conversation]
    found = await _done(door, lambda kept: kept.privacy.export(own))
    response = JSONResponse(found)
    hand_over(response, caller, request)
    return response


async def erase(request: Request) -> Response:
    """DELETE /v1/conversation."""
    door: Door = request.app.state.door
    caller = await door.caller(request)
    assert caller.session is not None
    own = [caller.session.conversation]
    receipt = await _done(door, lambda kept: kept.privacy.erase(own))
    logger.info("a conversation was erased")
    return JSONResponse(receipt.to_dict())


async def _done(door: Door, work: Callable[[PersonalData], T]) -> T:
    """Do it beside the front door's own connection.

    Raises:
        RefusedError: a database does not do its part; asking again is safe.
    """

    def doing() -> T:
        with personal_data(door.settings) as kept:
            return work(kept)

    try:
        return await asyncio.to_thread(doing)
    except SettingError as error:
        logger.warning("%s", error)
        raise unavailable() from None
