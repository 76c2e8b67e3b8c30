"""The one action: answers whatever was asked, with one message."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.feedback import feedback_in
from bot.answering.context import Context, next_context
from bot.app import shared_feedback
from bot.entity import from_entities
from bot.live import shared_assistant

SLOT = "conversation"
LISTEN = "action_listen"


class ActionAnswer(Action):
    """Answers the latest message from what the NLU found in it."""

    def name(self) -> str:
        """Return the name that rules and domain know."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send the answer and remember what it was about."""
        assistant = shared_assistant()
        before = Context.from_dict(tracker.get_slot(SLOT))
        message = tracker.latest_message
        question = assistant.question(
            message.get("text") or "",
            from_entities(message.get("entities") or []),
            {i["name"]: i["confidence"] for i in message.get("intent_ranking") or []},
            before.language,
        )
        answer = assistant.answerer.answer(question, before)
        buttons = [{"title": text, "payload": text} for text in answer.suggestions]
        dispatcher.utter_message(text=answer.text, json_message=answer.to_dict(), buttons=buttons)
        feedback = feedback_in(answer, tracker.events, tracker.sender_id)
        if feedback:
            shared_feedback().keep(feedback)
        after = next_context(answer, before)
        kept = [SlotSet(SLOT, after.to_dict())] if after != before else []
        return [*kept, FollowupAction(LISTEN)]  # or the policies would be asked what comes next
