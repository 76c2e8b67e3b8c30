"""Training: encoder, Rasa model and index, each only if something it depends on changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot import index_compiler
from bot.absent import needs_tensorflow, stand_in_for_tensorflow
from bot.adapters.dictionary_file import write_served
from bot.adapters.served_encoder import stamp_of
from bot.encoded import Encoded
from bot.exporting import Export
from bot.formats.project import check_project
from bot.formats.served import read_glossary
from bot.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What training did: which parts were built anew, the index, and how long it took (s)."""

    encoder: bool
    model: bool
    index: index_compiler.Compiled
    seconds: float


def train(settings: Settings, progress: Progress, export: Export) -> Trained:
    """Bring everything up to date; what served before serves until the new part is complete.

    Args:
        settings: where things are.
        progress: is told what is being done.
        export: of the encoder, begun with :func:`bot.exporting.exporting`.

    Raises:
        UserFacingError: a glossary, data or configuration file has a fault, or a folder cannot
            be written.
    """
    check_project(settings.project)
    glossary = read_glossary(
        settings.glossary, settings.models, progress
    )  # a fault stops before anything is built
    if not needs_tensorflow(settings.project):
        stand_in_for_tensorflow()
    with ThreadPoolExecutor(2) as pool:
        exported = pool.submit(export.finish)
        write_served(settings.project, settings.dictionary)

        def encode() -> Encoded:
            exported.result()
            return index_compiler.encode_glossary(settings, glossary, progress)

        # The passages do not depend on the question types: encode while those are trained.
        encoded = pool.submit(encode)
        model = _train_model(settings, progress, exported.result)
        index = index_compiler.compile_index(settings, progress, encoded.result, glossary)
    return Trained(export.anew, model, index, time.monotonic() - export.began)


def _train_model(settings: Settings, progress: Progress, exported: Callable[[], None]) -> bool:
    """Train the question types; n-grams of questions are learnt while the encoder is exported."""
    from bot.nlu.fingerprint import is_trained

    def version() -> str:
        exported()
        return stamp_of(settings.encoder, settings.dictionary).decode()

    if settings.rasa_model.is_file() and is_trained(settings, version()):
        return False
    from bot.nlu.trainer import train_model

    progress("training the question types")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # never read, and it would lie where we are called
    train_model(settings, version)
    return True
