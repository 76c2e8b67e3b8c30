"""The export of the sentence encoder in a process of its own, beside what needs no encoder yet.

It takes longest of what training begins with, so it is begun before the rest is even imported; and
only that process ever loads torch.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.adapters.encoder_export import encoder_version, put_in_place
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.errors import Code, ModelError, SettingError
from bot.settings import Settings

Progress = Callable[[str], None]


class Export:
    """An export that may be under way.

    Args:
        folder: where the encoder is served from.
        process: the export to ``made``; None if the encoder is there already.
        made: where that process writes.
    """

    def __init__(
        self, folder: Path, process: subprocess.Popen[str] | None = None, made: Path = Path()
    ) -> None:
        self.began = time.monotonic()
        self._folder = folder
        self._process = process
        self._made = made

    @property
    def anew(self) -> bool:
        """Whether the encoder is exported anew."""
        return self._process is not None

    def finish(self) -> None:
        """Wait for the export and put it in the place of the one before.

        Raises:
            ModelError: it failed; says why. The one before stays.
        """
        if self._process is None:
            return
        _, said = self._process.communicate()
        if self._process.returncode:
            lines = said.strip().splitlines() or ["no message"]
            raise ModelError(Code.M006, problem=lines[-1])
        put_in_place(self._folder, self._made)

    def give_up(self) -> None:
        """End it if it is not finished."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@contextmanager
def exporting(settings: Settings, progress: Progress) -> Iterator[Export]:
    """Begin the export if the encoder is not there as it should be; leave nothing half done.

    Raises:
        SettingError: the folder of what is trained cannot be written, or the package that carries
            the weights is not installed.
        ModelError: the tuned original of the encoder is damaged.
    """
    _make(settings.models)
    if _is_exported(settings.encoder, encoder_version(settings.tuned)):
        yield Export(settings.encoder)
        return
    progress("exporting the sentence encoder")
    scratch = Path(tempfile.mkdtemp(prefix="export-", dir=settings.models))
    made = scratch / "encoder"
    folders = [str(made), str(settings.tuned)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.adapters.encoder_export", *folders],
        cwd=settings.project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    export = Export(settings.encoder, process, made)
    try:
        yield export
    finally:
        export.give_up()
        shutil.rmtree(scratch, ignore_errors=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SettingError(Code.S003, path=folder, problem=error.strerror, name="MODELS") from None


def _is_exported(folder: Path, version: str) -> bool:
    try:
        return OnnxEncoder(folder).version == version
    except ModelError:
        return False  # none yet, or damaged: it is exported anew
