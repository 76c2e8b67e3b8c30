"""An encoder of English that reads other languages by a dictionary."""

from __future__ import annotations

from collections.abc import Sequence

from bot.retrieval.dictionary import Dictionary, Reading
from bot.retrieval.encoder import Encoder, Pieces, Vectors


class GlossingEncoder:
    """A :class:`bot.retrieval.encoder.Encoder` over another one.

    Args:
        english: encodes English.
        dictionary: reads texts of another language in English.
    """

    def __init__(self, english: Encoder, dictionary: Dictionary) -> None:
        self._english = english
        self._dictionary = dictionary
        self.dimensions = english.dimensions

    def as_read(self, text: str) -> str:
        """Return a text as it is encoded: in English, if it is of the dictionary's language."""
        return self._read(text)[0]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text: float32, shape (len(texts), dimensions), L2 norm 1."""
        return self._english.encode([self._read(text)[0] for text in texts])

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what :meth:`encode` returns, and the pieces of each text, placed in that text."""
        read = [self._read(text) for text in texts]
        vectors, pieces = self._english.encode_pieces([text for text, _ in read])
        placed = [_placed(found, reading) for found, (_, reading) in zip(pieces, read, strict=True)]
        return vectors, placed

    def _read(self, text: str) -> tuple[str, Reading | None]:
        if not self._dictionary.speaks(text):
            return text, None
        reading = self._dictionary.read(text)
        return reading.text, reading


def _placed(pieces: Pieces, reading: Reading | None) -> Pieces:
    if reading is None:
        return pieces
    return Pieces(pieces.vectors, tuple(reading.origin(*span) for span in pieces.spans))
