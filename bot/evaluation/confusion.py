"""What became of the questions of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answering.answer import Answer, AnswerKind
from bot.evaluation.scoring import Outcome


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of shape (expected kinds, reactions)."""

    expected: tuple[str, ...]
    reactions: tuple[str, ...]
    counts: NDArray[np.int64]


def confusion(outcomes: Sequence[Outcome]) -> Confusion:
    """Count the reactions to each kind of question; answers by the type they take it for."""
    counts = Counter((o.example.kind, reaction(o.answer)) for o in outcomes)
    expected = tuple(sorted({kind for kind, _ in counts}))
    found = {what for _, what in counts}
    others = [kind.value for kind in AnswerKind if kind.value in found]
    reactions = (*sorted(found - set(others)), *others)
    cells = [[counts[kind, what] for what in reactions] for kind in expected]
    return Confusion(expected, reactions, np.array(cells, np.int64).reshape(len(expected), -1))


def reaction(answer: Answer) -> str:
    """Return the question type of an answer about concepts, else what was done instead."""
    if answer.kind is AnswerKind.ANSWER:
        return answer.question_type
    return answer.kind.value
