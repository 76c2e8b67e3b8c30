"""ONNX Runtime serves the exported sentence encoder; neither torch nor transformers is needed."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import Code, ModelError
from bot.retrieval.encoder import Vectors

MODEL_FILE = "model.int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"
LONGEST = 64  # word pieces; longer passages were not found better (docs/adr/0004), only slower
_BATCH = 32
_REMEMBERED = 64  # questions: the parts of one turn share their encodings


class OnnxEncoder:
    """A :class:`bot.retrieval.encoder.Encoder`: mean pooling over an exported transformer.

    Raises:
        ModelError: the folder holds no exported encoder, or it cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        if not (folder / MANIFEST_FILE).is_file():
            raise ModelError(Code.M001, path=folder, thing="exported encoder")
        try:
            manifest = json.loads((folder / MANIFEST_FILE).read_text())
            self.version = str(manifest["version"])
            self.dimensions = int(manifest["dimensions"])
            self._session = _session(folder / MODEL_FILE, threads)
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except Exception as error:  # the libraries raise many kinds, bare Exception among them
            problem = type(error).__name__
            raise ModelError(
                Code.M002, path=folder, thing="exported encoder", problem=problem
            ) from error
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), dimensions), L2 norm 1."""
        if len(texts) == 1:
            return self._encode_remembered(texts[0])
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            rows[batch] = self._run([texts[i] for i in batch])
        return rows

    def _encode_remembered(self, text: str) -> Vectors:
        vector = self._remembered.pop(text, None)
        if vector is None:
            vector = self._run([text])
        self._remembered[text] = vector
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return vector

    def _run(self, texts: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encodings], np.int64)
        mask = np.array([e.attention_mask for e in encodings], np.int64)
        states = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        norms = np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return np.asarray(pooled / norms, np.float32)


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
