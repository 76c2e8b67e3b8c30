"""Facts about the machine that a figure means nothing without."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bot.benchmark.worktree import revision


@dataclass(frozen=True)
class Machine:
    """Cores this process may use, load (runnable processes, last minute), and versions."""

    cores: int
    load_at_start: float
    system: str
    python: str
    rasa: str
    revision: str


def this_machine(project: Path) -> Machine:
    """Read the facts; ``project`` is the tree whose revision is measured."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        load_at_start=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        rasa=_version("rasa"),
        revision=revision(project),
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"
