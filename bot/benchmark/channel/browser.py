"""Somebody opens the chat on the first page and asks, in a browser without a screen."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.benchmark.environment import server_environment
from bot.benchmark.process import ProcessTree
from bot.benchmark.questions import of_turn

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SCRIPT = Path("tests", "browser", "first-answer.mjs")
_SECONDS_PER_VISIT = 60.0

Which = Callable[[str], str | None]


@dataclass(frozen=True)
class Visit:
    """Milliseconds of one visit by somebody who was never here.

    ``usable`` is from the click on the launcher until the chat is open and its field has the focus,
    ``answer`` from the Enter key to the answer, ``first_answer`` from the click to the answer. Each
    ends a frame after it was seen. ``good`` says whether the answer is about what was asked.
    """

    usable: float
    answer: float
    first_answer: float
    good: bool


@dataclass(frozen=True)
class Browser:
    """The programs that are needed."""

    node: str
    chromium: str


def find_browser(
    widget: Path, which: Which = shutil.which, caller: Mapping[str, str] = os.environ
) -> Browser | str:
    """Return the programs, or in words what is missing.

    Args:
        widget: the folder of the widget's sources.
        which: gives the path of a program.
        caller: environment; ``CHROMIUM`` is the path of a browser.
    """
    node = which("node")
    if node is None:
        return "there is no node"
    chromium = caller.get("CHROMIUM") or next(filter(None, map(which, _BROWSERS)), None)
    if chromium is None:
        return "there is no Chromium (its path may be in CHROMIUM)"
    if not (widget / "dist" / "manifest.json").exists():
        return "the widget is not built (make widget)"
    if not (widget / "node_modules" / "playwright-core").exists():
        return "playwright-core is not installed (make widget)"
    return Browser(node, chromium)


def visits(browser: Browser, widget: Path, url: str, repeats: int, folder: Path) -> list[Visit]:
    """Visit the first page so many times, each time with a new profile and another question.

    Raises:
        BenchmarkError: the browser did not come to an end, or somebody got no answer.
    """
    asked = [of_turn(turn) for turn in range(repeats)]
    report = folder / "visits.json"
    environment = {**server_environment(), "BASE_URL": url, "CHROMIUM": browser.chromium}
    questions = json.dumps([question.text for question in asked])
    command = (browser.node, str(widget / _SCRIPT), str(report), questions)
    log = folder / "browser.log"
    with ProcessTree(command, folder=folder, log=log, environment=environment) as tree:
        tree.finish(timeout=_SECONDS_PER_VISIT * (repeats + 1))
    found = json.loads(report.read_text(encoding="utf-8"))
    return judged(found, [question.about for question in asked])


def judged(found: Sequence[Mapping[str, object]], about: Sequence[str]) -> list[Visit]:
    """Make visits of what the script wrote; ``about`` are words that the answers should have."""
    return [
        Visit(
            usable=_number(one, "usable") - _number(one, "clicked"),
            answer=_number(one, "answered") - _number(one, "asked"),
            first_answer=_number(one, "answered") - _number(one, "clicked"),
            good=word in str(one["text"]).casefold(),
        )
        for one, word in zip(found, about, strict=True)
    ]


def _number(found: Mapping[str, object], name: str) -> float:
    return float(str(found[name]))
