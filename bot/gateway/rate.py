"""How often somebody may do something: a sliding window of times, in memory."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_KEYS = 50_000  # beyond that, the one that was quiet longest is forgotten


class Rate:
    """At most ``limit`` times within any ``seconds``, for each key.

    Args:
        limit: how often.
        seconds: the length of the window.
        clock: seconds that only go forward.
    """

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Count one time; return 0, or how many seconds to wait where it was one too many."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return times[0] + self._seconds - now
        times.append(now)
        if len(self._times) > _MOST_KEYS:
            self._times.popitem(last=False)
        return 0.0
