"""What to do with a customer's message: pure, from facts to one decision with its reason."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.answering.answer import AnswerKind
from bot.helpdesk.abilities import Abilities
from bot.helpdesk.answered import Answered
from bot.helpdesk.event import Author, Event, Owner, Rated, Said, Verdict
from bot.helpdesk.ownership import State
from bot.helpdesk.reason import Reason
from bot.helpdesk.rules import Mode, Rules

LONGEST = 2000  # characters of a question that is answered


class Does(enum.StrEnum):
    """The outcome of a message."""

    REPLY = "replied"
    SUGGEST = "suggested"
    HAND_OVER = "handed over"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and why."""

    does: Does
    reason: Reason


JOINED = Decision(Does.NOTHING, Reason.JOINED)


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision is made from.

    ``text`` is what the customer wrote, cleaned; ``now`` seconds since the epoch; ``received`` when
    the message came in; ``off`` whether the kill switch is on.
    """

    said: Said
    text: str
    state: State
    rules: Rules
    abilities: Abilities
    now: float
    received: float
    off: bool = False

    @property
    def mode(self) -> Mode:
        """The mode at this time."""
        return self.rules.mode_at(self.now)


def before_asking(case: Case) -> Decision | None:
    """Return the decision if no answer is needed for it, else None."""
    if case.state.owner is Owner.PERSON and not case.rules.assist:
        return Decision(Does.NOTHING, Reason.PERSON_OWNS)
    if case.off:
        return _left(case, Reason.SWITCHED_OFF)
    if case.mode is Mode.OFF:
        return _left(case, Reason.MODE_OFF)
    if case.said.automatic:
        return Decision(Does.NOTHING, Reason.AUTOMATIC)
    if _over_limits(case):
        return _left(case, Reason.LOOP)
    reason = _filtered(case)
    if reason:
        return _left(case, reason)
    if _for_people(case):
        return _handed_over(case, Reason.RULE)
    return None


def decide(case: Case, answer: Answered) -> Decision:
    """Return what to do with an answer; the case is as it is after the answer was found."""
    early = before_asking(case)
    if early:
        return early
    if answer.kind is None:
        return _left(case, Reason.FAILED)
    if answer.kind is AnswerKind.HANDOFF:
        return _handed_over(case, Reason.ASKED_FOR_PERSON)
    if answer.unhelpful and case.state.replies:
        return _handed_over(case, Reason.UNHELPFUL)
    if case.rules.languages and answer.language not in case.rules.languages:
        return _left(case, Reason.LANGUAGE)
    if answer.kind is AnswerKind.DECLINE:
        return _declined(case)
    if answer.kind is AnswerKind.SMALLTALK:
        talks = case.rules.small_talk and _may_reply(case)
        return _said(case, Reason.SMALL_TALK) if talks else _left(case, Reason.SMALL_TALK)
    return _by_probability(case, answer)


def needs_decision(event: Event) -> bool:
    """Return whether something may have to be done about an event, beside keeping it."""
    if isinstance(event, Rated):
        return event.verdict is Verdict.BAD
    if not isinstance(event, Said) or not event.public:
        return False
    return event.author is Author.CUSTOMER or _unasked_help(event)


def about_agent(said: Said) -> Decision:
    """Return what to do about an agent's words where the conversation counts as ours: give it."""
    helped = _unasked_help(said)
    return Decision(Does.HAND_OVER if helped else Does.NOTHING, Reason.PERSON_OWNS)


def _unasked_help(said: Said) -> bool:
    """Return whether an agent replied in a conversation that the helpdesk still counts as ours."""
    return said.author is Author.AGENT and said.owner is Owner.BOT


def after_bad_rating(state: State) -> Decision:
    """Return what to do when a customer is not content with the conversation."""
    ours = state.replies and state.owner is not Owner.PERSON
    return Decision(Does.HAND_OVER if ours else Does.NOTHING, Reason.UNHELPFUL)


