"""Rasa's agent, loaded from the trained model or refused; never one that is not ready."""

import contextlib
import logging
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import rasa.core.agent
import rasa.core.processor
from rasa.core.policies import rule_policy
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import Event
from sanic import Sanic

from bot.errors import Code, ModelError
from bot.rasa_server.graph_runner import PlannedRunner
from bot.rasa_server.rules import look_up_by_intent

COPY_FOR_DEBUG = (rasa.core.processor, rule_policy)
"""What these modules copy they copy for debug lines only, also where none is written."""


async def load_agent(model: Path, endpoints: AvailableEndpoints, app: Sanic, loop: Any) -> None:
    """Load the agent and keep it where Rasa's channels look for it.

    Raises:
        ModelError: the model cannot be loaded.
    """
    with _last_error("rasa.core.agent") as said:
        agent = await rasa.core.agent.load_agent(
            model_path=str(model), endpoints=endpoints, loop=loop
        )
    if not agent.is_ready():
        problem = said[-1] if said else "Rasa does not take it"
        raise ModelError(Code.M002, path=model, thing="Rasa model", problem=problem)
    agent.processor.graph_runner = PlannedRunner(agent.processor.graph_runner)
    for policy in agent.processor.graph_runner.components(rule_policy.RulePolicy):
        look_up_by_intent(policy)
    for module in COPY_FOR_DEBUG:  # whole answers among it
        module.copy = SimpleNamespace(deepcopy=lambda value: value)
    # Rasa makes an empty domain at each message to compare ours with it.
    empty = agent.processor.domain.is_empty()
    agent.processor.domain.is_empty = lambda: empty
    # It looks for the class of an event among all of them, and for theirs.
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=64)(Event.resolve_by_type))
    app.ctx.agent = agent


@contextlib.contextmanager
def _last_error(name: str) -> Iterator[list[str]]:
    """Collect what a logger would report as errors: Rasa logs why it loads no model."""
    said: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            said.append(type(error).__name__ if error else record.getMessage())
        return record.levelno < logging.ERROR

    logger = logging.getLogger(name)
    logger.addFilter(keep)
    try:
        yield said
    finally:
        logger.removeFilter(keep)
