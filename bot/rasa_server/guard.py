"""The start guard: behind the front door, Rasa does not start with what is unsafe."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.utils import AvailableEndpoints

from bot.errors import Code, SettingError
from bot.secret import is_loopback_address
from bot.settings import Settings


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
    if not _is_kept(endpoints.tracker_store):
        _refuse(
            "tracker_store in endpoints.yml", "conversations would be lost with the process",
            "Use type SQL with a file or a server.",
        )  # fmt: skip


def _is_kept(store: Any) -> bool:
    if store is None or str(store.type).upper() != "SQL":
        return False
    named = store.kwargs.get("db")
    return bool(named) and named != ":memory:"


def _refuse(name: str, problem: str, remedy: str) -> None:
    raise SettingError(Code.S021, name=name, problem=problem, remedy=remedy)
