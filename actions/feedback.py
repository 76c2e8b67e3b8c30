"""The feedback in a conversation: a verdict, and the answer before it that it is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Optional

from bot.answering.answer import Answer, AnswerKind
from bot.answering.context import PATIENCE
from bot.answering.question import QuestionType
from bot.feedback_store import Feedback

VERDICTS = {
    QuestionType.FEEDBACK_GOOD.value: "good",
    QuestionType.FEEDBACK_BAD.value: "bad",
}
_JUDGED = {AnswerKind.ANSWER.value, AnswerKind.CLARIFY.value, AnswerKind.DECLINE.value}
_BEGINNINGS = {"restart", "action_session_start", "session_started"}


def feedback_in(
    answer: Answer, events: Sequence[Mapping[str, Any]], conversation: str
) -> Optional[Feedback]:
    """Return what a message says of an answer; None if it is no feedback or there was no answer.

    Args:
        answer: our reply to the message.
        events: what happened before that reply, as Rasa tells it, the oldest first.
        conversation: id of the conversation.
    """
    verdict = VERDICTS.get(answer.question_type)
    if verdict is None:
        return None
    found = _judged(events)
    if found is None:
        return None
    custom, turn, question = found
    return Feedback(
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        verdict=verdict,
        entries=tuple(str(ref["id"]) for ref in custom.get("concepts") or ()),
        question_type=str(custom.get("question_type", "")),
        language=str(custom.get("language", "")),
        glossary_version=str(custom.get("glossary_version", "")),
        conversation=conversation,
        turn=turn,
        text=question,
    )


def _judged(
    events: Sequence[Mapping[str, Any]],
) -> Optional[tuple[Mapping[str, Any], str, str]]:
    """Return the last message of ours that was no small talk, and id and text of its question.

    What is longer ago than the conversation is remembered does not count.
    """
    custom: Mapping[str, Any] = {}
    said = 0  # messages of the user, that with the feedback among them
    for event in reversed(events):
        name = event.get("event")
        if name in _BEGINNINGS:
            return None
        if name == "user":
            if custom:
                return custom, str(event.get("message_id") or ""), str(event.get("text") or "")
            said += 1
            if said > PATIENCE:
                return None
        if name == "bot" and not custom:
            found = (event.get("data") or {}).get("custom") or {}
            if found.get("kind") in _JUDGED:
                custom = found
    return None
