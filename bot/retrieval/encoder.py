"""The port through which text becomes vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: unit vectors, shape (pieces, dimensions), and their places.

    ``spans`` gives the first and the last character (exclusive) of each piece.
    """

    vectors: Vectors
    spans: tuple[tuple[int, int], ...]


class Encoder(Protocol):
    """Turns sentences into unit vectors whose inner product is their cosine similarity."""

    dimensions: int

    def as_read(self, text: str) -> str:
        """Return a text as it is encoded: in the language of the encoder, where it knows how."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), dimensions), L2 norm 1."""
        ...

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what :meth:`encode` returns, and the pieces of each text, from the same run."""
        ...
