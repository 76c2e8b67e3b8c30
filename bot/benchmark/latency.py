"""Turn latency in milliseconds, with the servers asked in turn."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.benchmark.conversation import Conversation
from bot.benchmark.failure import AskError, Failure
from bot.benchmark.side import Text

_TURNS_PER_SENDER = 4
_TURNS_PER_PROGRESS = 50


@dataclass
class Samples:
    """The milliseconds of one stream of turns; a failed turn gives a failure and no sample."""

    name: str
    milliseconds: list[float] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median in ms."""
        return percentile(self.milliseconds, 0.50)

    @property
    def p95(self) -> float:
        """The 95th percentile in ms."""
        return percentile(self.milliseconds, 0.95)


@dataclass(frozen=True)
class Stream:
    """Questions to one server and where their samples go."""

    conversation: Conversation
    text: Text
    samples: Samples

    def ask(self, turn: int) -> None:
        """Ask the question of ``turn``; the sender changes every few turns."""
        name = re.sub(r"\W+", "-", self.samples.name).strip("-")
        sender = f"{name}.{turn // _TURNS_PER_SENDER}"
        text = self.text(turn)
        try:
            reply = self.conversation.ask(sender, text)
        except AskError as error:
            self.samples.failures.append(Failure(self.samples.name, turn, text, str(error)))
            self.samples.texts.append("")
            return
        self.samples.milliseconds.append(reply.milliseconds)
        self.samples.texts.append(reply.text)


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the samples lie, interpolated linearly.

    Without samples the result is not a number, which meets no target.
    """
    if not samples:
        return math.nan
    ordered = sorted(samples)
    place = (len(ordered) - 1) * share
    below = ordered[math.floor(place)]
    return below + (ordered[math.ceil(place)] - below) * (place % 1)


def interleave(
    streams: Sequence[Stream], turns: int, warm_up: int, progress: Callable[[str], None]
) -> None:
    """Ask all streams turn by turn (ABAB ...), so that noise of the machine hits all of them.

    The turns of the warm-up have numbers below zero. They give no samples, but their failures
    are kept.
    """
    for turn in range(-warm_up, turns):
        if turn == 0:
            _forget_warm_up(streams)
        for stream in streams:
            stream.ask(turn)
        if turn > 0 and turn % _TURNS_PER_PROGRESS == 0:
            progress(f"latency: {turn} of {turns} turns")


def _forget_warm_up(streams: Sequence[Stream]) -> None:
    for stream in streams:
        stream.samples.milliseconds.clear()
        stream.samples.texts.clear()
