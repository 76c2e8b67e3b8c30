"""The export of the sentence encoder in a process of its own, beside what needs no encoder yet.

Encoding waits for it, so it is begun before the rest is even imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.adapters.encoder_export import encoder_version
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.errors import Code, ModelError, SettingError
from bot.settings import Settings

_IDLE = 19  # nice value: it takes what no other process wants
Progress = Callable[[str], None]


class Export:
    """An export that may be under way, and what says whether it gives what its original gives.

    Args:
        folder: where all that depends on it is built, the encoder in ``encoder``, until it may
            serve; None if the encoder that serves is as it should be.
        process: the export.
        verdict: compares it with its original once its standard input ends.
    """

    def __init__(
        self,
        folder: Path | None = None,
        process: subprocess.Popen[str] | None = None,
        verdict: subprocess.Popen[str] | None = None,
    ) -> None:
        self.began = time.monotonic()
        self.folder = folder
        self._process = process
        self._verdict = verdict

    @property
    def anew(self) -> bool:
        """Whether the encoder is exported anew."""
        return self.folder is not None

    def finish(self) -> None:
        """Wait until the encoder is there, to build with.

        Raises:
            ModelError: the export failed; says why.
        """
        if self._process is not None:
            _ended(self._process)
        if self._verdict is not None and self._verdict.stdin is not None:
            self._verdict.stdin.close()  # now it can be compared
            self._verdict.stdin = None

    def agree(self) -> None:
        """Wait until the export, which is finished, was compared with its original.

        Raises:
            ModelError: they disagree, or the original cannot be asked; says why.
        """
        if self._verdict is not None:
            _ended(self._verdict)

    def give_up(self) -> None:
        """End what is not finished."""
        for process in (self._process, self._verdict):
            if process is not None and process.poll() is None:
                process.kill()
                process.communicate()


def _ended(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate()
    if process.returncode:
        lines = said.strip().splitlines() or ["no message"]
        raise ModelError(Code.M006, problem=lines[-1])


@contextmanager
def exporting(settings: Settings, progress: Progress) -> Iterator[Export]:
    """Begin the export if the encoder is not there as it should be; leave nothing half done.

    sentence-transformers begins to load its original as well, in what time all else leaves.

    Raises:
        SettingError: the folder of what is trained cannot be written, or the package that carries
            the weights is not installed.
        ModelError: the tuned original of the encoder is damaged.
    """
    _make(settings.models)
    if _is_exported(settings.encoder, encoder_version(settings.tuned)):
        yield Export()
        return
    progress("exporting the sentence encoder")
    scratch = Path(tempfile.mkdtemp(prefix="export-", dir=settings.models))
    folders = [str(replace(settings, building=scratch).encoder), str(settings.tuned)]
    process = _begun(settings, "bot.adapters.encoder_export", folders)
    verdict = _begun(settings, "bot.adapters.encoder_agreement", folders)
    os.setpriority(os.PRIO_PROCESS, verdict.pid, _IDLE)
    export = Export(scratch, process, verdict)
    try:
        yield export
    finally:
        export.give_up()
        shutil.rmtree(scratch, ignore_errors=True)


def _begun(settings: Settings, module: str, folders: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *folders],
        cwd=settings.project,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


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
