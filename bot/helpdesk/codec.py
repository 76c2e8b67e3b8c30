"""Events, effects and states as JSON, to be kept."""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, fields
from typing import Any

from bot.helpdesk.effect import Effect, HandOver, Note, Reply, Suggest, Tag
from bot.helpdesk.event import Author, Closed, Event, Moved, Owner, Place, Rated, Said, Verdict
from bot.helpdesk.ownership import State

_EVENTS = {kind.__name__: kind for kind in (Said, Moved, Rated, Closed)}
_EFFECTS = {kind.__name__: kind for kind in (Reply, Note, Suggest, HandOver, Tag)}
_ENUMS: dict[str, type[enum.StrEnum]] = {"author": Author, "owner": Owner, "verdict": Verdict}


def event_text(event: Event) -> str:
    """Return an event as text."""
    return _text({"is": type(event).__name__, **asdict(event)})


def read_event(text: str) -> Event:
    """Return the event that :func:`event_text` made text of."""
    found = json.loads(text)
    made: Event = _made(_EVENTS[found.pop("is")], found)
    return made


def effect_text(effect: Effect) -> str:
    """Return an effect as text."""
    return _text({"is": type(effect).__name__, **asdict(effect)})


def read_effect(text: str) -> Effect:
    """Return the effect that :func:`effect_text` made text of."""
    found = json.loads(text)
    made: Effect = _made(_EFFECTS[found.pop("is")], found)
    return made


def state_text(state: State) -> str:
    """Return a state as text."""
    return _text(asdict(state))


def read_state(text: str) -> State:
    """Return the state that :func:`state_text` made text of; unknown fields are left out."""
    known = {field.name for field in fields(State)}
    found = {name: value for name, value in json.loads(text).items() if name in known}
    made: State = _made(State, found)
    return made


def _text(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=True, separators=(",", ":"))


def _made(kind: Any, found: dict[str, Any]) -> Any:
    for name, value in found.items():
        if name in _ENUMS and value is not None:
            found[name] = _ENUMS[name](value)
        elif isinstance(value, list):
            found[name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
        elif name == "place":
            found[name] = Place(**value)
    return kind(**found)
