"""The watcher and the reload socket: changes arrive, however they are noticed."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingError
from bot.rasa_server.watcher import Watcher
from bot.reload_socket import ReloadSocket, request_reload

PATIENCE = 60.0  # seconds until a test gives up


class Served:
    """Stands in for the live glossary: serves what lies in a file, and counts what is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.assistant: Any = path.read_text()
        self.is_outdated = False
        self.kept: list[str] = []

    def refresh(self) -> None:
        """Take up the file; like the live glossary, keep what is served while there is none."""
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return
        if text and text != self.assistant:
            self.assistant = text

    def keep(self) -> None:
        """Keep what is served."""
        self.kept.append(self.assistant)


def eventually(holds: Callable[[], bool]) -> bool:
    """Return whether something holds before the patience ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("poll", [False, True])
def test_a_change_is_taken_up_and_kept_when_it_is_quiet(tmp_path: Path, poll: bool) -> None:
    glossary = tmp_path / "glossary"
    (glossary / "sub").mkdir(parents=True)
    path = glossary / "sub" / "a.md"
    path.write_text("one")
    served = Served(path)
    watcher = Watcher(served, glossary, poll=poll)  # type: ignore[arg-type]
    watcher.start()
    try:
        path.write_text("two")
        assert eventually(lambda: served.assistant == "two")
        assert eventually(lambda: served.kept == ["two"])
        other = glossary / "three"
        other.write_text("three")
        os.replace(other, path)  # as editors save
        assert eventually(lambda: served.assistant == "three")
    finally:
        watcher.stop()
    assert served.kept[-1] == "three"


def test_a_folder_that_is_replaced_is_watched_again(tmp_path: Path) -> None:
    glossary = tmp_path / "glossary"
    glossary.mkdir()
    path = glossary / "a.md"
    path.write_text("one")
    served = Served(path)
    watcher = Watcher(served, glossary)  # type: ignore[arg-type]
    watcher.start()
    try:
        glossary.rename(tmp_path / "old")
        glossary.mkdir()
        path.write_text("two")
        assert eventually(lambda: served.assistant == "two")
        time.sleep(1.5)
        path.write_text("three")
        assert eventually(lambda: served.assistant == "three")
    finally:
        watcher.stop()


def test_a_look_that_fails_does_not_end_the_watching(tmp_path: Path) -> None:
    class Failing(Served):
        """Fails the first time it is to take something up."""

        failures = 1

        def refresh(self) -> None:
            """Take up the file."""
            if self.failures:
                self.failures -= 1
                raise RuntimeError("not now")
            super().refresh()

    path = tmp_path / "a.md"
    path.write_text("one")
    served = Failing(path)
    watcher = Watcher(served, tmp_path)  # type: ignore[arg-type]
    watcher.start()
    try:
        path.write_text("two")
        assert eventually(lambda: served.assistant == "two")
    finally:
        watcher.stop()


def test_a_single_file_is_watched(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("one")
    served = Served(path)
    watcher = Watcher(served, path)  # type: ignore[arg-type]
    watcher.start()
    try:
        path.write_text("two")
        assert eventually(lambda: served.assistant == "two")
    finally:
        watcher.stop()


def test_a_reload_is_answered_with_what_is_served_then(tmp_path: Path) -> None:
    state = tmp_path / ("long" * 40)  # longer than the path of a socket may be
    state.mkdir()
    asked = threading.Event()

    def reload() -> dict[str, str]:
        asked.set()
        return {"version": "v2"}

    server = ReloadSocket(state, reload)
    server.open()
    try:
        assert stat.S_IMODE((state / "reload.sock").stat().st_mode) == 0o600
        assert request_reload(state) == {"version": "v2"}
        assert request_reload(state) == {"version": "v2"}
        assert asked.is_set()
    finally:
        server.close()
    with pytest.raises(SettingError, match="S041"):
        request_reload(state)


def test_a_socket_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "reload.sock"))
    server = ReloadSocket(tmp_path, lambda: {"version": "v3"})
    server.open()
    try:
        assert json.dumps(request_reload(tmp_path)) == '{"version": "v3"}'
    finally:
        server.close()


def test_no_folder_and_no_server_are_told(tmp_path: Path) -> None:
    for state in (tmp_path, tmp_path / "none"):
        with pytest.raises(SettingError, match="S041"):
            request_reload(state)
