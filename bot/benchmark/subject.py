"""The subject: Termwise, as a fresh copy of a project tree."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.benchmark.process import HOST
from bot.benchmark.questions import FIRST, question
from bot.benchmark.side import Side
from bot.benchmark.worktree import copy_tree


def subject(project: Path, work: Path) -> Side:
    """Copy ``project`` to ``work/subject`` and return the side that runs the copy."""
    folder = work / "subject"
    copy_tree(project, folder)
    cli = (sys.executable, "-m", "bot.cli")
    return Side(
        name="subject",
        folder=folder,
        logs=work,
        train=(*cli, "train"),
        serve=lambda port: (*cli, "serve", "--host", HOST, "--port", str(port)),
        first=FIRST,
        text=question,
    )
