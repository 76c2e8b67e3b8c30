"""Progress: how much of a long step is done, as a message that a terminal can draw a bar of."""

from __future__ import annotations

import time
from collections.abc import Callable

_WIDTH = 30  # characters of a bar
_PARTS = 50  # messages at most, while a step is done


class Step(str):
    """A message of progress; ``share`` of its step is done, 0 to 1."""

    __slots__ = ("share",)
    share: float

    def __new__(cls, text: str, share: float) -> Step:
        """Join both."""
        step = super().__new__(cls, text)
        step.share = share
        return step

    @property
    def is_tenth(self) -> bool:
        """Whether about a tenth of all, two tenths and so on are done: enough for a log."""
        return int(self.share * _PARTS) % (_PARTS // 10) == 0

    def bar(self) -> str:
        """Return the message with a bar before it."""
        full = int(self.share * _WIDTH)
        return f"[{'#' * full}{'-' * (_WIDTH - full)}] {self.share:4.0%} {self}"


class Countdown:
    """Tells how many of so many things are done, and about how long the rest will take.

    Args:
        tell: is given a :class:`Step` for each fiftieth part, and one when all is done.
        done: what happens to the things, "encoded".
        things: what they are, "passages".
        clock: gives seconds.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        done: str,
        things: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell, self._clock = tell, clock
        self._done, self._things = done, things
        self.begin(0, 0)

    def begin(self, of: int, before: int) -> None:
        """Begin to count; ``before`` of them were done by a former run."""
        self._of, self._before, self._now = of, before, before
        self._start = self._clock()

    def add(self, number: int) -> None:
        """Count so many more as done."""
        told = self._part
        self._now = min(self._of, self._now + number)
        if self._part == told:
            return
        rate = max(1, self._now - self._before) / max(1e-9, self._clock() - self._start)
        left = f"about {(self._of - self._now) / rate:.0f} s left"
        text = f"{self._done} {self._now} of {self._of} {self._things}, {left}"
        self._tell(Step(text, self._now / self._of))

    @property
    def _part(self) -> int:
        return _PARTS * self._now // self._of if self._of else 0
