"""The live glossary: the assistant that answers now, and how it follows its owner's files."""

from __future__ import annotations

from functools import lru_cache

from bot.app import Assistant, load_assistant
from bot.settings import Settings


@lru_cache(maxsize=1)
def shared_assistant() -> Assistant:
    """Return the one assistant of this process, from the settings of the environment."""
    return load_assistant(Settings.from_environment())
