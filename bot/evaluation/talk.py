"""A conversation as it went: what was answered to each of its questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.answering.answer import Answer
from bot.answering.context import Context, next_context
from bot.evaluation.questions import Conversation
from bot.evaluation.scoring import Outcome, judge


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation and the outcome of each of its turns, in order."""

    conversation: Conversation
    outcomes: tuple[Outcome, ...]

    @property
    def follow_ups(self) -> tuple[Outcome, ...]:
        """The turns that have others before them."""
        return self.outcomes[1:]

    @property
    def right(self) -> bool:
        """Whether every turn is right."""
        return all(outcome.right for outcome in self.outcomes)


def hold(conversation: Conversation, ask: Callable[[str, Context], Answer]) -> Talk:
    """Ask the turns one after the other, each in the context that the ones before left.

    The context starts empty and passes between turns as the tracker's slot keeps it.
    """
    context, outcomes = Context(), []
    for turn in conversation.turns:
        answer = ask(turn.text, context)
        outcomes.append(judge(turn, answer))
        context = Context.from_dict(next_context(answer, context).to_dict())
    return Talk(conversation, tuple(outcomes))
