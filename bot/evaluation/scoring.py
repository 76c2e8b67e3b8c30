"""Is an answer right? And how sure are we of a share of right answers?"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import beta

from bot.answering.answer import Answer, AnswerKind
from bot.evaluation.examples import Example

_TOP = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One example, the answer it got, and whether that is right.

    ``answered`` tells that concepts were answered about; a wrong answer of that kind is what a
    bound on wrong answers limits.
    """

    example: Example
    answer: Answer
    right: bool

    @property
    def answered(self) -> bool:
        """Whether this is an answer about concepts (not a decline, a question back, small talk)."""
        return self.answer.kind is AnswerKind.ANSWER


def judge(example: Example, answer: Answer) -> Outcome:
    """Compare an answer with what is expected."""
    return Outcome(example, answer, _is_right(example, answer))


def _is_right(example: Example, answer: Answer) -> bool:
    expect = example.expect
    if answer.kind not in expect.kinds:
        return False
    about = {ref.id for ref in answer.concepts}
    if answer.kind is AnswerKind.CLARIFY:
        offered = {ref.id for ref in answer.alternatives}
        wanted = expect.any_of or expect.concepts
        return not wanted or bool(offered & wanted)
    if answer.kind is not AnswerKind.ANSWER:
        return True
    if expect.any_of:
        return bool(about & expect.any_of)
    shown = {c.kind for c in answer.citations}
    return (
        about == expect.concepts
        and expect.sections <= shown
        and expect.missing <= set(answer.missing)
    )


def recalled(outcome: Outcome) -> bool:
    """Tell whether all expected concepts are answered about, whatever else is."""
    about = {ref.id for ref in outcome.answer.concepts}
    return outcome.answered and outcome.example.expect.concepts <= about


def near(outcome: Outcome) -> bool:
    """Tell whether the first three concepts that are answered about or offered hold all expected.

    What is offered beside an answer, when asking back and when declining counts alike.
    """
    answer = outcome.answer
    named = dict.fromkeys(ref.id for ref in (*answer.concepts, *answer.alternatives))
    expect = outcome.example.expect
    wanted = expect.concepts or expect.any_of
    return wanted <= set(list(named)[:_TOP])


def interval(right: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of a share, each limit in 0 to 1."""
    if total == 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, right, total - right + 1)) if right else 0.0
    high = float(beta.ppf(1 - tail, right + 1, total - right)) if right < total else 1.0
    return low, high
