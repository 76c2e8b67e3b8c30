"""The run: both sides trained, started in turn, then asked in turn."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.benchmark.baseline import baseline
from bot.benchmark.conversation import Conversation
from bot.benchmark.latency import Samples, Stream, interleave
from bot.benchmark.machine import Machine, this_machine
from bot.benchmark.process import Ended, ProcessTree, free_port
from bot.benchmark.questions import of_turn, question
from bot.benchmark.result import BenchmarkResult, Measure
from bot.benchmark.side import Side, Text, hello
from bot.benchmark.startup import FirstAnswer, wait_ready
from bot.benchmark.subject import subject
from bot.errors import BenchmarkError

Progress = Callable[[str], None]
_TRAINING_TIMEOUT_SECONDS = 3600.0
_WARM_UP_TURNS = 20


@dataclass(frozen=True)
class _Latencies:
    baseline: Samples
    subject: Samples
    subject_hello: Samples

    def all(self) -> tuple[Samples, Samples, Samples]:
        return self.baseline, self.subject, self.subject_hello


@dataclass(frozen=True)
class _Server:
    tree: ProcessTree
    conversation: Conversation


def run(
    project: Path, work: Path, progress: Progress, *, turns: int = 200, repeats: int = 3
) -> BenchmarkResult:
    """Measure the project tree ``project`` against Rasa's default project.

    Everything is built in a new folder below ``work``; when the run succeeds only its logs stay.

    Raises:
        BenchmarkError: a side cannot be trained or does not answer, or there is nothing to do.
    """
    if turns < 1 or repeats < 1:
        raise BenchmarkError(f"turns and repeats are {turns} and {repeats}, both must be positive.")
    machine = this_machine(project)
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=work.absolute()))
    progress(f"logs are in {folder}")
    sides = baseline(folder), subject(project, folder)
    result = measure(*sides, machine, progress, turns=turns, repeats=repeats)
    for side in sides:
        shutil.rmtree(side.folder)
    return result


def measure(
    base: Side, ours: Side, machine: Machine, progress: Progress, *, turns: int, repeats: int
) -> BenchmarkResult:
    """Measure ``ours`` against ``base``: training, starts, latency, then resident memory."""
    trained = [_train(side, progress) for side in (base, ours)]
    starts = _start_in_turn((base, ours), repeats, progress)
    latencies, memory = _serve_both(base, ours, turns, progress)
    medians = [_median(starts[side.name]) for side in (base, ours)]
    measures = (
        *_latency_measures(latencies),
        Measure("start to first answer", "s", medians[0], medians[1], 0.3),
        Measure("resident memory", "MB", memory[0], memory[1], 0.7),
        Measure("training from nothing", "s", trained[0].seconds, trained[1].seconds, 0.5),
        Measure("training, CPU time", "s", trained[0].cpu_seconds, trained[1].cpu_seconds),
    )
    return BenchmarkResult(
        machine=machine,
        turns=turns,
        repeats=repeats,
        measures=measures,
        latencies={each.name: each.milliseconds for each in latencies.all()},
        starts={name: [first.seconds for first in firsts] for name, firsts in starts.items()},
        first_answers={name: firsts[0].text for name, firsts in starts.items()},
        on_topic=_on_topic(latencies.subject),
        failures=tuple(failure for each in latencies.all() for failure in each.failures),
    )


def _latency_measures(found: _Latencies) -> tuple[Measure, ...]:
    base, ours, greeted = found.all()
    return (
        Measure("turn latency p50", "ms", base.p50, ours.p50, 0.5),
        Measure("turn latency p95", "ms", base.p95, ours.p95, 0.5),
        Measure('turn latency p50, both "hello"', "ms", base.p50, greeted.p50),
        Measure('turn latency p95, both "hello"', "ms", base.p95, greeted.p95),
    )


def _train(side: Side, progress: Progress) -> Ended:
    """Train from nothing."""
    progress(f"{side.name}: training from nothing")
    with side.start_training() as training:
        ended = training.finish(timeout=_TRAINING_TIMEOUT_SECONDS)
    progress(f"{side.name}: trained in {ended.seconds:.1f} s ({ended.cpu_seconds:.1f} s of CPU)")
    return ended


def _start_in_turn(
    sides: tuple[Side, Side], repeats: int, progress: Progress
) -> dict[str, list[FirstAnswer]]:
    """Start each side ``repeats`` times, alternating, one server at a time."""
    starts: dict[str, list[FirstAnswer]] = {side.name: [] for side in sides}
    for repeat in range(1, repeats + 1):
        for side in sides:
            port = free_port()
            with side.start_server(port, f"start-{repeat}") as tree:
                first = wait_ready(tree, port, side.first)
            starts[side.name].append(first)
            progress(f"{side.name}: start {repeat} of {repeats}, {first.seconds:.1f} s")
    return starts


def _serve_both(
    base: Side, ours: Side, turns: int, progress: Progress
) -> tuple[_Latencies, tuple[float, float]]:
    """Ask both sides while both serve; return the samples and the resident MB after them."""
    progress(f"latency: {turns} turns on each side, after {_WARM_UP_TURNS} to warm up")
    with _serving(base) as one, _serving(ours) as other:
        found = _Latencies(
            Samples('baseline, "hello"'), Samples("subject"), Samples('subject, "hello"')
        )
        streams = [
            _stream(one, base.text, found.baseline),
            _stream(other, ours.text, found.subject),
        ]
        interleave(streams, turns, _WARM_UP_TURNS, progress)
        memory = one.tree.resident_megabytes(), other.tree.resident_megabytes()
        greeted = _stream(other, hello, found.subject_hello)
        interleave([greeted], turns, _WARM_UP_TURNS, progress)
        one.tree.require_alive()
        other.tree.require_alive()
    return found, memory


def _stream(server: _Server, text: Text, samples: Samples) -> Stream:
    return Stream(server.conversation, text, samples)


@contextmanager
def _serving(side: Side) -> Iterator[_Server]:
    with ExitStack() as stack:
        port = free_port()
        tree = stack.enter_context(side.start_server(port, "latency"))
        wait_ready(tree, port, side.first)
        yield _Server(tree, stack.enter_context(Conversation(port)))


def _median(firsts: list[FirstAnswer]) -> float:
    return statistics.median(first.seconds for first in firsts)


def _on_topic(samples: Samples) -> int:
    """Count the answers that hold the word their question is about; an echo does not count."""
    return sum(_names_concept(turn, text) for turn, text in enumerate(samples.texts))


def _names_concept(turn: int, answer: str) -> bool:
    said = answer.casefold().replace(question(turn).casefold(), "")
    return of_turn(turn).about in said
