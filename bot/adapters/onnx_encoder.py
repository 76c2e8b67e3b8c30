"""ONNX Runtime serves the exported sentence encoder; neither torch nor transformers is needed."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from bot.errors import Code, ModelError
from bot.retrieval.encoder import Pieces, Vectors

MODEL_FILE = "model.int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"
LONGEST = 64  # word pieces; longer passages were not found better (docs/adr/0004), only slower
_BATCH = 64  # word pieces, padding included; more are no faster, and blur each other (int8)
_NO_PIECES = Pieces(np.zeros((0, 0), np.float32), ())
_LOWER = 5  # in nice values: a third of the time of a thread that does not yield
_REMEMBERED = 64  # questions: the parts of one turn share their encodings


def sums_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that an encoder consists of."""
    sums = {}
    for name in (MODEL_FILE, TOKENIZER_FILE):
        with (folder / name).open("rb") as stream:
            sums[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return sums


class OnnxEncoder:
    """A :class:`bot.retrieval.encoder.Encoder`: mean pooling over an exported transformer.

    Args:
        folder: the exported encoder.
        threads: batches that are run side by side; what comes out is the same.
        yielding: whether they let all other threads go first.
        told: is given the number of texts whenever some of many are encoded.

    Raises:
        ModelError: the folder holds no exported encoder, or it cannot be loaded.
    """

    def __init__(
        self,
        folder: Path,
        threads: int = 1,
        told: Callable[[int], None] = lambda _: None,
        *,
        yielding: bool = False,
    ) -> None:
        self._told = told
        self._begin = _yield_to_others if yielding else None
        if not (folder / MANIFEST_FILE).is_file():
            raise ModelError(Code.M001, path=folder, thing="exported encoder")
        try:
            manifest = json.loads((folder / MANIFEST_FILE).read_text())
            self.version = str(manifest["version"])
            self.dimensions = int(manifest["dimensions"])
            if manifest["sha256"] != sums_of(folder):
                raise ModelError(
                    Code.M002, path=folder, thing="exported encoder",
                    problem="a checksum does not fit",
                )  # fmt: skip
            self._session = _session(folder / MODEL_FILE)
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except ModelError:
            raise
        except Exception as error:  # the libraries raise many kinds, bare Exception among them
            problem = type(error).__name__
            raise ModelError(
                Code.M002, path=folder, thing="exported encoder", problem=problem
            ) from error
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        self._threads = threads
        self._remembered: OrderedDict[str, tuple[Vectors, list[Pieces]]] = OrderedDict()

    def as_read(self, text: str) -> str:
        """Return the text: it is encoded as it is."""
        return text

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), dimensions), L2 norm 1."""
        return self._encode(texts, pieces=False)[0]

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what :meth:`encode` returns, and the pieces of each text, from the same run."""
        return self._encode(texts, pieces=True)

    def _encode(self, texts: Sequence[str], *, pieces: bool) -> tuple[Vectors, list[Pieces]]:
        if len(texts) == 1:
            return self._remember(texts[0])
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        found: list[Pieces] = [_NO_PIECES] * len(texts)
        encodings = self._tokenizer.encode_batch(texts)

        def work(batch: list[int]) -> int:
            rows[batch], states = self._run([encodings[i] for i in batch])
            for row, place in enumerate(batch if pieces else ()):
                found[place] = _pieces(states[row], encodings[place])
            return len(batch)

        batches = _batches([len(encoding.ids) for encoding in encodings])
        if self._threads == 1:
            for batch in batches:
                self._told(work(batch))
        else:
            with ThreadPoolExecutor(self._threads, initializer=self._begin) as pool:
                for number in pool.map(work, batches):
                    self._told(number)
        return rows, found

    def _remember(self, text: str) -> tuple[Vectors, list[Pieces]]:
        known = self._remembered.pop(text, None)
        if known is None:
            encoding = self._tokenizer.encode(text)
            rows, states = self._run([encoding])
            known = (rows, [_pieces(states[0], encoding)])
        self._remembered[text] = known
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        row, [pieces] = known
        return row.copy(), [Pieces(pieces.vectors.copy(), pieces.spans)]  # the caller's to change

    def _run(self, encodings: Sequence[Encoding]) -> tuple[Vectors, NDArray[np.float32]]:
        """Return a vector per text and the states of its pieces, padded to the longest text."""
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        states = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        return _unit(pooled), states


def _yield_to_others() -> None:
    """Let this thread, where threads have priorities of their own, run when a core is idle."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        own = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, own + _LOWER)  # the system caps it


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Give the places of texts in batches of about a length, of at most ``_BATCH`` pieces."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > _BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _unit(vectors: NDArray[np.float32]) -> Vectors:
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(vectors / norms, np.float32)


def _pieces(states: NDArray[np.float32], encoding: Encoding) -> Pieces:
    """Keep the states of pieces of text: special tokens and padding have no characters."""
    kept = [row for row, (start, end) in enumerate(encoding.offsets) if end > start]
    return Pieces(_unit(states[kept]), tuple(encoding.offsets[row] for row in kept))


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # planned for each length anew: 7 % of the time of a text
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
