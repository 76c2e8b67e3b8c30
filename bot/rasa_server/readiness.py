"""Readiness: a question about the glossary at hand is asked, and nothing is kept of it."""

import copy
import logging
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore

from bot.glossary.glossary import Glossary
from bot.rasa_server.channel import OneMessage

logger = logging.getLogger(__name__)

_ASKER = "readiness"
_UNDERSTOOD = ("answer", "clarify")  # a name may have several meanings


async def is_ready(agent: Any, glossary: Glossary) -> bool:
    """Return whether Rasa answers a question, and reads its conversations."""
    if not agent.is_ready():
        return False
    processor = copy.copy(agent.processor)
    processor.tracker_store = InMemoryTrackerStore(agent.domain)
    entry = next(iter(glossary))
    collector = OneMessage()
    try:
        await agent.tracker_store.retrieve(_ASKER)
        await processor.handle_message(
            UserMessage(f"what is {entry.preferred('en')}?", collector, _ASKER)
        )
    except Exception:
        logger.exception("the question of readiness failed", extra={"fault": "readiness"})
        return False
    return any(m.get("custom", {}).get("kind") in _UNDERSTOOD for m in collector.messages)
