"""The encoder as it is served: the exported one, which reads German by a dictionary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from bot.adapters.dictionary_file import read_served
from bot.adapters.onnx_encoder import MANIFEST_FILE, OnnxEncoder
from bot.retrieval import dictionary as reading
from bot.retrieval import glossing_encoder
from bot.retrieval.glossing_encoder import GlossingEncoder


class ServedEncoder(GlossingEncoder):
    """A :class:`bot.retrieval.encoder.Encoder` that says which one it is.

    Args:
        folder: the exported encoder.
        dictionary: the dictionary as it is served.
        threads: batches that are run side by side.
        yielding: whether they let all other threads go first.
        told: is given the number of texts whenever some of many are encoded.

    Raises:
        ModelError: encoder or dictionary are missing, or cannot be loaded.
    """

    def __init__(
        self,
        folder: Path,
        dictionary: Path,
        threads: int = 1,
        told: Callable[[int], None] = lambda _: None,
        *,
        yielding: bool = False,
    ) -> None:
        exported = OnnxEncoder(folder, threads, told, yielding=yielding)
        read, version = read_served(dictionary)
        super().__init__(exported, read)
        self.version = f"{exported.version}-{version}-{_way_of_reading()}"


def stamp_of(folder: Path, dictionary: Path) -> bytes:
    """Return what tells one served encoder from another, without loading it.

    Raises:
        OSError: a part of it is missing.
    """
    with dictionary.open("rb") as stream:
        version = stream.readline()
    return (folder / MANIFEST_FILE).read_bytes() + version + _way_of_reading().encode()


def _way_of_reading() -> str:
    """Return a hash of the program that puts texts in English: other words, other vectors."""
    digest = hashlib.sha256()
    for module in (reading, glossing_encoder):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]
