"""The port through which text becomes vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions), each row of length 1."""


class Encoder(Protocol):
    """Turns sentences into unit vectors whose inner product is their cosine similarity."""

    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), dimensions), L2 norm 1."""
        ...
