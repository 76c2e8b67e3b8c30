"""Trains the Rasa model from the project's files, if anything in them changed."""

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path

from bot.errors import Code, ModelError
from bot.settings import Settings

_TRAINED_ON = ("config.yml", "domain", "data/nlu", "data/rules", "bot/nlu")
_STAMP = "termwise.sha256"


def is_trained(settings: Settings, encoder_version: str) -> bool:
    """Tell whether the model in place was trained on the project's files as they are."""
    stamp = settings.models / _STAMP
    if not settings.rasa_model.is_file() or not stamp.is_file():
        return False
    return stamp.read_text() == _fingerprint(settings.project, encoder_version)


def train_model(settings: Settings, encoder_version: str) -> None:
    """Train and put the model in place in one step; the former one serves until then.

    Raises:
        ModelError: Rasa refused the project's files; says why.
    """
    fingerprint = _fingerprint(settings.project, encoder_version)
    scratch = Path(tempfile.mkdtemp(prefix="rasa-", dir=settings.models))
    try:
        trained = _train(settings.project, scratch)
        (settings.models / _STAMP).unlink(missing_ok=True)
        os.replace(trained, settings.rasa_model)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    (settings.models / _STAMP).write_text(fingerprint)


def _train(project: Path, output: Path) -> Path:
    from rasa.model_training import train
    from rasa.shared.exceptions import RasaException

    try:
        with contextlib.redirect_stdout(io.StringIO()):
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
