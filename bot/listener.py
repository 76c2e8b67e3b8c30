"""The socket that the server listens on, and what is wrong where there can be none."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import Code, SettingError
from bot.settings import Settings

_BACKLOG = 100  # connections that wait to be accepted


def bind(settings: Settings) -> socket.socket:
    """Return a socket at the address of the settings; nobody can connect to it yet.

    Raises:
        SettingError: the port is in use or not allowed, or the host is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except (OSError, UnicodeError) as error:
        bound.close()
        raise _refused(settings, error) from None
    return bound


def bind_private(settings: Settings) -> socket.socket:
    """Return a socket at the address of the Rasa part; nobody can connect to it yet.

    A Unix socket is for this user only; one that is left of a server before is replaced.

    Raises:
        SettingError: it cannot be made.
    """
    address = settings.rasa_address
    if not address.startswith("unix:"):
        parts = urlsplit(address)
        return bind(replace(settings, host=parts.hostname or "", port=parts.port or 80))
    path = Path(address.removeprefix("unix:"))
    bound = socket.socket(socket.AF_UNIX)
    try:
        _private_folder(path.parent)
        path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            bound.bind(str(path))
        finally:
            os.umask(mask)
    except OSError as error:
        bound.close()
        why = error.strerror or str(error)
        expected = f"unix:PATH of a socket that can be made ({why})"
        raise SettingError(Code.S001, name="RASA", found=address, expected=expected) from None
    return bound


def _private_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "the folder belongs to somebody else")


def listen(bound: socket.socket, settings: Settings) -> None:
    """Let clients connect.

    Raises:
        SettingError: another program listens there since.
    """
    try:
        bound.listen(_BACKLOG)
    except OSError as error:
        raise _refused(settings, error) from None


def _refused(settings: Settings, error: OSError | UnicodeError) -> SettingError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return SettingError(Code.S002, port=settings.port, host=settings.host)
    if number == errno.EACCES:
        expected = "a port that this user may listen on, such as 5005"
        return SettingError(Code.S001, name="PORT", found=str(settings.port), expected=expected)
    why = getattr(error, "strerror", None) or "no such name"
    expected = f"an address of this machine ({why})"
    return SettingError(Code.S001, name="HOST", found=settings.host, expected=expected)
