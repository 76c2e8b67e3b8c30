"""Training: encoder, Rasa model and index, each only if something it depends on changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot import index_compiler
from bot.absent import needs_tensorflow, stand_in_for_tensorflow
from bot.adapters.dictionary_file import write_served
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.adapters.served_encoder import stamp_of
from bot.encoded import Encoded
from bot.errors import Code, ModelError, SettingError
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


def train(settings: Settings, progress: Progress) -> Trained:
    """Bring everything up to date; what served before serves until the new part is complete.

    Raises:
        UserFacingError: a glossary, data or configuration file has a fault, or a folder cannot
            be written.
    """
    start = time.monotonic()
    check_project(settings.project)
    glossary = read_glossary(
        settings.glossary, settings.models, progress
    )  # a fault stops before anything is built
    _make(settings.models)
    if not needs_tensorflow(settings.project):
        stand_in_for_tensorflow()
    export = _begin_export(settings, progress)
    with ThreadPoolExecutor(2) as pool:
        exported = pool.submit(_end_export, export)
        write_served(settings.project, settings.dictionary)

        def encode() -> Encoded:
            exported.result()
            return index_compiler.encode_glossary(settings, glossary, progress)

        # The passages do not depend on the question types: encode while those are trained.
        encoded = pool.submit(encode)
        model = _train_model(settings, progress, exported.result)
        index = index_compiler.compile_index(settings, progress, encoded.result, glossary)
    return Trained(export is not None, model, index, time.monotonic() - start)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SettingError(Code.S003, path=folder, problem=error.strerror, name="MODELS") from None


def _begin_export(settings: Settings, progress: Progress) -> subprocess.Popen[str] | None:
    """Export in a process of its own, so that this one never loads torch; None if it is done."""
    from bot.adapters.encoder_export import encoder_version

    if _is_exported(settings, encoder_version(settings.tuned)):
        return None
    progress("exporting the sentence encoder")
    folders = [str(settings.encoder), str(settings.tuned)]
    command = [sys.executable, "-m", "bot.adapters.encoder_export", *folders]
    return subprocess.Popen(
        command,
        cwd=settings.project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end_export(export: subprocess.Popen[str] | None) -> None:
    """Wait for the export.

    Raises:
        ModelError: it failed; says why.
    """
    if export is None:
        return
    _, said = export.communicate()
    if export.returncode:
        lines = said.strip().splitlines() or ["no message"]
        raise ModelError(Code.M006, problem=lines[-1])


def _is_exported(settings: Settings, version: str) -> bool:
    try:
        return OnnxEncoder(settings.encoder).version == version
    except ModelError:
        return False  # none yet, or damaged: it is exported anew


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
