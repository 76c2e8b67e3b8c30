"""The watcher: notices changes of the glossary's files and has them taken up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from watchfiles import watch

from bot.collector import settled
from bot.live import LiveGlossary

logger = logging.getLogger(__name__)

_TICK = 1.0  # seconds between two looks at what no event tells
_LOOKS = 30  # ticks until the files are looked through, whatever the events said
_QUIET = 2.0  # seconds without a change after which the index is kept
_SHARE = 10  # polling rests so many times as long as it takes to look
_STEP = 50  # ms that an editor has to finish a save of several steps
_TOGETHER = 400  # ms after which changes are taken up even if more follow


class Watcher:
    """A thread that follows the files of the glossary; the event loop does not wait for it.

    Args:
        live: what takes changes up.
        glossary: the folder or file to watch.
        poll: look through the files all the time, where the system tells no changes (network file
            systems, some containers).
    """

    def __init__(self, live: LiveGlossary, glossary: Path, *, poll: bool = False) -> None:
        self._live = live
        self._path = glossary
        self._poll = poll
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="glossary watcher", daemon=True)
        self._changed_at: float | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End watching; what was taken up is kept for the next start."""
        self._stopping.set()
        self._thread.join()
        self._live.keep()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()  # what changed while nothing watched
                for _ in self._polled() if self._poll else self._events():
                    pass
            except Exception as error:  # the library raises several kinds where inotify fails
                if self._path.exists():
                    logger.warning("changes of the glossary are polled for: %s", error)
                    self._poll = True
                self._stopping.wait(_TICK)

    def _events(self) -> Iterator[None]:
        """Look when the system tells a change; from time to time also when it tells none."""
        folder = self._path if self._path.is_dir() else self._path.parent
        before = _identity(folder)
        changes = watch(
            folder, watch_filter=None, stop_event=self._stopping, recursive=self._path.is_dir(),
            rust_timeout=int(_TICK * 1000), yield_on_timeout=True, raise_interrupt=False,
            step=_STEP, debounce=_TOGETHER, force_polling=False,
        )  # fmt: skip
        for tick, changed in enumerate(changes, start=1):
            if changed:
                self._look()
            elif tick % _LOOKS == 0 and self._look():
                logger.warning("the system does not tell changes of the glossary: they are polled")
                self._poll = True
                return
            self._rest()
            yield
            if _identity(folder) != before:
                self._look()
                return  # the folder is another one: watch that

    def _polled(self) -> Iterator[None]:
        while not self._stopping.is_set():
            start = time.monotonic()
            self._look()
            self._rest()
            self._stopping.wait(max(_TICK, _SHARE * (time.monotonic() - start)))
            yield

    def _look(self) -> bool:
        """Take up what changed; return whether something did."""
        before = self._live.assistant
        self._live.refresh()
        if self._live.assistant is before:
            return False
        del before
        settled()
        self._changed_at = time.monotonic()
        return True

    def _rest(self) -> None:
        """Do what can wait until nothing changes."""
        if self._live.is_outdated:
            self._look()
        if self._changed_at is not None and time.monotonic() - self._changed_at > _QUIET:
            self._changed_at = None
            threading.Thread(target=self._live.keep, name="glossary keeper").start()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
