"""Trains the Rasa model from the project's files, if anything in them changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from bot.errors import Code, ModelError
from bot.settings import Settings

_TRAINED_ON = ("config.yml", "domain", "data/nlu", "data/rules", "bot/nlu")
_STAMP = "termwise.sha256"


def train_model(settings: Settings, encoder_version: str) -> bool:
    """Train and put the model in place in one step; the former one serves until then.

    Returns:
        Whether anything had to be trained.

    Raises:
        ModelError: Rasa refused the project's files; says why.
    """
    stamp = settings.models / _STAMP
    fingerprint = _fingerprint(settings.project, encoder_version)
    if settings.rasa_model.is_file() and stamp.is_file() and stamp.read_text() == fingerprint:
        return False
    stamp.unlink(missing_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="rasa-", dir=settings.models))
    try:
        trained = _train(settings.project, scratch)
        os.replace(trained, settings.rasa_model)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    stamp.write_text(fingerprint)
    return True


def _train(project: Path, output: Path) -> Path:
    from rasa.model_training import train
    from rasa.shared.exceptions import RasaException

    try:
        result = train(
            domain=str(project / "domain"),
            config=str(project / "config.yml"),
            training_files=[str(project / "data" / part) for part in ("nlu", "rules")],
            output=str(output),
            fixed_model_name="termwise",
            force_training=True,
        )
    except RasaException as error:
        raise ModelError(Code.M004, problem=str(error)) from error
    if result.model is None:
        raise ModelError(Code.M004, problem=f"it ended with code {result.code}; see above")
    return Path(result.model)


def _fingerprint(project: Path, encoder_version: str) -> str:
    digest = hashlib.sha256(encoder_version.encode())
    own = [project / "bot" / "adapters" / f"intent_{part}.py" for part in ("model", "trainer")]
    for name in _TRAINED_ON:
        path = project / name
        own += sorted(p for p in path.rglob("*") if p.suffix in (".py", ".yml")) or [path]
    for path in own:
        digest.update(path.as_posix().encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
