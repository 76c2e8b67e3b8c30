"""A burst: short messages that a customer writes one after the other, and means as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.helpdesk.event import Author, Said
from bot.helpdesk.store import Work

_ROUNDED = 1.0  # seconds; some helpdesks tell the time in whole ones
_LONGEST = 2000  # characters


@dataclass(frozen=True, slots=True)
class Burst:
    """Messages that get one answer: ``last`` gets it, ``before`` are answered with it."""

    before: tuple[Work, ...]
    last: Work

    @property
    def work(self) -> Work:
        """The last message, with the words of all."""
        if not self.before or not isinstance(self.last.event, Said):
            return self.last
        events = [work.event for work in (*self.before, self.last)]
        text = "\n".join(event.text for event in events if isinstance(event, Said))
        attachments = sum(event.attachments for event in events if isinstance(event, Said))
        return replace(
            self.last, event=replace(self.last.event, text=text, attachments=attachments)
        )

    def wait(self, pause: float, now: float) -> float:
        """Return the seconds, ours, after which nothing more is expected to belong to it."""
        return self.last.received + pause - now if _may_join(self.last) else 0.0


def first_burst(waiting: Sequence[Work], pause: float) -> Burst:
    """Return the first messages that belong together.

    Whether they do is told by the helpdesk's times, so that what was delivered late, all at once,
    is answered as it was written.

    Args:
        waiting: what waits for a decision in a conversation, in order; one at least.
        pause: the longest time between two messages that belong together, in seconds; 0 joins none.
    """
    first, *rest = waiting
    joined = [first]
    for work in rest:
        if not pause or not _belongs(joined, work, pause):
            break
        joined.append(work)
    return Burst(tuple(joined[:-1]), joined[-1])


def _belongs(joined: Sequence[Work], work: Work, pause: float) -> bool:
    before = joined[-1]
    if not (_may_join(before) and _may_join(work)):
        return False
    one, other = before.event, work.event
    assert isinstance(one, Said)
    assert isinstance(other, Said)
    size = sum(len(w.event.text) + 1 for w in (*joined, work) if isinstance(w.event, Said))
    return (
        one.author_id == other.author_id
        and _written(work) - _written(before) <= pause + _ROUNDED
        and size <= _LONGEST
    )


def _may_join(work: Work) -> bool:
    event = work.event
    return isinstance(event, Said) and event.author is Author.CUSTOMER and not event.automatic


def _written(work: Work) -> float:
    return work.event.at or work.received
