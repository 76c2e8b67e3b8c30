"""The start guard: the front door does not open with unsafe settings."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from bot.errors import Code, SettingError
from bot.gateway.identity import Identity
from bot.secret import is_loopback, is_loopback_address, secrets_of
from bot.settings import Settings


def check(settings: Settings, user: int | None = None) -> None:
    """Refuse unsafe settings.

    Args:
        settings: what to look at.
        user: the id of the user who runs this; 0 is root.

    Raises:
        SettingError: one is unsafe; names it.
    """
    door = settings.door
    secrets_of(settings)
    if (os.getuid() if user is None else user) == 0 and not is_loopback(settings.host):
        _refuse("the user root", "other machines may connect", "Run it as a user of its own.")
    if not is_loopback_address(settings.rasa_address):
        _refuse("RASA", "messages would leave this machine", "Use unix:PATH or 127.0.0.1.")
    if door.database and not door.database.startswith(("postgresql://", "postgres://")):
        _refuse("DATABASE", "it is no PostgreSQL URL", "Leave it empty for SQLite.")
    for name, origin in (("PUBLIC_URL", door.public_url), *(("ORIGINS", o) for o in door.origins)):
        if origin and not _is_origin(origin):
            remedy = "Give such as https://www.example.org, nothing after the host."
            _refuse(name, f"{origin!r} is no origin", remedy)
    for proxy in door.proxies:
        if not _is_address(proxy):
            _refuse("TRUSTED_PROXIES", f"{proxy!r} is no IP address", "List addresses.")
    if door.wait <= door.turn:
        remedy = "A request must wait longer than a turn may take."
        _refuse("WAIT_SECONDS", "it is not above TURN_SECONDS", remedy)
    if door.identity_key:
        Identity(door)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    plain = text == text.lower() and "*" not in text
    return plain and named and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _refuse(name: str, problem: str, remedy: str) -> None:
    raise SettingError(Code.S021, name=name, problem=problem, remedy=remedy)
