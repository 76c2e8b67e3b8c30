"""sentence-transformers says whether the exported encoder gives what its original gives.

With ``encoder_tuning`` the only module that loads torch; training runs it in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.adapters.encoder_export import original_folder
from bot.adapters.onnx_encoder import LONGEST, OnnxEncoder
from bot.errors import Code, ModelError, UserFacingError
from bot.retrieval.encoder import Vectors

LEAST_MEAN_COSINE = 0.985  # int8 against float32; measured 0.993 on short texts

SAMPLES = (
    "what is it",
    "how do the two differ",
    "Wie funktioniert das?",
    "what do you call it when a shop lets people pay later",
    "A bridge carries a road or a railway across a valley, a river or another road.",
    "Eine Brücke führt einen Verkehrsweg über ein Tal, einen Fluss oder einen anderen Weg.",
)


def original_vectors(original: Path, texts: Sequence[str]) -> Vectors:
    """Return what sentence-transformers makes of texts: a unit vector each, float32.

    Args:
        original: the folder of the original.
        texts: they are cut where the exported encoder cuts them.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(original), device="cpu", local_files_only=True)
    model.max_seq_length = LONGEST
    rows = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(rows, np.float32)


def check_agreement(exported: Vectors, meant: Vectors) -> float:
    """Return the mean cosine of vectors of the same texts by the export and by its original.

    Raises:
        ModelError: it is below ``LEAST_MEAN_COSINE``.
    """
    cosine = float(np.mean(np.sum(exported * meant, axis=1)))
    if not cosine >= LEAST_MEAN_COSINE:  # nor where it is no number
        raise ModelError(Code.M003, found=cosine, limit=LEAST_MEAN_COSINE)
    return cosine


def main(arguments: Sequence[str]) -> int:
    """Compare the encoder in the first folder with the tuned original that the second may hold.

    The original is asked at once, the export when standard input ends: until then it may be in the
    making. Errors are one line on standard error.
    """
    try:
        meant = original_vectors(original_folder(*map(Path, arguments[1:2])), SAMPLES)
        sys.stdin.read()
        check_agreement(OnnxEncoder(Path(arguments[0])).encode(SAMPLES), meant)
    except UserFacingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
