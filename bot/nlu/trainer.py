"""Trains the Rasa model from the project's files, if anything in them changed."""

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Optional

from rasa.engine.graph import GraphNodeHook
from rasa.engine.training import graph_trainer
from rasa.model_training import _train_graph
from rasa.shared.data import TrainingType

from bot.adapters.model_archive import put_in_place
from bot.errors import Code, ModelError, UserFacingError
from bot.nlu.awaited_encoder import awaiting
from bot.nlu.fingerprint import files_fingerprint, joined, stamp_path
from bot.nlu.project_importer import ProjectImporter
from bot.settings import Settings

_LONGEST = 400  # characters of what Rasa says


def train_model(settings: Settings, encoder_version: Callable[[], str]) -> None:
    """Train and put the model in place in one step; the former one serves until then.

    Args:
        settings: where things are.
        encoder_version: gives what identifies the encoder, once that is there.

    Raises:
        ModelError: Rasa refused the project's files; says why.
    """
    files = files_fingerprint(settings.project)
    scratch = Path(tempfile.mkdtemp(prefix="rasa-", dir=settings.models))
    try:
        with awaiting(encoder_version, settings):
            trained = _train(settings.project, scratch)
        stamp_path(settings).unlink(missing_ok=True)
        put_in_place(trained, settings.rasa_model)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    stamp_path(settings).write_text(joined(files, encoder_version()))


def _train(project: Path, output: Path) -> Path:
    try:
        with contextlib.redirect_stdout(io.StringIO()), _without_cache():
            # What `rasa train` does, but for the importer.
            result = _train_graph(
                ProjectImporter(project), TrainingType.BOTH, str(output), "termwise",
                force_full_training=True,
            )  # fmt: skip
    except Exception as error:  # Rasa raises many kinds, and wraps what our components raise
        raise _mended(error) from error
    if result.model is None:
        raise ModelError(Code.M004, problem=f"it ended with code {result.code}; see above")
    return Path(result.model)


class _NoHook(GraphNodeHook):
    """Stands for what Rasa does before and after each node of the training graph."""

    def __init__(self, **_: Any) -> None:
        pass

    def on_before_node(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Work out nothing."""
        return {}

    def on_after_node(self, *_: Any, **__: Any) -> None:
        """Keep nothing."""


@contextlib.contextmanager
def _without_cache() -> Iterator[None]:
    """Have Rasa not work out what its cache would know each output by: all is trained anew.

    It goes through all questions for that, after each of three nodes.
    """
    before = graph_trainer.TrainingHook
    graph_trainer.TrainingHook = _NoHook
    try:
        yield
    finally:
        graph_trainer.TrainingHook = before


def _mended(error: BaseException) -> UserFacingError:
    """Return our own error behind one of Rasa's, or Rasa's as one line."""
    cause: Optional[BaseException] = error
    while cause is not None:
        if isinstance(cause, UserFacingError):
            return cause
        cause = cause.__cause__ or cause.__context__
    said = " ".join(str(error).split()) or type(error).__name__
    return ModelError(Code.M004, problem=said[:_LONGEST])
