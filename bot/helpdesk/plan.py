"""From a decision to the effects that carry it out, and what it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.answer import AnswerKind
from bot.helpdesk import words
from bot.helpdesk.abilities import Abilities
from bot.helpdesk.answered import Answered
from bot.helpdesk.decision import Decision, Does, counts_as_decline
from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Rated, Said
from bot.helpdesk.markup import pieces, rendered
from bot.helpdesk.ownership import State, handed_over, replied
from bot.helpdesk.reason import Reason
from bot.helpdesk.rules import Rules
from bot.helpdesk.store import Line

LINES = 10  # messages of a conversation that go with a hand-over
_OURS = (
    Reason.UNKNOWN_OUTCOME, Reason.REFUSED, Reason.TOO_LATE, Reason.UNSUPPORTED, Reason.FAILED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What effects are made from.

    ``agents`` is the language of notes; ``speaks`` whether anything may be said to the customer.
    """

    event: Said | Rated
    state: State
    rules: Rules
    abilities: Abilities
    agents: str
    lines: Sequence[Line]
    speaks: bool


def effects(facts: Facts, decision: Decision, answer: Answered | None) -> Sequence[Effect]:
    """Return what to do, in order."""
    if decision.does is Does.REPLY and answer:
        return [*_replies(facts, answer.text, answer.choices), *_tags(facts, "bot-answered")]
    if decision.does is Does.SUGGEST and answer:
        return [_suggestion(facts, decision.reason, answer), *_tags(facts, "bot-suggested")]
    if decision.does is Does.HAND_OVER:
        return _hand_over(facts, decision.reason, answer)
    return []


def change(
    event: Said | Rated, decision: Decision, answer: Answered | None, now: float
) -> Callable[[State], State]:
    """Return how a decision changes the state of the conversation."""

    def changed(state: State) -> State:
        if answer:
            state = replace(state, language=answer.language)
        if decision.does is Does.HAND_OVER:
            return handed_over(state, event.at)
        if counts_as_decline(decision):
            state = replace(state, declines=state.declines + 1)
        elif answer and answer.kind in (AnswerKind.ANSWER, AnswerKind.CLARIFY):
            state = replace(state, declines=0)
        if decision.does is Does.REPLY:
            return replied(state, now)
        if decision.does is Does.SUGGEST and answer:
            return replace(state, draft=answer.text)
        return state

    return changed


def instead(effect: Effect, reason: Reason, abilities: Abilities, agents: str) -> Sequence[Effect]:
    """Return what to do where words for the customer could not be delivered."""
    if not isinstance(effect, Reply) or reason not in _OURS:
        return []
    note = words.lost(reason, effect.text, agents)
    return [*_notes(effect, note, abilities), HandOver(effect.place, reason.value)]


def _replies(facts: Facts, text: str, choices: Sequence[str] = ()) -> list[Effect]:
    said, abilities = facts.event, facts.abilities
    parts = pieces(text, abilities.format, abilities.longest)
    fitting = tuple(c for c in choices if len(c) <= abilities.choice_longest)[: abilities.choices]
    message, to = (said.message, said.to) if isinstance(said, Said) else ("", ())
    replies = [Reply(said.place, part, (), message, to) for part in parts]
    return [*replies[:-1], replace(replies[-1], choices=fitting)]


def _suggestion(facts: Facts, reason: Reason, answer: Answered) -> Effect:
    abilities = facts.abilities
    note = words.suggestion(answer, reason, facts.agents)
    [text, *_] = pieces(note, abilities.format, abilities.longest)
    return Suggest(facts.event.place, text, rendered(answer.text, abilities.format))


def _hand_over(facts: Facts, reason: Reason, answer: Answered | None) -> list[Effect]:
    said = facts.event
    target = HandOver(said.place, reason.value, facts.rules.team, facts.rules.agent)
    if isinstance(said, Said) and said.author is Author.AGENT:
        return [HandOver(said.place, reason.value, agent=said.author_id)]
    question, link = (said.text, said.link) if isinstance(said, Said) else ("", "")
    note = words.package(answer, reason, question, facts.lines, link, facts.agents)
    language = answer.language if answer else facts.state.language
    line = _replies(facts, words.passed_on(language)) if facts.speaks else []
    tags = _tags(facts, "bot-handoff", f"bot-reason-{reason.value}")
    return [*line, *_notes(said, note, facts.abilities), target, *tags]


def _notes(where: Said | Rated | Reply, text: str, abilities: Abilities) -> list[Effect]:
    return [Note(where.place, part) for part in pieces(text, abilities.format, abilities.longest)]


def _tags(facts: Facts, *tags: str) -> list[Effect]:
    return [Tag(facts.event.place, tags)] if facts.rules.tag else []
