"""The supervisor: starts gateway and Rasa, starts again what died, stops both cleanly."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from bot import state_folder
from bot.errors import Code, SettingError
from bot.gateway import guard
from bot.gateway.parts_file import PartsFile, PartState
from bot.listener import bind, listen
from bot.settings import Settings

logger = logging.getLogger(__name__)

_UNUSABLE = 2  # exit code of a part that cannot run as things are; it has said why
_LOOK = 0.1  # seconds between looks
_FIRST_PAUSE = 0.2  # seconds before a part is started again; doubled each time
_LONGEST_PAUSE = 5.0
_STEADY = 60.0  # seconds of running after which a part counts as well again
_MOST_TIMES = 5  # first starts in a row that end by themselves; what is killed may start again
_PATIENCE = 20.0  # seconds that a part gets to stop
_PROBE_EVERY = 5.0  # seconds between questions whether Rasa hangs
_DAY = 24 * 60 * 60.0
_FIRST_DAILY = 10 * 60.0  # seconds after the start: those who wait for the start come first
_FAILED_DAILY = 60 * 60.0  # seconds until what failed is tried again
_HANGS_AFTER = 45.0  # seconds without an answer, from its start or its last one


@dataclass(slots=True)
class Part:
    """One process that shall run.

    ``command`` starts it, ``handed`` are descriptors it inherits. Times are of the clock that only
    goes forward.
    """

    name: str
    command: Sequence[str]
    handed: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    began: float = 0.0
    next_start: float = 0.0
    pause: float = _FIRST_PAUSE
    quick_ends: int = field(default=0)
    last_code: int | None = None
    changed: float = 0.0

    @property
    def state(self) -> PartState:
        """What is told of it."""
        pid = self.process.pid if self.process else 0
        return PartState(self.name, pid, self.starts, self.changed, self.last_code)

    def start(self, now: float) -> None:
        """Start the process; it ends with this one, whatever happens."""
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, pass_fds=self.handed, preexec_fn=_end_with_us
        )
        self.starts += 1
        self.began = now
        logger.info("started", extra={"pid": self.process.pid, "attempts": self.starts})

    def ended(self) -> int | None:
        """Return the exit code of the process, None while it runs."""
        return self.process.poll() if self.process else None

    def put_off(self, now: float) -> None:
        """Plan the next start: the more often it ended of late, the later."""
        if now - self.began > _STEADY:
            self.pause, self.quick_ends = _FIRST_PAUSE, 0
        self.quick_ends += 1
        self.next_start = now + self.pause
        self.pause = min(2 * self.pause, _LONGEST_PAUSE)
        self.process = None


class Supervisor:
    """Keeps parts running until told to stop.

    Args:
        parts: what shall run.
        hangs: which part does not answer any more and is to be killed, or None.
        clock: seconds that only go forward.
        sleep: pauses.
        daily: is to be done once a day.
        tell: is told the parts whenever one starts or ends.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        hangs: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        daily: Daily | None = None,
        tell: Callable[[Sequence[PartState]], None] = lambda parts: None,
    ) -> None:
        self._parts = parts
        self._daily = daily
        self._tell = tell
        self._hangs = hangs
        self._clock = clock
        self._sleep = sleep
        self._stopping = False

    def stop(self, *_: object) -> None:
        """Stop soon; a signal handler."""
        self._stopping = True

    def run(self) -> int:
        """Keep the parts running; return the exit code.

        Raises:
            SettingError: a part ends again and again before it ever ran steadily.
        """
        try:
            while not self._stopping:
                for part in self._parts:
                    unusable = self._look_after(part)
                    if unusable:
                        return unusable
                self._kill_what_hangs()
                if self._daily:
                    self._daily()
                self._sleep(_LOOK)
            return 0
        finally:
            self._stop_all()

    def _look_after(self, part: Part) -> int:
        now = self._clock()
        if part.process is None:
            if now >= part.next_start and not self._stopping:
                part.start(now)
                self._told(part)
            return 0
        code = part.ended()
        if code is None or self._stopping:
            return 0
        first = part.starts == 1
        if code == _UNUSABLE and first:
            return _UNUSABLE
        logger.warning("%s ended", part.name, extra={"exit_code": code})
        part.last_code = code
        part.put_off(now)
        self._told(part)
        if code > 0 and part.quick_ends == part.starts > _MOST_TIMES:
            raise SettingError(Code.S023, part=part.name, found=code, times=part.quick_ends)
        return 0

    def _told(self, part: Part) -> None:
        part.changed = time.time()
        self._tell([part.state for part in self._parts])

    def _kill_what_hangs(self) -> None:
        name = self._hangs()
        for part in self._parts:
            if part.name == name and part.process is not None:
                logger.error("%s does not answer and is ended", part.name)
                part.process.kill()

    def _stop_all(self) -> None:
        """Stop the parts in order: nobody comes in before the next is stopped."""
        if self._daily:
            self._daily.stop()
        for part in self._parts:
            if part.process is not None and part.process.poll() is None:
                part.process.terminate()
                try:
                    part.process.wait(_PATIENCE)
                except subprocess.TimeoutExpired:
                    part.process.kill()
                    part.process.wait()


