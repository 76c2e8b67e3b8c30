"""The action keeps feedback with the answer that the tracker has, and answers all the same."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import answer as action
from bot.answering.question import QuestionType
from bot.app import Assistant
from bot.entity import to_entity
from bot.feedback_store import FeedbackStore
from bot.rasa_server.action_endpoint import LocalActionEndpoint
from tests.fakes import fake_assistant
from tests.garden import garden

GARDENER = fake_assistant(garden())


class Conversation:
    """A conversation through the action, with a tracker as Rasa keeps it."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {action.SLOT: None}
        self.events: list[dict[str, Any]] = [{"event": "session_started"}]

    def say(self, text: str, intent: str) -> dict[str, Any]:
        message = {
            "text": text, "entities": [], "intent_ranking": [{"name": intent, "confidence": 1.0}],
        }  # fmt: skip
        self.events.append({"event": "user", "text": text, "timestamp": time.time()})
        tracker = Tracker("ada", self.slots, message, list(self.events), False, None, {}, "")
        dispatcher = CollectingDispatcher()
        *kept, last = action.ActionAnswer().run(dispatcher, tracker, {})
        assert (last["event"], last["name"]) == ("followup", action.LISTEN)
        for event in kept:
            self.slots[event["name"]] = event["value"]
        [said] = dispatcher.messages
        data = {"custom": said["custom"]}
        self.events.append(
            {"event": "bot", "text": said["text"], "data": data, "timestamp": time.time()}
        )
        return dict(said)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FeedbackStore:
    kept = FeedbackStore(tmp_path / "feedback.db")
    monkeypatch.setattr(action, "shared_assistant", lambda: GARDENER)
    monkeypatch.setattr(action, "shared_feedback", lambda: kept)
    return kept


def ask(conversation: Conversation, assistant: Assistant) -> None:
    """Ask what a star fork is, as the NLU would pass it on."""
    text = "what is a star fork"
    found = assistant.ask(text)
    conversation.events += [
        {"event": "user", "text": text, "timestamp": 1.0},
        {"event": "bot", "text": found.text, "data": {"custom": found.to_dict()}, "timestamp": 2.0},
    ]


def test_feedback_after_small_talk_is_kept_with_the_answer(store: FeedbackStore) -> None:
    conversation = Conversation()
    ask(conversation, GARDENER)
    conversation.say("hello", QuestionType.GREET)
    said = conversation.say("thank you", QuestionType.FEEDBACK_GOOD)
    assert said["custom"]["question_type"] == "feedback_good"
    [kept] = store.all()
    assert (kept.verdict, kept.entries, kept.question_type) == ("good", ("star-fork",), "define")
    conversation.say("thank you", QuestionType.FEEDBACK_BAD)
    assert [each.verdict for each in store.all()] == ["bad"]


def test_what_is_no_feedback_leaves_no_file(store: FeedbackStore, tmp_path: Path) -> None:
    conversation = Conversation()
    ask(conversation, GARDENER)
    conversation.say("hello", QuestionType.GREET)
    assert not any(tmp_path.iterdir())


def test_a_store_that_fails_does_not_break_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(action, "shared_assistant", lambda: GARDENER)
    monkeypatch.setattr(action, "shared_feedback", lambda: FeedbackStore(file / "feedback.db"))
    conversation = Conversation()
    ask(conversation, GARDENER)
    assert conversation.say("thank you", QuestionType.FEEDBACK_BAD)["text"]


def test_what_the_executor_gives_back_is_what_rasa_takes(store: FeedbackStore) -> None:
    """The server takes it without a check (``trust_own_results``)."""
    endpoint = LocalActionEndpoint("actions")
    message = {"text": "what is a star fork", "entities": [], "intent_ranking": []}
    found = GARDENER.understand("what is a star fork")
    message["entities"] = [to_entity(mention) for mention in found.mentions]
    message["intent_ranking"] = [{"name": n, "confidence": p} for n, p in found.intents.items()]
    tracker = {"sender_id": "ada", "slots": {}, "latest_message": message, "events": []}
    call = {"next_action": "action_answer", "tracker": tracker}
    result = asyncio.run(endpoint.request(json=call))
    jsonschema.validate(result, RemoteAction.action_response_format_spec())
    assert result
    assert result["responses"]
    assert result["events"]
