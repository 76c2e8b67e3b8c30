"""Who owns a conversation: the helpdesk's own signals win, late ones change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.helpdesk.event import Author, Event, Moved, Owner, Said

TAKE_BACK = "/bot on"  # an internal note of an agent that gives the conversation to us
TAKE_OVER = "/bot off"
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a conversation.

    ``since`` is the helpdesk's time of the last change of owner; ``taken`` counts how often the
    helpdesk told us that a person has it: a reply decided on before is not sent after. ``replies``
    are ours to the customer in all, ``in_a_row`` those since the customer wrote last, ``recent``
    the times of those in the last hour (ours, seconds since the epoch). ``draft`` is what was
    suggested last and not yet followed by words of an agent.
    """

    owner: Owner = Owner.NONE
    since: float = 0.0
    taken: int = 0
    replies: int = 0
    in_a_row: int = 0
    recent: tuple[float, ...] = ()
    declines: int = 0
    person_replied: bool = False
    draft: str = ""
    language: str = "en"


def after(state: State, event: Event) -> State:
    """Return the state once an event is known, whatever the order in which events come."""
    if isinstance(event, Moved):
        return _moved(state, event.owner, event.at)
    if isinstance(event, Said):
        return _said(state, event)
    return state


def looked(state: State, owner: Owner | None, quiet: bool) -> State:
    """Return the state after the helpdesk was asked who owns the conversation.

    Args:
        state: what was known.
        owner: what the helpdesk says; None if it cannot be asked.
        quiet: none of our own effects is under way, which the answer may not show yet.
    """
    if owner is Owner.PERSON and state.owner is not Owner.PERSON:
        return replace(state, owner=owner, taken=state.taken + 1)
    if owner is Owner.BOT and quiet and state.owner is not owner:
        return replace(state, owner=owner, declines=_kept_declines(state))
    return state


def handed_over(state: State, at: float) -> State:
    """Return the state after we gave the conversation to people.

    Args:
        state: the one before.
        at: the helpdesk's time of the message that led to it.
    """
    since = max(state.since, at)
    return replace(state, owner=Owner.PERSON, since=since, declines=0)


def replied(state: State, now: float) -> State:
    """Return the state after we decided to say something to the customer."""
    recent = (*(past for past in state.recent if now - past < _HOUR), now)
    return replace(state, replies=state.replies + 1, in_a_row=state.in_a_row + 1, recent=recent)


def _said(state: State, event: Said) -> State:
    if event.author is Author.AGENT:
        return _agent(state, event)
    if event.author is not Author.CUSTOMER:
        return state
    state = replace(state, in_a_row=0)
    if event.owner is Owner.PERSON:
        return _moved(state, Owner.PERSON, event.at)
    if event.owner is Owner.BOT and state.owner is Owner.NONE:
        return replace(state, owner=Owner.BOT)
    return state  # what is shown along with a message takes nothing back from a person


def _agent(state: State, event: Said) -> State:
    if event.public:
        state = replace(state, person_replied=True, draft="")
        return _moved(state, Owner.PERSON, event.at)
    word = event.text.strip().casefold()
    if word == TAKE_BACK:
        return _moved(state, Owner.BOT, event.at)
    if word == TAKE_OVER:
        return _moved(state, Owner.PERSON, event.at)
    return state


def _moved(state: State, owner: Owner, at: float) -> State:
    if at < state.since:
        return state
    if owner is Owner.PERSON:
        return replace(state, owner=owner, since=at, taken=state.taken + 1)
    return replace(state, owner=owner, since=at, declines=0)


def _kept_declines(state: State) -> int:
    return 0 if state.owner is Owner.PERSON else state.declines
