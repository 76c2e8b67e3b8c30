"""How long a saved change takes until it is answered from, on a made-up glossary of any size."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from bot.benchmark.environment import server_environment
from bot.benchmark.machine import Machine, this_machine
from bot.benchmark.process import ProcessTree, free_port
from bot.benchmark.scale.made_entries import made_glossary
from bot.errors import BenchmarkError
from bot.formats.glossary_folder import write_folder
from bot.index_compiler import compile_index
from bot.settings import Settings
from bot.workbench import workbench

TARGET = 2.0  # seconds
_PAUSE = 0.02  # seconds between two questions
_REST = 4.0  # seconds between two saves: the index is written meanwhile
_PATIENCE = 300.0  # seconds
_MARK = "As saved for the time number"


@dataclass(frozen=True)
class LiveResult:
    """Seconds from each save to the first answer that holds it; turns in ms.

    ``still`` are turns while nothing changes, ``during`` those between a save and its answer.
    """

    entries: int
    saves: Sequence[float]
    still: Sequence[float]
    during: Sequence[float]
    machine: Machine

    @property
    def met(self) -> bool:
        """Whether the median save was answered from within the target."""
        return statistics.median(self.saves) <= TARGET

    def table(self) -> list[list[str]]:
        """Return rows to print."""
        return [
            ["entries", str(self.entries)],
            ["save to answer, median", f"{statistics.median(self.saves):.2f} s (target {TARGET})"],
            ["save to answer, longest", f"{max(self.saves):.2f} s"],
            ["turn while nothing changes, median", f"{statistics.median(self.still):.0f} ms"],
            ["turn during a change, median", f"{statistics.median(self.during):.0f} ms"],
            ["turn during a change, longest", f"{max(self.during):.0f} ms"],
            ["load when it began", f"{self.machine.load_at_start} on {self.machine.cores} cores"],
        ]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "target": TARGET, "met": self.met}


def run_live(
    settings: Settings, entries: int, saves: int, progress: Callable[[str], None]
) -> LiveResult:
    """Build an index of a made-up glossary, serve it, and save one of its entries again and again.

    Raises:
        BenchmarkError: the server ended, or a change did not come.
        ModelError: nothing was trained yet.
    """
    with tempfile.TemporaryDirectory(prefix="termwise-live-") as scratch:
        folder = Path(scratch) / "glossary"
        glossary = made_glossary(entries)
        write_folder(list(glossary), folder)
        with workbench(replace(settings, glossary=folder)) as bench:
            compile_index(bench, progress)
            progress("serving")
            machine = this_machine(settings.project)
            return _measured(bench, saves, entries, machine)


def _measured(bench: Settings, saves: int, entries: int, machine: Machine) -> LiveResult:
    port = free_port()
    environment = server_environment() | {
        "GLOSSARY": str(bench.glossary), "MODELS": str(bench.models), "STATE": str(bench.state),
        "PORT": str(port), "PYTHONPATH": str(bench.project),
    }  # fmt: skip
    command = (sys.executable, "-m", "bot.cli", "serve")
    log = bench.models / "server.log"
    with (
        ProcessTree(command, folder=bench.models, log=log, environment=environment) as tree,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as client,
    ):
        await_server(client, tree)
        path = sorted(bench.glossary.rglob("*.md"))[entries // 2]
        before = path.read_text(encoding="utf-8")
        glossary = made_glossary(entries)
        name = next(e for e in glossary if f"id: {e.id}\n" in before or path.stem == e.id)
        question = f"What is {name.preferred('en')}?"
        still = [ask(client, question)[0] for _ in range(50)]
        waited, during = [], []
        for number in range(saves):
            seconds, turns = _saved(client, tree, path, before, number, question)
            waited.append(seconds)
            during += turns
            time.sleep(_REST)
    return LiveResult(entries, waited, still, during, machine)


def _saved(
    client: httpx.Client, tree: ProcessTree, path: Path, before: str, number: int, question: str
) -> tuple[float, list[float]]:
    """Save a change; return the seconds until it is answered from, and the turns meanwhile."""
    mark = f"{_MARK} {number}"
    lines = before.split("\n")
    place = _definition(lines)
    lines[place] = f"{mark}: {lines[place]}"
    scratch = path.with_suffix(".tmp")
    scratch.write_text("\n".join(lines), encoding="utf-8")
    start = time.perf_counter()
    os.replace(scratch, path)
    turns = []
    while time.perf_counter() - start < _PATIENCE:
        tree.require_alive()
        took, text = ask(client, question)
        turns.append(took)
        if mark in text:
            return time.perf_counter() - start, turns
        time.sleep(_PAUSE)
    raise BenchmarkError(f"the change did not come within {_PATIENCE:.0f} s")


def _definition(lines: Sequence[str]) -> int:
    """Return the place of the first line of text below the front matter and a heading."""
    heading = next(n for n, line in enumerate(lines) if line.startswith("# "))
    return next(n for n in range(heading + 1, len(lines)) if lines[n].strip())


def ask(client: httpx.Client, question: str) -> tuple[float, str]:
    """Ask; return milliseconds and the answer."""
    start = time.perf_counter()
    body = {"sender": "benchmark", "message": question}
    response = client.post("/webhooks/rest/webhook", json=body)
    took = 1000 * (time.perf_counter() - start)
    if response.status_code != 200:
        raise BenchmarkError(f"a turn failed with status {response.status_code}")
    return took, str(response.json()[0]["text"])


def await_server(client: httpx.Client, tree: ProcessTree) -> None:
    """Wait until the server answers."""
    while True:
        tree.require_alive()
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        if tree.seconds > _PATIENCE:
            raise tree.error("does not serve")
        time.sleep(0.1)
