"""The widget's run: one front door, first a browser, then sockets and the API in turn."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.benchmark.channel.browser import find_browser, visits
from bot.benchmark.channel.clients import over_rest, over_sockets
from bot.benchmark.channel.result import WidgetResult
from bot.benchmark.channel.talk import Channel
from bot.benchmark.front_door import front_door
from bot.benchmark.machine import this_machine
from bot.settings import Settings

CLIENTS = 20
_SECONDS = 4.0  # of each part; each channel has two
_WARM_UP = 2.0  # seconds
_NO_LIMIT = "100000"
# One address asks for all, and faster than people do.
_LIMITS = {
    name: _NO_LIMIT for name in ("SESSION_LIMIT", "ADDRESS_LIMIT", "NEW_SESSIONS_LIMIT")
}  # fmt: skip


def run_widget(settings: Settings, repeats: int, progress: Callable[[str], None]) -> WidgetResult:
    """Measure.

    Args:
        settings: what was trained.
        repeats: how many visitors open the chat.
        progress: is told what is being done.

    Raises:
        BenchmarkError: the server or the browser ends, or something is refused.
    """
    machine = this_machine(settings.project)
    widget = settings.project / "widget"
    browser = find_browser(widget)
    with tempfile.TemporaryDirectory(prefix="termwise-widget-") as scratch:
        work = Path(scratch)
        with front_door(settings, work / "state", **_LIMITS) as url:
            if isinstance(browser, str):
                progress(f"no browser: {browser}")
                seen = []
            else:
                progress(f"{repeats} visits in a browser")
                seen = visits(browser, widget, url, repeats, work)
            socket, rest = asyncio.run(_channels(url, progress))
    left_out = browser if isinstance(browser, str) else ""
    return WidgetResult(seen, left_out, CLIENTS, socket, rest, machine)


async def _channels(url: str, progress: Callable[[str], None]) -> tuple[Channel, Channel]:
    """Return both, measured in the order ABBA, so that what else is done hits both."""
    await over_rest(url, CLIENTS, _WARM_UP)
    talks = []
    for name, talk_over in (
        ("sockets", over_sockets), ("the API", over_rest),
        ("the API", over_rest), ("sockets", over_sockets),
    ):  # fmt: skip
        progress(f"{CLIENTS} conversations over {name}")
        talks.append(await talk_over(url, CLIENTS, _SECONDS))
    return Channel.of([talks[0], talks[3]]), Channel.of(talks[1:3])
