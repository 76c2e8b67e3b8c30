"""The runs: a made-up glossary is built and asked; made-up vectors are searched."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.adapters.chunk_store import ChunkStore
from bot.adapters.faiss_searcher import vector_codes
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, read_member
from bot.adapters.ngram_searcher import build_index
from bot.adapters.served_encoder import ServedEncoder
from bot.adapters.word_list import WordList, common_words, telling_words
from bot.answering.decision import NAMED_FEATURES, Judge, Threshold, described_judge
from bot.benchmark.environment import server_environment
from bot.benchmark.machine import this_machine
from bot.benchmark.scale.made_entries import made_glossary, made_questions
from bot.benchmark.scale.result import ScaleResult, Served, VectorResult
from bot.benchmark.scale.vectors import measure_vectors
from bot.encoded import encode_many
from bot.errors import BenchmarkError
from bot.formats.entry_json import to_json
from bot.progress import Countdown
from bot.retrieval.bm25 import index_terms
from bot.retrieval.passage import passages_of
from bot.settings import Settings

Progress = Callable[[str], None]
QUESTIONS = 600
_FEWEST = 15_000  # vectors


def run(settings: Settings, entries: int, progress: Progress) -> ScaleResult:
    """Measure with so many entries.

    The index lies in ``MODELS/scale`` and is built anew; encoded passages are kept there, so an
    interrupted run goes on where it was.

    Raises:
        BenchmarkError: there is nothing to measure, or the process that answers failed.
        ModelError: nothing is trained yet.
    """
    if entries < 100:
        raise BenchmarkError(f"{entries} entries are too few.")
    work = settings.models / "scale" / str(entries)
    build: dict[str, float] = {}
    stored, encoded = _built(settings, entries, work, build, progress)
    progress("answering questions")
    served = _served(settings, work / "index")
    folder = work / "index" / stored.version
    return ScaleResult(
        entries=len(stored.entries),
        passages=len(stored.passages),
        encoded=encoded,
        machine=dataclasses.asdict(this_machine(settings.project)),
        search=stored.codes.facts(),
        build=build,
        disk=sum(path.stat().st_size for path in folder.iterdir()) / 1e6,
        served=served,
    )


def _built(
    settings: Settings, entries: int, work: Path, build: dict[str, float], progress: Progress
) -> tuple[StoredIndex, int]:
    """Build and write the index; return it and how many passages this run encoded."""
    archive = settings.rasa_model
    count = Countdown(progress, "encoded", "passages")
    encoder = ServedEncoder(settings.encoder, settings.dictionary, os.cpu_count() or 1, count.add)
    clock = _Clock(build)
    progress(f"making {entries} entries")
    glossary = made_glossary(entries)
    passages = passages_of(glossary)
    chunks = ChunkStore(work / "encoding")
    resumed = sum(len(chunk.keys) for chunk in chunks.read())
    clock.lap("entries")
    encoded = encode_many(passages, encoder, encoder.version, None, chunks, count)
    clock.lap("encoding" + (f", {resumed} of them before" if resumed else ""))
    progress("indexing words")
    languages = glossary.languages
    common, telling = common_words(languages), telling_words(languages)
    intents = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    ignored = WordList(intents.question_words, common, languages).is_filler
    ngrams = build_index([passage.lexical for passage in passages], ignored)
    terms = index_terms(passages)
    clock.lap("n-grams")
    progress("sorting vectors")
    asked = [question.text for question in made_questions(glossary, 300)]
    codes = vector_codes(encoded.vectors, lambda: encoder.encode(asked))
    clock.lap("vectors")
    stored = StoredIndex(
        f"scale-{entries}", glossary.version, [to_json(entry) for entry in glossary],
        list(encoded.keys), encoded.vectors, encoded.pieces, codes, ngrams, terms, common, telling,
        _decision(),
    )  # fmt: skip
    IndexStore(work / "index").write(stored)
    clock.lap("writing")
    return stored, len(passages) - resumed


def _decision() -> dict[str, Any]:
    """Return judges that answer whatever is asked: declining would be quicker."""
    named = Judge(NAMED_FEATURES, (0.0,) * len(NAMED_FEATURES), 0.0, Threshold(0.5, 0.25))
    described = described_judge([False])
    return {"named": named.to_dict(), "described": described.to_dict(), "report": {}}


class _Clock:
    """Notes the seconds from lap to lap."""

    def __init__(self, laps: dict[str, float]) -> None:
        self._laps = laps
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = now - self._since
        self._since = now


def _served(settings: Settings, index: Path) -> Served:
    """Ask in a process of its own, whose memory is that of serving and not of building."""
    command = [sys.executable, "-m", "bot.benchmark.scale.serving", str(index), str(QUESTIONS)]
    environment = {**server_environment(), "MODELS": str(settings.models)}
    done = subprocess.run(
        command, cwd=settings.project, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise BenchmarkError(f"the process that answers failed: {lines[-1]}")
    return Served(**json.loads(done.stdout))


def run_vectors(most: int, folder: Path, progress: Progress) -> VectorResult:
    """Measure the search in up to so many made-up vectors; ``folder`` is that of the project."""
    machine = dataclasses.asdict(this_machine(folder))
    sizes = [most]
    while sizes[-1] >= 2 * _FEWEST:
        sizes.append(sizes[-1] // 2)
    found = []
    for size in reversed(sizes):
        progress(f"searching {size} made-up vectors")
        found.append(measure_vectors(size))
    return VectorResult(machine, tuple(found))
