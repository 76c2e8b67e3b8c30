"""Encoded passages of a build that is under way: an interrupted one goes on from here."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import Code, SettingError
from bot.retrieval.encoder import Vectors

_PROJECTION = "projection.npy"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some encoded passages: content keys, unit vectors, and what a ``PieceIndex`` holds."""

    keys: Sequence[str]
    vectors: Vectors
    pieces: NDArray[np.int8]
    counts: NDArray[np.int64]


class ChunkStore:
    """A folder of chunks that share one projection of word pieces."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def projection(self) -> NDArray[np.float32] | None:
        """Return the projection of the stored chunks, or None where there are none."""
        try:
            found = np.load(self._folder / _PROJECTION, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return np.asarray(found, np.float32)

    def begin(self, projection: NDArray[np.float32]) -> None:
        """Forget all chunks and start with this projection.

        Raises:
            SettingError: the folder cannot be written.
        """
        self.clear()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / _PROJECTION, projection=projection)
        except OSError as error:
            raise _unwritable(self._folder, error) from None

    def read(self) -> Iterator[Chunk]:
        """Give the stored chunks in the order of writing; a damaged one is left out."""
        for path in sorted(self._folder.glob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as arrays:
                    keys = [str(key) for key in arrays["keys"]]
                    chunk = Chunk(keys, arrays["vectors"], arrays["pieces"], arrays["counts"])
            except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
                continue
            if len(keys) == len(chunk.vectors) == len(chunk.counts):
                yield chunk

    def write(self, chunk: Chunk) -> None:
        """Add a chunk; it is there whole or not at all.

        Raises:
            SettingError: the folder cannot be written.
        """
        number = len(list(self._folder.glob("*.npz")))
        try:
            _write(
                self._folder / f"{number:06}.npz",
                keys=np.array(chunk.keys), vectors=chunk.vectors, pieces=chunk.pieces,
                counts=chunk.counts,
            )  # fmt: skip
        except OSError as error:
            raise _unwritable(self._folder, error) from None

    def clear(self) -> None:
        """Forget all chunks."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(path: Path, **arrays: NDArray[np.generic]) -> None:
    scratch = path.with_suffix(".part")
    with scratch.open("wb") as stream:
        if path.suffix == ".npz":
            np.savez(stream, **arrays)
        else:
            (only,) = arrays.values()
            np.save(stream, only, allow_pickle=False)
    os.replace(scratch, path)


def _unwritable(folder: Path, error: OSError) -> SettingError:
    return SettingError(Code.S003, path=folder, problem=error.strerror, name="MODELS")
