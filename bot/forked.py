"""Work shared out to forks of this process, which have in memory what it has."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")
Tasks = Sequence[Callable[[], T]]

_FEWEST = 50  # tasks; fewer are done before a fork is
_PATIENCE = 30.0  # seconds longer than ten times its own share that this process waits for a fork


def in_forks(tasks: Tasks[T], processes: int | None = None, patience: float = _PATIENCE) -> list[T]:
    """Return what the tasks return, in their order.

    Every nth task is run by one fork; the first share by this process. What a task changes in
    memory is lost. A share whose fork breaks is done here, so that its error is raised here; so is
    that of a fork that hangs, as it may where another thread held a lock when it was made.

    Args:
        tasks: independent of each other; what they return can be pickled.
        processes: how many share the work; by default one per processor, where forking is safe.
        patience: seconds that a fork may take beyond ten times what this process takes.
    """
    number = _processes() if processes is None else processes
    if number < 2 or len(tasks) < _FEWEST:
        return [task() for task in tasks]
    context = multiprocessing.get_context("fork")
    forks = []
    for first in range(1, number):
        told, tell = context.Pipe(duplex=False)
        fork = context.Process(target=_work, args=(tasks[first::number], tell), daemon=True)
        fork.start()
        tell.close()
        forks.append((first, fork, told))
    found: dict[int, T] = {}
    began = time.monotonic()
    _fill(found, 0, number, [task() for task in tasks[::number]])
    until = time.monotonic() + 10 * (time.monotonic() - began) + patience
    for first, fork, told in forks:
        with told:
            share = _received(told, until - time.monotonic())
        if not share:
            fork.kill()
        fork.join()
        _fill(found, first, number, share or [task() for task in tasks[first::number]])
    return [found[place] for place in range(len(tasks))]


def _processes() -> int:
    """Return how many processes shall share the work.

    macOS's own libraries do not bear forks. Nor do threads of OpenMP: they are not forked, and a
    fork would wait for them.
    """
    bears = sys.platform == "linux" and os.environ.get("OMP_NUM_THREADS") == "1"
    return len(os.sched_getaffinity(0)) if bears else 1


def _work(tasks: Tasks[T], tell: Connection) -> None:
    tell.send([task() for task in tasks])


def _received(told: Connection, seconds: float) -> list[Any]:
    """Return what a fork tells in that time, nothing if it broke or hangs."""
    try:
        return list(told.recv()) if told.poll(max(0.0, seconds)) else []
    except EOFError:
        return []


def _fill(found: dict[int, T], first: int, step: int, share: Sequence[T]) -> None:
    found.update(zip(range(first, first + step * len(share), step), share, strict=True))