class Daily:
    """Runs a command once a day, beside the parts.

    Args:
        command: what to run.
        clock: seconds that only go forward.
    """

    def __init__(self, command: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._part = Part("retention", command)
        self._clock = clock
        self._next = clock() + _FIRST_DAILY

    def __call__(self) -> None:
        """Begin it if it is due, and say so if it failed."""
        now = self._clock()
        if self._part.process is None:
            if now >= self._next:
                self._part.start(now)
                self._next = now + _DAY
            return
        code = self._part.ended()
        if code is not None:
            if code:
                logger.error("%s failed", self._part.name, extra={"exit_code": code})
                self._next = min(self._next, now + _FAILED_DAILY)
            self._part.process = None

    def stop(self) -> None:
        """End it; what it has done is done, the rest is for the next day."""
        if self._part.process is not None and self._part.process.poll() is None:
            self._part.process.terminate()
            self._part.process.wait()


class RasaWatch:
    """Notices that Rasa hangs: its process lives, but nothing answers.

    Args:
        part: the process.
        answers: asks whether it is well.
        clock: seconds that only go forward.
    """

    def __init__(
        self, part: Part, answers: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._part = part
        self._answers = answers
        self._clock = clock
        self._asked = self._answered = float("-inf")

    def __call__(self) -> str | None:
        """Return the name of the part if it hangs."""
        now = self._clock()
        if now - self._asked < _PROBE_EVERY or self._part.process is None:
            return None
        self._asked = now
        if self._answers():
            self._answered = self._clock()
            return None
        since = max(self._answered, self._part.began)
        starting = self._answered < self._part.began
        if now - since < (4 if starting else 1) * _HANGS_AFTER:
            return None
        return self._part.name


def supervise(settings: Settings) -> int:
    """Run gateway and Rasa until stopped; return the exit code.

    The listening socket is ours: while the gateway is started again, those who come wait.

    Raises:
        SettingError: something is unsafe or taken, or a part cannot run.
    """
    with bind(settings) as bound:  # an address that is none is told before anything else
        state_folder.make(settings)
        guard.check(settings)
        bound.set_inheritable(True)
        listen(bound, settings)
        rasa = Part("rasa", _command("rasa"))
        gateway = Part(
            "gateway", _command("gateway", "--fd", str(bound.fileno())), (bound.fileno(),)
        )
        parts = PartsFile(settings.state)
        supervisor = Supervisor(
            [gateway, rasa],
            RasaWatch(rasa, lambda: _answers(settings)),
            daily=Daily(_command("retention")) if settings.retention else None,
            tell=parts.write,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        try:
            return supervisor.run()
        finally:
            parts.clear()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot.cli", *arguments]


def _answers(settings: Settings) -> bool:
    address = settings.rasa_address
    path = address.removeprefix("unix:")
    transport = httpx.HTTPTransport(uds=path) if path != address else None
    try:
        with httpx.Client(transport=transport, timeout=2.0, trust_env=False) as client:
            url = "http://rasa" if transport else address
            return client.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


def _end_with_us() -> None:
    """Have the kernel end the part with the supervisor, also where that is killed (Linux)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; we stop the parts in order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    os.umask(0o077)
