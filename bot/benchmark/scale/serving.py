"""One process that loads an index, answers questions and measures itself; told by ``python -m``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bot.adapters.faiss_searcher import AT, FaissSearcher
from bot.adapters.index_store import IndexStore
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, read_member
from bot.adapters.served_encoder import ServedEncoder
from bot.app import assemble
from bot.benchmark.scale.made_entries import made_questions
from bot.settings import Settings

_WARM_UP = 12
_NAMED = ("define", "misspelt", "aspect")


def serve(settings: Settings, index: Path, questions: int) -> dict[str, Any]:
    """Load, answer and return the fields of :class:`bot.benchmark.scale.result.Served`."""
    start = time.perf_counter()
    archive = settings.rasa_model
    intents = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    encoder = ServedEncoder(settings.encoder, settings.dictionary)
    stored = IndexStore(index).read()
    assistant = assemble(stored, encoder, intents)
    assistant.warm_up()
    started = time.perf_counter() - start
    asked = made_questions(assistant.glossary, questions + _WARM_UP)
    wall: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    right: list[bool] = []
    for number, question in enumerate(asked):
        clock, used = time.perf_counter(), time.thread_time()
        answer = assistant.ask(question.text)
        spent = (time.perf_counter() - clock) * 1000, (time.thread_time() - used) * 1000
        if number >= _WARM_UP:
            wall.setdefault(question.kind, []).append(spent[0])
            cpu.setdefault(question.kind, []).append(spent[1])
            if question.kind in _NAMED:
                right.append(question.about in {ref.id for ref in answer.concepts})
    memory = psutil.Process().memory_info()
    shares = []
    vectors = np.asarray(stored.vectors)
    searcher = FaissSearcher(stored.vectors, encoder, stored.codes)
    for question in asked:
        row = encoder.encode([question.text])[0]
        scores = vectors @ row
        least = np.partition(scores, -AT)[-AT]
        found = searcher.search(question.text, AT)
        shares.append(sum(scores[hit.passage] >= least - 1e-6 for hit in found) / AT)
    return {
        "start": started, "memory": memory.rss / 1e6,
        "own_memory": (memory.rss - memory.shared) / 1e6,
        "wall": wall, "cpu": cpu, "recall": float(np.mean(shares)), "right": float(np.mean(right)),
    }  # fmt: skip


if __name__ == "__main__":
    served = serve(Settings.from_environment(), Path(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(served))
