"""Forks do what this process would: all of it, in order, whatever becomes of one."""

import os
import threading
from collections.abc import Callable
from functools import partial

import pytest

from bot.forked import in_forks

HERE = os.getpid()


def tasks(task: Callable[[int], object], number: int = 101) -> list[Callable[[], object]]:
    """Return the task for each number."""
    return [partial(task, place) for place in range(number)]


def place_and_process(place: int) -> tuple[int, int]:
    """Return the place and the process."""
    return place, os.getpid()


def test_results_are_in_the_order_of_the_tasks_and_of_several_processes() -> None:
    found = in_forks(tasks(place_and_process), 3)
    assert [place for place, _ in found] == list(range(101))
    assert len({process for _, process in found}) == 3


@pytest.mark.parametrize(("number", "processes"), [(101, 1), (20, 3)])
def test_little_work_and_a_single_processor_make_no_forks(number: int, processes: int) -> None:
    found = in_forks(tasks(place_and_process, number), processes)
    assert found == [(place, HERE) for place in range(number)]


def dies_elsewhere(place: int) -> int:
    """End the process, unless it is that of the test."""
    if place == 50 and os.getpid() != HERE:
        os._exit(1)
    return place


def test_the_share_of_a_fork_that_dies_is_done_here() -> None:
    assert in_forks(tasks(dies_elsewhere), 3) == list(range(101))


def hangs_elsewhere(place: int) -> int:
    """Wait for ever, unless in the process of the test."""
    if place == 50 and os.getpid() != HERE:
        threading.Event().wait()
    return place


def test_the_share_of_a_fork_that_hangs_is_done_here() -> None:
    assert in_forks(tasks(hangs_elsewhere), 3, patience=0.2) == list(range(101))


def fails(place: int) -> int:
    """Fail at one place, which a fork has."""
    if place == 1:
        raise ValueError(place)
    return place


def test_the_error_of_a_task_is_raised(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="1"):
        in_forks(tasks(fails), 2)


def test_openmp_threads_forbid_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert in_forks(tasks(place_and_process)) == [(place, HERE) for place in range(101)]
