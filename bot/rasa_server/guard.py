"""The start guard: behind the front door, Rasa does not start with what is unsafe."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import Code, SettingError
from bot.secret import is_loopback_address
from bot.settings import DOOR_LATER, LOCK_LATER, Settings

if TYPE_CHECKING:
    from rasa.core.utils import AvailableEndpoints

_STORE = "bot.rasa_server.conversation_store.ConversationStore"
_OPTIONS = {
    "--enable-api": "anybody who reaches it could read and change conversations",
    "--auth-token": "it opens Rasa's own API",
    "--cors": "pages of other sites could use it",
    "--model": "the file is MODELS/termwise.tar.gz, never the newest of a folder",
    "-m": "the file is MODELS/termwise.tar.gz, never the newest of a folder",
    "--remote-storage": "a model would come from elsewhere",
    "--endpoints": "the project has one",
    "--credentials": "the front door is the only channel",
    "--connector": "the front door is the only channel",
    "--interface": "it would be open to other machines",
    "-i": "it would be open to other machines",
    "--debug": "Rasa would log what people write",
    "-vv": "Rasa would log what people write",
}


def check(
    settings: Settings, endpoints: AvailableEndpoints, environ: Mapping[str, str] | None = None
) -> None:
    """Refuse unsafe settings.

    Raises:
        SettingError: one is unsafe; names it.
    """
    env = os.environ if environ is None else environ
    if not is_loopback_address(settings.rasa_address):
        _refuse("RASA", "Rasa would be open to other machines", "Use unix:PATH or 127.0.0.1.")
    if env.get("RASA_TELEMETRY_ENABLED", "").lower() != "false":
        _refuse("RASA_TELEMETRY_ENABLED", "it is not false", "Set it to false.")
    if Path.cwd() == Path("/"):
        _refuse("the working directory", "in / Rasa does not check archives", "Start elsewhere.")
    if endpoints.model is not None:
        _refuse("models in endpoints.yml", "what it names could write files", "Remove it.")
    if endpoints.event_broker is not None:
        problem = "messages would leave, and be lost where it is away"
        _refuse("event_broker in endpoints.yml", problem, "Remove it.")
    if endpoints.lock_store is not None:
        problem = "the front door keeps turns apart, and a lock store that is away loses them"
        _refuse("lock_store in endpoints.yml", problem, "Remove it.")
    if endpoints.nlg is not None or endpoints.nlu is not None:
        _refuse("nlg or nlu in endpoints.yml", "messages would leave", "Remove it.")
    if not _is_kept(endpoints.tracker_store):
        _refuse(
            "tracker_store in endpoints.yml", "turns would be lost where the database fails",
            f"Use type {_STORE} with db.",
        )  # fmt: skip
    if env.get("LOG_LEVEL", "").upper() in ("DEBUG", "NOTSET"):
        _refuse("LOG_LEVEL", "Rasa would log what people write", "Use INFO.")
    _check_deadlines(settings, env)


def check_options(options: Sequence[str]) -> None:
    """Refuse options: what ``rasa run`` takes would undo what is promised.

    Raises:
        SettingError: there is one; names it.
    """
    for option in options:
        name = option.partition("=")[0]
        problem = _OPTIONS.get(name, "Rasa behind the front door takes no options")
        _refuse(name, problem, "Leave it out; settings come from the environment.")


def _check_deadlines(settings: Settings, env: Mapping[str, str]) -> None:
    """Check that who waits for something has more time than it: action, turn, lock, front door."""
    action, turn = settings.door.action, settings.door.turn
    if action >= turn:
        remedy = "A turn must last longer than its action may."
        _refuse("ACTION_SECONDS", "it is not below TURN_SECONDS", remedy)
    lock = env.get("TICKET_LOCK_LIFETIME") or str(int(turn) + LOCK_LATER)
    if not lock.isdecimal() or not turn < int(lock) < turn + DOOR_LATER:
        problem = f"it is not between TURN_SECONDS and {DOOR_LATER} seconds more"
        _refuse("TICKET_LOCK_LIFETIME", problem, "Unset it.")


def _is_kept(store: Any) -> bool:
    return store is not None and store.type == _STORE


def _refuse(name: str, problem: str, remedy: str) -> None:
    raise SettingError(Code.S021, name=name, problem=problem, remedy=remedy)
