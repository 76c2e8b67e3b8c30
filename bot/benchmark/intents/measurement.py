"""The run: the classifier is fitted and asked on each public data set."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.benchmark.intents import public_data
from bot.benchmark.intents.dataset import Dataset
from bot.benchmark.intents.metrics import (
    OUTSIDE,
    Intents,
    auroc,
    decide,
    figures,
    risk_coverage,
)
from bot.benchmark.intents.published import (
    BANKING77,
    BANKING77_10_SHOT,
    CLINC150,
    Published,
    hint3_rows,
)
from bot.benchmark.intents.rasa_pipeline import run_rasa
from bot.benchmark.intents.result import Goal, IntentResult, Measured
from bot.benchmark.intents.scored import Guesses, IntentDetector
from bot.benchmark.intents.threshold import choose_threshold
from bot.retrieval.encoder import Encoder

Progress = Callable[[str], None]
_HINT3_GOALS = {"sofmattress": 0.66, "curekart": 0.69, "powerplay11": 0.47}
_ORACLES = 500  # thresholds tried on the test data, for information


@dataclass(frozen=True, slots=True)
class Task:
    """A data set to read, what others published on it, and what we aim at."""

    name: str
    read: Callable[[], Dataset]
    published: Callable[[], tuple[Published, ...]]
    goals: tuple[Goal, ...]


def public_tasks(folder: Path) -> list[Task]:
    """Return the public data sets, whose repositories lie in ``folder``."""
    tasks = [
        Task(
            f"HINT3 {name}",
            partial(public_data.hint3, folder, name),
            partial(hint3_rows, partial(_results, folder, name)),
            (Goal("mcc", _HINT3_GOALS[name]),),
        )
        for name in public_data.HINT3_SETS
    ]
    few, full = public_data.banking77_10_shot, public_data.banking77
    return [
        *tasks,
        Task("CLINC150", partial(public_data.clinc150, folder), lambda: CLINC150,
             (Goal("closed", 0.963), Goal("auroc", 0.98))),
        Task("BANKING77 10-shot", partial(few, folder), lambda: BANKING77_10_SHOT,
             (Goal("closed", 0.88),)),
        Task("BANKING77", partial(full, folder), lambda: BANKING77, (Goal("closed", 0.945),)),
    ]  # fmt: skip


def run(
    tasks: Sequence[Task],
    encoder: Encoder,
    version: str,
    progress: Progress,
    rasa_seconds: float | None = None,
) -> IntentResult:
    """Measure the classifier on each data set; all data is read before anything is fitted.

    Args:
        tasks: the data sets.
        encoder: encodes the utterances.
        version: that of the encoder, for the report.
        progress: is told what is being done.
        rasa_seconds: how long Rasa's default pipeline may train on each; None: it is not run.

    Raises:
        BenchmarkError: a file is not there.
        DataError: a file does not hold what it should.
    """
    read = [(task, task.read(), task.published()) for task in tasks]
    found = []
    for task, dataset, published in read:
        progress(f"{dataset.name}: {len(dataset.train)} examples, {len(dataset.test)} asked")
        found.append(_measure(task, dataset, published, encoder, rasa_seconds))
    return IntentResult(version, tuple(found))


def _measure(
    task: Task,
    dataset: Dataset,
    published: tuple[Published, ...],
    encoder: Encoder,
    rasa_seconds: float | None,
) -> Measured:
    started = time.perf_counter()
    labels = sorted(set(dataset.intents))
    numbers = {label: number for number, label in enumerate(labels)}
    truth = np.array([numbers.get(each.intent or "", OUTSIDE) for each in dataset.test])
    threshold = None
    if (truth == OUTSIDE).any():
        threshold = threshold_of(dataset, labels, encoder)
    detector = IntentDetector(dataset.texts, dataset.intents, labels, encoder)
    guesses = detector.guess([each.text for each in dataset.test])
    seconds = time.perf_counter() - started
    decided = figures(truth, decide(guesses.best, guesses.scores, threshold or 0.0))
    declines = threshold is not None
    closed = figures(truth, guesses.best).in_scope
    coverage, risk = risk_coverage(truth, guesses.best, guesses.scores)
    return Measured(
        name=task.name,
        examples=len(dataset.train),
        intents=len(labels),
        asked=len(truth),
        closed=closed or 0.0,
        in_scope=decided.in_scope if declines else None,
        recall=decided.recall,
        mcc=decided.mcc if declines else None,
        oracle_mcc=_oracle(truth, guesses) if declines else None,
        auroc=auroc(truth, guesses.scores),
        threshold=threshold,
        seconds=seconds,
        coverage=tuple(coverage.tolist()),
        risk=tuple(risk.tolist()),
        published=published,
        goals=task.goals,
        rasa=run_rasa(dataset, truth, labels, rasa_seconds) if rasa_seconds else None,
    )


def threshold_of(dataset: Dataset, labels: list[str], encoder: Encoder) -> float:
    """Choose the threshold for a data set; only its training part is read."""
    texts, intents = dataset.texts, dataset.intents

    def fit(rows: NDArray[np.int64]) -> Callable[[NDArray[np.int64]], Guesses]:
        chosen = [texts[row] for row in rows], [intents[row] for row in rows]
        detector = IntentDetector(*chosen, labels, encoder)
        return lambda asked: detector.guess([texts[row] for row in asked])

    return choose_threshold(np.array([labels.index(intent) for intent in intents]), fit)


def _oracle(truth: Intents, guesses: Guesses) -> float:
    """Return the best correlation that any threshold would give on the test data."""
    tried = np.unique(np.quantile(guesses.scores, np.linspace(0, 1, _ORACLES)))
    return max(figures(truth, decide(guesses.best, guesses.scores, t)).mcc for t in tried)


def _results(folder: Path, name: str, platform: str) -> Path:
    return public_data.hint3_results(folder, platform, name)
