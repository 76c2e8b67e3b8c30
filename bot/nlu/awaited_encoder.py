"""The encoder of a training run, which may still be in the making when training begins."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Optional

from bot.adapters.dictionary_file import read_served
from bot.adapters.served_encoder import ServedEncoder
from bot.retrieval.dictionary import Dictionary
from bot.retrieval.encoder import Encoder, Pieces, Vectors
from bot.settings import Settings


def _at_once() -> None:
    """Wait for nothing: the encoder is there."""


_until_there: ContextVar[Callable[[], object]] = ContextVar("until_there", default=_at_once)
_built: ContextVar[Optional[Settings]] = ContextVar("built", default=None)


@contextmanager
def awaiting(until_there: Callable[[], object], settings: Settings) -> Iterator[None]:
    """Let encoders that are needed inside the block wait until this function returns.

    They are then where these settings say.
    """
    tokens = _until_there.set(until_there), _built.set(settings)
    try:
        yield
    finally:
        _until_there.reset(tokens[0])
        _built.reset(tokens[1])


def _settings() -> Settings:
    return _built.get() or Settings.from_environment()


class AwaitedEncoder(Encoder):
    """The exported encoder of a training run or the environment, loaded when it is first needed.

    Raises:
        ModelError: there is none, or its export failed; when it is first needed.
    """

    @cached_property
    def _loaded(self) -> Encoder:
        _until_there.get()()
        settings = _settings()
        return ServedEncoder(settings.encoder, settings.dictionary, os.cpu_count() or 1)

    @property
    def dimensions(self) -> int:  # type: ignore[override]
        """How many numbers a vector has."""
        return self._loaded.dimensions

    @cached_property
    def _dictionary(self) -> Dictionary:
        return read_served(_settings().dictionary)[0]

    def as_read(self, text: str) -> str:
        """Return a text as it is encoded; this needs no encoder, so it may be in the making."""
        return self._dictionary.in_english(text)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return what the encoder returns."""
        return self._loaded.encode(texts)

    def encode_pieces(self, texts: Sequence[str]) -> tuple[Vectors, list[Pieces]]:
        """Return what the encoder returns."""
        return self._loaded.encode_pieces(texts)
