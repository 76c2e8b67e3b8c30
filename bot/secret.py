"""The secret of an installation: signs sessions and lets the front door speak to Rasa."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import Code, SettingError
from bot.settings import Settings

_FILE = "secret"
_SHORTEST = 32  # characters


def is_loopback(host: str) -> bool:
    """Return whether only this machine can connect to that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_address(address: str) -> bool:
    """Return whether ``unix:PATH`` or a URL is out of reach of other machines."""
    if address.startswith("unix:"):
        return True
    parts = urlsplit(address)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return the secrets, the newest first.

    They come from ``SECRET``. Without it, and if only this machine can connect, a random one is
    made and kept in the state folder, readable for this user only.

    Raises:
        SettingError: a secret is too short, is missing, or its file is unusable.
    """
    given = settings.door.secrets
    if any(len(secret) < _SHORTEST for secret in given):
        problem = f"a secret has less than {_SHORTEST} characters"
        raise SettingError(Code.S021, name="SECRET", problem=problem, remedy=_REMEDY)
    if given:
        return given
    if not is_loopback(settings.host):
        problem = f"without one, nobody but this machine may connect, and HOST is {settings.host}"
        raise SettingError(Code.S021, name="SECRET", problem=problem, remedy=_REMEDY)
    return (_kept(settings.state),)


_REMEDY = "Set it to 32 or more random characters, such as `openssl rand -hex 32` prints."


def channel_key(secret: str) -> str:
    """Return what the front door shows to Rasa's channel; it does not reveal the secret."""
    return hmac.new(secret.encode(), b"termwise channel", hashlib.sha256).hexdigest()


def desk_token(secret: str) -> str:
    """Return what opens the state of the helpdesks, unless a token was set."""
    return hmac.new(secret.encode(), b"termwise helpdesk", hashlib.sha256).hexdigest()


def _kept(state: Path) -> str:
    path = state / _FILE
    try:
        state.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            problem = f"{path} can be read by other users"
            remedy = "Take their rights away, or remove the file to have a new one made."
            raise SettingError(Code.S021, name="SECRET", problem=problem, remedy=remedy)
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise SettingError(Code.S003, path=path, problem=problem, name="STATE") from None
    if len(found) < _SHORTEST:
        remedy = "Remove the file to have a new one made."
        raise SettingError(Code.S021, name="SECRET", problem=f"{path} is cut off", remedy=remedy)
    return found


def _make(path: Path) -> None:
    """Write the file as a whole or not at all; the first of two that do it at once wins."""
    scratch = path.with_name(f"{_FILE}.{os.getpid()}")
    handle = os.open(scratch, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
