"""The reload socket: how another program of the same user has a server look at its glossary now.

It is a Unix socket in the state folder. Who may write there may ask; no web page and no other
machine can, whatever proxy stands before the server.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.errors import Code, SettingError

logger = logging.getLogger(__name__)

_NAME = "reload.sock"
_LARGEST = 1 << 20  # bytes of an answer
_PATIENCE = 600.0  # seconds; a changed glossary of another format is imported as a whole
_CONNECT = 5.0

Answer = Mapping[str, Any]


class ReloadSocket:
    """Answers each connection with the state after a reload, as JSON.

    Args:
        state: the state folder.
        reload: takes up the glossary as it is now and says what is served then.
    """

    def __init__(self, state: Path, reload: Callable[[], Answer]) -> None:
        self._state = state
        self._reload = reload
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Begin to answer; if another server uses the folder, or no socket can be there, do not."""
        with _address(self._state) as address:
            if _is_answered(address):
                logger.warning("another server has the state folder: it is the one that reloads")
                return
            listening = socket.socket(socket.AF_UNIX)
            try:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(address)
                listening.bind(address)
                os.chmod(address, 0o600)
                listening.listen()
            except OSError as error:
                listening.close()
                logger.warning("`termwise reload` cannot reach this server: %s", error.strerror)
                return
        self._socket = listening
        threading.Thread(target=self._answer, name="reload", daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        if self._socket is None:
            return
        listening, self._socket = self._socket, None
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        (self._state / _NAME).unlink(missing_ok=True)

    def _answer(self) -> None:
        listening = self._socket
        while listening is not None and self._socket is listening:
            try:
                connection, _ = listening.accept()
            except OSError:
                return  # closed
            with connection, contextlib.suppress(OSError):
                connection.settimeout(_CONNECT)
                connection.sendall(json.dumps(self._reload()).encode())


def request_reload(state: Path) -> dict[str, Any]:
    """Have the running server take up the glossary as it is now, and return what is served then.

    Raises:
        SettingError: no server answers in that state folder.
    """
    with socket.socket(socket.AF_UNIX) as connection, _address(state) as address:
        try:
            connection.settimeout(_PATIENCE)
            connection.connect(address)
            said = b""
            while len(said) < _LARGEST and (part := connection.recv(1 << 16)):
                said += part
            answer: dict[str, Any] = json.loads(said)
        except (OSError, ValueError):
            raise SettingError(Code.S041, path=state) from None
    return answer


def _is_answered(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probing:
        try:
            probing.connect(address)
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _address(state: Path) -> Iterator[str]:
    """Give the path of the socket by its folder's descriptor: sockets take short paths only."""
    try:
        folder = os.open(state, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        raise SettingError(Code.S041, path=state) from None
    try:
        yield f"/proc/self/fd/{folder}/{_NAME}"
    finally:
        os.close(folder)
