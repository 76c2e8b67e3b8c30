"""A measured process with all its children: start, wait, resident memory, stop."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psutil

from bot.errors import BenchmarkError

HOST = "127.0.0.1"
_MEGABYTE = 1e6
_GRACE_SECONDS = 15.0
_TAIL_BYTES = 4000


@dataclass(frozen=True)
class Ended:
    """Seconds from spawn to exit, and the CPU seconds that the command and its children used.

    On a shared machine the first holds other people's work too, the second hardly any.
    """

    seconds: float
    cpu_seconds: float


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ProcessTree:
    """A command in a session of its own, so that every descendant can be found again.

    Use it as a context manager: leaving the block ends the whole tree, whatever happened in it.
    """

    def __init__(
        self, command: Sequence[str], *, folder: Path, log: Path, environment: Mapping[str, str]
    ) -> None:
        """Start ``command`` in ``folder``; its output goes to the file ``log``."""
        self.command = list(command)
        self.log = log
        with log.open("wb") as output:
            self.started = time.perf_counter()
            self._root = subprocess.Popen(
                self.command,
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._seen: set[psutil.Process] = set()

    def __enter__(self) -> ProcessTree:
        """Return the running tree."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the tree."""
        self.stop()

    @property
    def seconds(self) -> float:
        """Seconds since the process was spawned."""
        return time.perf_counter() - self.started

    def finish(self, *, timeout: float) -> Ended:
        """Wait until the command has ended well; no other child may end meanwhile.

        Raises:
            BenchmarkError: it ended with another code than 0, or not within ``timeout`` seconds.
        """
        before = _cpu_seconds_of_children()
        try:
            code = self._root.wait(timeout)
        except subprocess.TimeoutExpired:
            raise self.error(f"did not end within {timeout:.0f} s") from None
        seconds = self.seconds
        if code != 0:
            raise self.error(f"ended with code {code}")
        return Ended(seconds, _cpu_seconds_of_children() - before)

    def require_alive(self) -> None:
        """Raise a BenchmarkError if the command has ended."""
        code = self._root.poll()
        if code is not None:
            raise self.error(f"ended with code {code}")

    def error(self, problem: str) -> BenchmarkError:
        """Return an error that names the command, the problem and the last lines of the log."""
        tail = self.log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()
        return BenchmarkError(f"{' '.join(self.command)}: {problem}. End of {self.log}:\n{tail}")

    def members(self) -> list[psutil.Process]:
        """Return the living processes of the tree.

        These are the descendants of the command and whatever else runs in its session: a child
        whose parent has died is no descendant any more.
        """
        root = self._root.pid
        found = {process for process in psutil.process_iter() if _session(process.pid) == root}
        for process in list(found):
            found.update(_descendants(process))
        self._seen |= found
        return [process for process in self._seen if _is_alive(process)]

    def resident_megabytes(self) -> float:
        """Return the resident memory of all members in MB (10^6 bytes).

        A page that two members share counts for both.
        """
        return sum(_resident_bytes(process) for process in self.members()) / _MEGABYTE

    def stop(self, *, grace: float = _GRACE_SECONDS) -> None:
        """Ask every member to end, wait up to ``grace`` seconds, then kill what is left."""
        self._signal_members(signal.SIGTERM, grace)
        self._signal_members(signal.SIGKILL, grace)
        self._root.wait()

    def _signal_members(self, number: signal.Signals, wait: float) -> None:
        members = self.members()
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        psutil.wait_procs(members, timeout=wait)


def _cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
