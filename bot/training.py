"""Training: encoder, Rasa model and index, each only if something it depends on changed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot import index_compiler
from bot.absent import needs_tensorflow, stand_in_for_tensorflow
from bot.adapters import encoder_export, model_archive
from bot.adapters.dictionary_file import write_served
from bot.adapters.served_encoder import stamp_of
from bot.encoded import Encoded
from bot.exporting import Export
from bot.formats.project import check_project
from bot.formats.served import read_glossary
from bot.settings import Settings

_TURN = 0.0005  # seconds that a thread may keep Python from others; a batch takes 0.003
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

    Where the encoder is exported anew, nothing new serves before it was compared with its original.

    Args:
        settings: where things are.
        progress: is told what is being done.
        export: of the encoder, begun with :func:`bot.exporting.exporting`.

    Raises:
        UserFacingError: a glossary, data or configuration file has a fault, a folder cannot be
            written, or the encoder disagrees with its original.
    """
    check_project(settings.project)
    glossary = read_glossary(
        settings.glossary, settings.models, progress
    )  # a fault stops before anything is built
    if not needs_tensorflow(settings.project):
        stand_in_for_tensorflow()
    built = replace(settings, building=export.folder)
    with _short_turns(), ThreadPoolExecutor(2) as pool:
        exported = pool.submit(export.finish)
        write_served(built.project, built.dictionary)

        def encode() -> Encoded:
            exported.result()
            return index_compiler.encode_glossary(built, glossary, progress)

        # The passages do not depend on the question types: encode while those are trained.
        encoded = pool.submit(encode)
        model = _train_model(settings, built, progress, exported.result)

        def complete() -> None:
            if export.anew:
                export.agree()
                _put_in_place(settings, built, model)

        index = index_compiler.compile_index(built, progress, encoded.result, glossary, complete)
    return Trained(export.anew, model, index, time.monotonic() - export.began)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads that only begin the next batch of the encoder not wait long for their turn."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _put_in_place(settings: Settings, built: Settings, model: bool) -> None:
    """Let what was built serve: encoder, dictionary and, if it was trained, the Rasa model."""
    from bot.nlu.fingerprint import stamp_path

    encoder_export.put_in_place(settings.encoder, built.encoder)
    os.replace(built.dictionary, settings.dictionary)
    if model:
        stamp_path(settings).unlink(missing_ok=True)
        model_archive.put_in_place(built.rasa_model, settings.rasa_model)
        os.replace(stamp_path(built), stamp_path(settings))


def _train_model(
    settings: Settings, built: Settings, progress: Progress, exported: Callable[[], None]
) -> bool:
    """Train the question types if those that serve are not up to date; return whether they were.

    N-grams of questions are learnt while the encoder is exported.
    """
    from bot.nlu.fingerprint import is_trained

    def version() -> str:
        exported()
        return stamp_of(built.encoder, built.dictionary).decode()

    if settings.rasa_model.is_file() and is_trained(settings, version()):
        if built.building:
            built.rasa_model.symlink_to(settings.rasa_model)
        return False
    from bot.nlu.trainer import train_model

    progress("training the question types")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # never read, and it would lie where we are called
    train_model(built, version)
    return True
