"""The folder of what is kept: conversations, messages, feedback."""

from __future__ import annotations

from bot.errors import Code, SettingError
from bot.settings import Settings


def make(settings: Settings) -> None:
    """Make the state folder where it is missing, for this user only.

    Raises:
        SettingError: it cannot be made or written.
    """
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = settings.state / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another part may look at the same time
    except OSError as error:
        problem = error.strerror
        raise SettingError(Code.S003, path=settings.state, problem=problem, name="STATE") from None
