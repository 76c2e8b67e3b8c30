"""What somebody says of a reply, as it is kept: what the reply was about, not what it said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.feedback_store import Feedback
from bot.gateway.store import Turn

WITHDRAWN = "withdrawn"
"""No verdict any more."""

_VERDICTS = {"helpful": "good", "unhelpful": "bad"}


def verdict_on(turn: Turn, verdict: str, comment: str) -> Feedback:
    """Return a verdict on the reply of a turn.

    Args:
        turn: has its reply.
        verdict: ``helpful`` or ``unhelpful``.
        comment: clean.
    """
    assert turn.reply is not None
    customs = [said["custom"] for said in turn.reply.messages if said.get("custom")]
    custom: dict[str, Any] = customs[0] if customs else {}
    return Feedback(
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        verdict=_VERDICTS[verdict],
        entries=tuple(str(concept["id"]) for concept in custom.get("concepts") or ()),
        question_type=str(custom.get("question_type", "")),
        language=str(custom.get("language", "")),
        glossary_version=str(custom.get("glossary_version", "")),
        conversation=turn.message.conversation,
        turn=turn.message.trace,
        text=turn.message.text,
        comment=comment,
    )
