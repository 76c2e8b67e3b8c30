"""What was asked and answered over one channel, and the figures of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.benchmark.latency import percentile


@dataclass
class Talk:
    """The messages of one run, by the id that the client gave each.

    ``asked`` and ``heard`` hold seconds of one clock; a second answer changes ``answers`` alone.
    """

    asked: dict[str, float] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)

    def ask(self, key: str) -> None:
        """Note that a message is being sent now."""
        self.asked[key] = time.perf_counter()

    def hear(self, key: str) -> None:
        """Note that an answer is there now."""
        self.heard.setdefault(key, time.perf_counter())
        self.answers[key] += 1


@dataclass(frozen=True)
class Channel:
    """How messages fared over one channel, in all of its runs.

    ``seconds`` are those from the first question of a run to its last answer, added up;
    ``milliseconds`` are of each message from sending it to its answer. ``lost`` messages have no
    answer, ``twice`` those with more than one; ``strange`` answers belong to no message.
    """

    asked: int
    seconds: float
    milliseconds: Sequence[float]
    lost: int
    twice: int
    strange: int

    @classmethod
    def of(cls, talks: Sequence[Talk]) -> Channel:
        """Sum up."""
        times = [
            1000 * (at - talk.asked[key])
            for talk in talks
            for key, at in talk.heard.items()
            if key in talk.asked
        ]
        return cls(
            asked=sum(len(talk.asked) for talk in talks),
            seconds=sum(_span(talk) for talk in talks),
            milliseconds=times,
            lost=sum(len(talk.asked.keys() - talk.answers.keys()) for talk in talks),
            twice=sum(
                count > 1 and key in talk.asked
                for talk in talks
                for key, count in talk.answers.items()
            ),
            strange=sum(len(talk.answers.keys() - talk.asked.keys()) for talk in talks),
        )

    @property
    def per_second(self) -> float:
        """Answered messages per second; 0 if there are none."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        """The median in ms."""
        return percentile(self.milliseconds, 0.50)

    @property
    def p95(self) -> float:
        """The 95th percentile in ms."""
        return percentile(self.milliseconds, 0.95)

    @property
    def met(self) -> bool:
        """Whether there was an answer to each message, and one only."""
        return bool(self.milliseconds) and not (self.lost or self.twice or self.strange)


def _span(talk: Talk) -> float:
    return max(talk.heard.values()) - min(talk.asked.values()) if talk.heard and talk.asked else 0.0
