"""Feedback is about the last answer that was no small talk, as the events of Rasa tell it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.feedback import feedback_in
from bot.answering.answer import Answer, AnswerKind

Event = dict[str, Any]


def user(text: str) -> Event:
    return {"event": "user", "text": text, "message_id": f"id of {text}", "timestamp": 1.0}


def bot(kind: str, *concepts: str, at: float = 2.0, **custom: Any) -> Event:
    facts = {
        "kind": kind, "question_type": "define", "language": "de", "glossary_version": "5eed",
        "concepts": [{"id": concept, "term": concept} for concept in concepts],
    }  # fmt: skip
    return {"event": "bot", "text": "…", "data": {"custom": {**facts, **custom}}, "timestamp": at}


def reply(question_type: str = "feedback_bad") -> Answer:
    return Answer(AnswerKind.SMALLTALK, question_type, "en", "")


ASKED = [user("what is a spade"), {"event": "action"}, bot("answer", "spade", "fork", at=7.5)]


@pytest.mark.parametrize(
    ("question_type", "verdict"), [("feedback_good", "good"), ("feedback_bad", "bad")]
)
def test_it_is_kept_with_the_answer_before(question_type: str, verdict: str) -> None:
    found = feedback_in(reply(question_type), [*ASKED, user("hm")], "ada")
    assert found is not None
    assert (found.verdict, found.entries) == (verdict, ("spade", "fork"))
    assert found.turn == "id of what is a spade"
    assert (found.question_type, found.language, found.glossary_version) == ("define", "de", "5eed")
    assert (found.conversation, found.text) == ("ada", "what is a spade")


def test_small_talk_between_does_not_matter() -> None:
    talk = [user("thanks"), bot("smalltalk", at=9.0), {"event": "slot"}]
    found = feedback_in(reply(), [*ASKED, *talk, user("wrong")], "ada")
    assert found is not None
    assert (found.entries, found.text) == (("spade", "fork"), "what is a spade")


def test_a_decline_is_judged_as_well() -> None:
    declined = [user("what is a zork"), bot("decline", question_type="out_of_scope", at=8.0)]
    found = feedback_in(reply(), [*ASKED, *declined, user("wrong")], "ada")
    assert found is not None
    assert (found.entries, found.question_type) == ((), "out_of_scope")


@pytest.mark.parametrize(
    "events",
    [
        [],
        [user("wrong")],
        [bot("smalltalk"), user("wrong")],
        [{"event": "bot", "text": "of somebody else", "data": None}, user("wrong")],
        [*ASKED, {"event": "session_started"}, user("wrong")],
        [*ASKED, {"event": "restart"}, user("wrong")],
        [*ASKED, *[user("hm")] * 7],
    ],
)
def test_feedback_on_nothing_is_not_kept(events: list[Event]) -> None:
    assert feedback_in(reply(), events, "ada") is None


def test_what_is_no_feedback_is_not_kept() -> None:
    assert feedback_in(reply("thank"), [*ASKED, user("thanks")], "ada") is None
