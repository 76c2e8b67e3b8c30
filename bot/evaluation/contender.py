"""A contender: somebody who answered the questions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evaluation.scoring import Outcome

OURS = "Termwise"


@dataclass(frozen=True, slots=True)
class Contender:
    """A name, the outcomes in the order of the questions, and how the contender was made."""

    name: str
    outcomes: tuple[Outcome, ...]
    remark: str = ""
