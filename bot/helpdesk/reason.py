"""Why something was done or not: codes that are kept, counted and shown to agents."""

from __future__ import annotations

import enum


class Reason(enum.StrEnum):
    """One per message of a customer; the values are stable."""

    JOINED = "joined"  # answered together with the next message
    SURE = "sure"
    ASKED_BACK = "asked-back"
    SMALL_TALK = "small-talk"
    DECLINED = "declined"
    SUGGEST_MODE = "suggest-mode"
    UNSURE = "unsure"
    NOT_FIRST = "not-first"
    ASKED_FOR_PERSON = "asked-for-person"
    DECLINED_AGAIN = "declined-again"
    UNHELPFUL = "unhelpful"
    RULE = "rule"
    MODE_OFF = "mode-off"
    SWITCHED_OFF = "switched-off"
    PERSON_OWNS = "person-owns"
    AUTOMATIC = "automatic"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    LANGUAGE = "language"
    CHANNEL = "channel"
    TAGS = "tags"
    LOOP = "loop"
    TOO_LATE = "too-late"
    FAILED = "failed"
    REFUSED = "refused"  # by the helpdesk, for good
    UNSUPPORTED = "unsupported"  # by the helpdesk
    UNKNOWN_OUTCOME = "unknown-outcome"  # the call broke off, and nobody can tell what became of it
