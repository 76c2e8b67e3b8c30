"""Trains the Rasa model from the project's files, if anything in them changed."""

import contextlib
import io
import shutil
import tempfile
from pathlib import Path
from typing import Optional

from rasa.model_training import train

from bot.adapters.model_archive import put_in_place
from bot.errors import Code, ModelError, UserFacingError
from bot.nlu.fingerprint import STAMP, fingerprint_of
from bot.settings import Settings

_LONGEST = 400  # characters of what Rasa says


def train_model(settings: Settings, encoder_version: str) -> None:
    """Train and put the model in place in one step; the former one serves until then.

    Raises:
        ModelError: Rasa refused the project's files; says why.
    """
    fingerprint = fingerprint_of(settings.project, encoder_version)
    scratch = Path(tempfile.mkdtemp(prefix="rasa-", dir=settings.models))
    try:
        trained = _train(settings.project, scratch)
        (settings.models / STAMP).unlink(missing_ok=True)
        put_in_place(trained, settings.rasa_model)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    (settings.models / STAMP).write_text(fingerprint)


def _train(project: Path, output: Path) -> Path:
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
    except Exception as error:  # Rasa raises many kinds, and wraps what our components raise
        raise _mended(error) from error
    if result.model is None:
        raise ModelError(Code.M004, problem=f"it ended with code {result.code}; see above")
    return Path(result.model)


def _mended(error: BaseException) -> UserFacingError:
    """Return our own error behind one of Rasa's, or Rasa's as one line."""
    cause: Optional[BaseException] = error
    while cause is not None:
        if isinstance(cause, UserFacingError):
            return cause
        cause = cause.__cause__ or cause.__context__
    said = " ".join(str(error).split()) or type(error).__name__
    return ModelError(Code.M004, problem=said[:_LONGEST])