def still_good(case: Case, taken: int) -> Reason | None:
    """Return why words for the customer may not be sent any more; None if they may.

    Args:
        case: as things are now.
        taken: :attr:`State.taken` when it was decided.
    """
    if case.state.taken != taken:
        return Reason.PERSON_OWNS
    if case.off:
        return Reason.SWITCHED_OFF
    if case.mode is not Mode.AUTO:
        return Reason.MODE_OFF
    if case.now - case.received > case.rules.seconds:
        return Reason.TOO_LATE
    return None


def counts_as_decline(decision: Decision) -> bool:
    """Return whether a decision is one of those that hand over when they come in a row."""
    return decision.reason is Reason.DECLINED


def _by_probability(case: Case, answer: Answered) -> Decision:
    asks_back = answer.kind is AnswerKind.CLARIFY
    if _may_reply(case) and answer.confidence >= case.rules.auto_from and not asks_back:
        return _said(case, Reason.SURE)
    if _may_reply(case) and asks_back and case.abilities.chat:
        return _said(case, Reason.ASKED_BACK)
    if answer.confidence < case.rules.suggest_from:
        return _left(case, Reason.UNSURE)
    return _suggested(case, _why_not_public(case))


def _why_not_public(case: Case) -> Reason:
    if case.state.owner is Owner.PERSON:
        return Reason.PERSON_OWNS
    if case.mode is Mode.SUGGEST:
        return Reason.SUGGEST_MODE
    if _late(case):
        return Reason.TOO_LATE
    return Reason.UNSURE if _may_reply(case) else Reason.NOT_FIRST


def _may_reply(case: Case) -> bool:
    answered = case.state.replies > 0 or case.state.person_replied
    return (
        case.mode is Mode.AUTO
        and case.state.owner is not Owner.PERSON
        and not (case.rules.first_only and answered)
        and not _late(case)
    )


def _late(case: Case) -> bool:
    return case.now - case.received > case.rules.seconds


def _declined(case: Case) -> Decision:
    again = case.rules.declines and case.state.declines + 1 >= case.rules.declines
    if again and case.mode is Mode.AUTO:
        return _handed_over(case, Reason.DECLINED_AGAIN)
    if _may_reply(case) and case.abilities.chat:
        return _said(case, Reason.DECLINED)
    return _left(case, Reason.DECLINED)


def _said(case: Case, reason: Reason) -> Decision:
    return Decision(Does.REPLY, reason)


def _suggested(case: Case, reason: Reason) -> Decision:
    if _unseen(case):
        return _handed_over(case, reason)
    return Decision(Does.SUGGEST, reason)


def _left(case: Case, reason: Reason) -> Decision:
    """Leave it to people: by doing nothing where they see it, else by showing it to them."""
    return _handed_over(case, reason) if _unseen(case) else Decision(Does.NOTHING, reason)


def _handed_over(case: Case, reason: Reason) -> Decision:
    if case.state.owner is Owner.PERSON:
        return Decision(Does.NOTHING, reason)
    return Decision(Does.HAND_OVER, reason)


def _unseen(case: Case) -> bool:
    return case.abilities.hidden_while_bot and case.state.owner is Owner.BOT


def _over_limits(case: Case) -> bool:
    recent = sum(1 for past in case.state.recent if case.now - past < 3600)
    return case.state.in_a_row >= case.rules.in_a_row or recent >= case.rules.per_hour


def _filtered(case: Case) -> Reason | None:
    rules, said = case.rules, case.said
    tags = set(said.tags)
    if rules.channels and said.channel not in rules.channels:
        return Reason.CHANNEL
    if (rules.with_tags and not tags & set(rules.with_tags)) or tags & set(rules.without_tags):
        return Reason.TAGS
    if rules.languages and said.language and said.language not in rules.languages:
        return Reason.LANGUAGE
    if not case.text:
        return Reason.EMPTY
    return Reason.TOO_LONG if len(case.text) > LONGEST else None


def _for_people(case: Case) -> bool:
    text = case.text.casefold()
    words = any(word.casefold() in text for word in case.rules.people_words)
    return words or bool(set(case.said.tags) & set(case.rules.people_tags))
