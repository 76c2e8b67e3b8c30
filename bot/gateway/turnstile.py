"""The turnstile before Rasa: a few turns at a time, and who waits is let in party by party."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_FIRST_PACE = 0.05  # seconds that a turn is thought to take until some were measured
# Weight of the last turn in the mean of those before: that it gets slower is believed sooner.
_SLOWER, _FASTER = 0.2, 0.05


class Turnstile:
    """Lets at most ``width`` in at a time; round-robin over parties, in order within each.

    So a party with a thousand waiting costs another one place, not a thousand (the round-robin
    case of fair queueing).

    Args:
        width: how many at a time.
        clock: seconds that only go forward.
    """

    def __init__(self, width: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._width = width
        self._clock = clock
        self._inside = 0
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.pace = _FIRST_PACE  # seconds of one turn's share, with others beside it

    @asynccontextmanager
    async def passing(self, party: str) -> AsyncIterator[None]:
        """Wait for one's turn and hold it; what ends well counts for the pace."""
        await self._enter(party)
        began, beside = self._clock(), self._inside
        try:
            yield
            share = (self._clock() - began) / ((beside + self._inside) / 2)
            self.pace += (_SLOWER if share > self.pace else _FASTER) * (share - self.pace)
        finally:
            self._leave()

    async def _enter(self, party: str) -> None:
        if self._inside < self._width and not self._waiting:
            self._inside += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(party, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()  # let in and called off at once: the next one has the place
            raise

    def _leave(self) -> None:
        self._inside -= 1
        while self._waiting and self._inside < self._width:
            party, places = self._waiting.popitem(last=False)
            place = places.popleft()
            if places:
                self._waiting[party] = places  # to the end of the round
            if not place.done():
                self._inside += 1
                place.set_result(None)
