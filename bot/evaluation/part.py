"""A part of the questions, and what we answered to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.evaluation.scoring import Outcome
from bot.evaluation.talk import Talk
from bot.evaluation.target import Bound, Target, talk_targets, targets

HIDDEN = "test"
"""Questions of this part are counted, never shown: whoever sees them would tune on them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Our outcomes on single questions and in conversations; ``name`` is ``dev``, ``test``, ..."""

    name: str
    outcomes: tuple[Outcome, ...]
    talks: tuple[Talk, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether single questions of this part may be shown."""
        return self.name != HIDDEN

    @property
    def turns(self) -> tuple[Outcome, ...]:
        """The outcomes of all turns of all conversations."""
        return tuple(outcome for talk in self.talks for outcome in talk.outcomes)

    @property
    def follow_ups(self) -> tuple[Outcome, ...]:
        """The outcomes of the turns that have others before them."""
        return tuple(outcome for talk in self.talks for outcome in talk.follow_ups)

    def targets(self, bounds: Mapping[str, Bound]) -> tuple[Target, ...]:
        """Return what we promise, measured on this part; ``bounds`` by name of the judge."""
        return (*targets(self.outcomes, bounds), *talk_targets(self.talks))
