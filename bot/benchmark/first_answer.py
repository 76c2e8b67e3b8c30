"""How long it takes from a CSV file of somebody's own to the first answer, nothing trained yet."""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.benchmark.environment import server_environment
from bot.benchmark.live import ask, await_server
from bot.benchmark.machine import Machine, this_machine
from bot.benchmark.process import ProcessTree, free_port
from bot.benchmark.scale.made_entries import made_glossary
from bot.errors import BenchmarkError
from bot.glossary.term import Status
from bot.settings import Settings

TARGET = 180.0  # seconds
_PATIENCE = 600.0


@dataclass(frozen=True)
class FirstAnswer:
    """Seconds of each step, from a CSV file of so many entries to an answer over HTTP."""

    entries: int
    training: float
    training_cpu: float
    start: float
    answer: float
    machine: Machine

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.training + self.start + self.answer

    @property
    def met(self) -> bool:
        """Whether it took less than the target."""
        return self.seconds < TARGET

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        return [
            ["entries in the CSV file", str(self.entries)],
            ["training, nothing there before", f"{self.training:.1f} s"],
            ["… CPU time of all cores", f"{self.training_cpu:.1f} s"],
            ["start of the server", f"{self.start:.1f} s"],
            ["first answer", f"{self.answer:.2f} s"],
            ["together", f"{self.seconds:.1f} s (target {TARGET:g})"],
            ["load when it began", f"{self.machine.load_at_start} on {self.machine.cores} cores"],
        ]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "seconds": self.seconds, "target": TARGET, "met": self.met}


def run_first_answer(
    settings: Settings, entries: int, progress: Callable[[str], None]
) -> FirstAnswer:
    """Write a CSV file of made-up entries, train on it in an empty folder, serve it, and ask.

    Raises:
        BenchmarkError: training failed, or the server did not answer from the file.
    """
    with tempfile.TemporaryDirectory(prefix="termwise-first-") as scratch:
        source = Path(scratch) / "terms.csv"
        name, said = write_csv(source, entries)
        environment = server_environment() | {
            "GLOSSARY": str(source), "MODELS": f"{scratch}/models", "STATE": f"{scratch}/state",
            "PORT": str(free_port()), "PYTHONPATH": str(settings.project),
        }  # fmt: skip
        machine = this_machine(settings.project)
        progress(f"training on {entries} entries")
        began, worked = time.perf_counter(), _worked()
        command = [sys.executable, "-m", "bot.cli", "train"]  # it tells its progress itself
        done = subprocess.run(
            command, cwd=settings.project, env=environment, stdout=sys.stderr, check=False
        )
        if done.returncode:
            raise BenchmarkError("training failed")
        trained, worked = time.perf_counter(), _worked() - worked
        progress("serving")
        served = ProcessTree(
            (sys.executable, "-m", "bot.cli", "serve"), folder=settings.project,
            log=Path(scratch) / "server.log", environment=environment,
        )  # fmt: skip
        address = f"http://127.0.0.1:{environment['PORT']}"
        with served as tree, httpx.Client(base_url=address, timeout=_PATIENCE) as client:
            await_server(client, tree)
            serving = time.perf_counter()
            milliseconds, text = ask(client, f"What is {name}?")
        if said not in text:
            raise BenchmarkError(f"asked for {name!r}, it said {text[:200]!r}")
    return FirstAnswer(
        entries, trained - began, worked, serving - trained, milliseconds / 1000, machine
    )


def write_csv(file: Path, entries: int) -> tuple[str, str]:
    """Write a CSV file as people have one; return the name of an entry and its definition."""
    glossary = list(made_glossary(entries))
    with file.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator=os.linesep)
        rows.writerow(("Term", "Abbreviation", "Definition"))
        for entry in glossary:
            short = [term.text for term in entry.terms if term.status is Status.ABBREVIATION]
            text = entry.texts["en"].definition.text
            rows.writerow((entry.terms[0].text, (short or [""])[0], text))
    asked = glossary[entries // 2]
    return asked.terms[0].text, asked.texts["en"].definition.text


def _worked() -> float:
    """Return the CPU time of all processes that were begun and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
