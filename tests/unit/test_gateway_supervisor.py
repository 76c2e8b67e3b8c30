"""What dies is started again, what cannot run is given up, and all of it ends together."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.errors import SettingError
from bot.gateway.supervisor import Part, RasaWatch, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
PATIENCE = 60.0


class Watcher:
    """Looks at the parts between two looks of the supervisor, and stops it in the end."""

    def __init__(self, *steps: Callable[[], bool]) -> None:
        self._steps = list(steps)
        self._deadline = time.monotonic() + PATIENCE
        self.supervisor: Supervisor | None = None

    def __call__(self, seconds: float) -> None:
        assert time.monotonic() < self._deadline, "it did not come to pass"
        time.sleep(0.02)
        if self._steps and self._steps[0]():
            self._steps.pop(0)
        if not self._steps:
            assert self.supervisor is not None
            self.supervisor.stop()


def supervised(parts: list[Part], *steps: Callable[[], bool]) -> int:
    watcher = Watcher(*steps)
    watcher.supervisor = Supervisor(parts, sleep=watcher)
    return watcher.supervisor.run()


def test_a_part_that_dies_is_started_again_and_all_end_together() -> None:
    one, other = Part("one", SLEEPER), Part("other", SLEEPER)
    pids: list[int] = []

    def kill() -> bool:
        if not (one.process and other.process):
            return False
        pids.extend([one.process.pid, other.process.pid])
        one.process.kill()
        return True

    def started_again() -> bool:
        if one.starts < 2 or one.process is None:
            return False
        pids.append(one.process.pid)
        return True

    assert supervised([one, other], kill, started_again) == 0
    assert other.starts == 1
    assert len(set(pids)) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_what_is_unusable_at_the_first_start_ends_all() -> None:
    broken = Part("broken", (sys.executable, "-c", "raise SystemExit(2)"))
    well = Part("well", SLEEPER)
    assert supervised([well, broken], lambda: False) == 2
    assert well.process is not None
    assert well.process.poll() is not None


def test_what_ends_at_once_every_time_is_given_up() -> None:
    broken = Part("broken", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(SettingError, match=r"S023.*broken.*3"):
        supervised([broken], lambda: False)
    assert broken.starts == 6


def test_pauses_grow_and_are_short_again_after_a_steady_run() -> None:
    part = Part("x", SLEEPER)
    pauses = []
    for now in range(12):
        part.began = now
        part.put_off(now)
        pauses.append(part.next_start - now)
    assert pauses == sorted(pauses)
    assert pauses[0] < 1 < pauses[-1] <= 5
    part.put_off(1000)
    assert part.next_start - 1000 == pytest.approx(pauses[0])


def test_parts_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys; from bot.gateway.supervisor import Part, Supervisor\n"
        f"Supervisor([Part('x', {SLEEPER!r})]).run()"
    )
    process = psutil.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + PATIENCE
    while not process.children() and time.monotonic() < deadline:
        time.sleep(0.05)
    [child] = process.children()
    process.kill()
    process.wait()
    child.wait(PATIENCE)


class TestWatch:
    """Times by hand: the watch asks now and then, and is patient at the start."""

    @pytest.fixture
    def part(self) -> Part:
        part = Part("rasa", SLEEPER)
        part.process = object()  # type: ignore[assignment]
        return part

    def hangs_at(self, part: Part, answers: Callable[[float], bool]) -> float | None:
        now = [0.0]
        watch = RasaWatch(part, lambda: answers(now[0]), lambda: now[0])
        for second in range(1000):
            now[0] = float(second)
            if watch() == "rasa":
                return now[0]
        return None

    def test_what_answers_does_not_hang(self, part: Part) -> None:
        assert self.hangs_at(part, lambda now: True) is None
        assert self.hangs_at(part, lambda now: int(now) % 40 < 20) is None

    def test_what_answered_and_does_not_any_more_hangs(self, part: Part) -> None:
        found = self.hangs_at(part, lambda now: now < 300)
        assert found is not None
        assert 340 <= found <= 360

    def test_a_start_may_take_longer(self, part: Part) -> None:
        assert self.hangs_at(part, lambda now: now > 120) is None
        found = self.hangs_at(part, lambda now: False)
        assert found is not None
        assert found >= 150

    def test_what_does_not_run_does_not_hang(self) -> None:
        assert self.hangs_at(Part("rasa", SLEEPER), lambda now: False) is None
