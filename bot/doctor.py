"""The doctor: is everything in place, what is missing, and how is it mended?"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.adapters.index_store import IndexStore
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, check_sealed, read_member
from bot.adapters.served_encoder import ServedEncoder
from bot.errors import UserFacingError
from bot.formats.served import read_glossary
from bot.listener import bind
from bot.settings import Settings

_PACKAGES = ("rasa", "spacy", "faiss-cpu", "onnxruntime", "sentence-transformers", "torch")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``remedy`` is empty where it is as it should be."""

    what: str
    ok: bool
    found: str
    remedy: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return a JSON object."""
        return {"what": self.what, "ok": self.ok, "found": self.found, "remedy": self.remedy}


def examine(settings: Settings) -> list[Finding]:
    """Look at packages, glossary, encoder, question types, index and port, in this order."""
    return [
        *_packages(),
        _look("glossary", lambda: _glossary(settings)),
        _look("encoder", lambda: f"{ServedEncoder(settings.encoder, settings.dictionary).version}"),
        _look("question types", lambda: _intents(settings)),
        _index(settings),
        _port(settings),
    ]


def _look(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except UserFacingError as error:
        message, _, remedy = str(error).partition(". ")
        return Finding(what, False, message, remedy)
    except OSError as error:
        found = f"{error.filename}: {error.strerror}"
        return Finding(what, False, found, "Make it readable for this user.")


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed", "Run `make setup`.")


def _glossary(settings: Settings) -> str:
    glossary = read_glossary(settings.glossary, settings.models)
    return f"{len(glossary)} entries in {', '.join(glossary.languages)} ({settings.glossary})"


def _intents(settings: Settings) -> str:
    archive = settings.rasa_model
    check_sealed(archive)
    model = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    return f"{len(model.labels)} types"


def _index(settings: Settings) -> Finding:
    finding = _look("index", lambda: IndexStore(settings.index).read().version)
    if not finding.ok:
        return finding
    stored = IndexStore(settings.index).read()
    try:
        version = read_glossary(settings.glossary, settings.models).version
    except UserFacingError:
        version = stored.glossary_version  # the glossary's own finding says what is wrong
    if version != stored.glossary_version:
        return Finding("index", False, "older than the glossary", "Run `termwise train`.")
    found = f"{len(stored.entries)} entries, version {stored.version}; {stored.codes.described()}"
    return Finding("index", True, found)


def _port(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    finding = _look("port", lambda: _free(settings))
    if finding.ok or "in use" not in finding.found:
        return finding
    remedy = "Stop the other program or set PORT; if it is this assistant, all is well."
    return Finding("port", False, f"{where}: Address already in use", remedy)


def _free(settings: Settings) -> str:
    bind(settings).close()
    return f"{settings.host}:{settings.port} is free"
