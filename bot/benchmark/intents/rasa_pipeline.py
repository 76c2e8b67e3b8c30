"""Rasa's default pipeline on a data set, trained by Rasa's own command within a time limit."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.benchmark.intents.dataset import Dataset
from bot.benchmark.intents.metrics import OUTSIDE, Figures, Intents, figures
from bot.benchmark.process import ProcessTree
from bot.errors import BenchmarkError
from bot.evaluation.rasa_default import CONFIG, EPOCHS, predict

_ALL_EPOCHS = 100
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True, slots=True)
class RasaRun:
    """What became of it; no figures if it did not finish. They are at Rasa's fallback (0.3)."""

    said: str
    figures: Figures | None = None


def run_rasa(dataset: Dataset, truth: Intents, labels: list[str], seconds: float) -> RasaRun:
    """Train Rasa's default pipeline with its default of 100 epochs and ask it the test data.

    Args:
        dataset: what to train on and to ask.
        truth: the number of each test utterance's intent.
        labels: the intents in the order of their numbers.
        seconds: how long training may take.
    """
    with tempfile.TemporaryDirectory(prefix="termwise-rasa-") as name:
        folder = Path(name)
        (folder / "nlu.yml").write_text(training_data(dataset), encoding="utf-8")
        config = CONFIG.replace(f"epochs: {EPOCHS}", f"epochs: {_ALL_EPOCHS}")
        (folder / "config.yml").write_text(config, encoding="utf-8")
        try:
            took = _train(folder, seconds)
        except BenchmarkError:
            return RasaRun(f"training failed or was not done in {seconds:.0f} s")
        asked = [" ".join(each.text.split()) or "." for each in dataset.test]
        found = [each.intent for each in predict(folder / "model.tar.gz", asked)]
    numbers = {label: number for number, label in enumerate(labels)}
    decided = np.array([numbers.get(intent, OUTSIDE) for intent in found])
    return RasaRun(f"trained in {took:.0f} s", figures(truth, decided))


def training_data(dataset: Dataset) -> str:
    """Return the utterances to train on as Rasa's YAML."""
    examples: dict[str, list[str]] = {}
    for text, intent in zip(dataset.texts, dataset.intents, strict=True):
        line = " ".join(text.split())
        for bracket, other in ("[(", "])", "{(", "})"):  # they would annotate entities
            line = line.replace(bracket, other)
        examples.setdefault(intent, []).append(line)
    items = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
        for intent, lines in examples.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": items}, allow_unicode=True, width=10_000)


def _train(folder: Path, seconds: float) -> float:
    command = [
        sys.executable, "-m", "rasa", "train", "nlu", "--nlu", "nlu.yml", "--config", "config.yml",
        "--out", ".", "--fixed-model-name", "model",
    ]  # fmt: skip
    environment = {**os.environ, **_QUIET}
    with ProcessTree(
        command, folder=folder, log=folder / "log.txt", environment=environment
    ) as tree:
        return tree.finish(timeout=seconds).seconds
