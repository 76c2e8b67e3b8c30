"""The live glossary: the assistant that answers now, and how it follows its owner's files."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from bot.adapters.index_store import IndexStore
from bot.adapters.intent_model import IntentModel
from bot.adapters.model_archive import INTENT_FILE, read_member, usable
from bot.adapters.onnx_encoder import MANIFEST_FILE
from bot.adapters.served_encoder import ServedEncoder
from bot.app import Assistant
from bot.collector import uncollected
from bot.edition import Edition
from bot.errors import ModelError, SettingError, UserFacingError
from bot.formats.glossary_files import GlossaryFiles
from bot.glossary.glossary import Glossary
from bot.settings import Settings

logger = logging.getLogger(__name__)


class Source(Protocol):
    """Where the glossary comes from."""

    def read(self) -> Glossary:
        """Return the glossary as it is now; entries that did not change are the same objects."""
        ...


@dataclass(frozen=True, slots=True)
class Status:
    """What is served.

    ``version`` is that of the glossary, ``since`` when it was taken up (ISO 8601, UTC),
    ``calibrated_on`` the version that the decision was calibrated on, ``problem`` why the files as
    they are now are not served; empty if they are.
    """

    version: str
    since: str
    calibrated_on: str
    problem: str = ""


class LiveGlossary:
    """Serves one edition until the next is complete; a faulty change leaves it as it is.

    Safe to use from several threads: reading never waits, changing is done by one at a time.

    Args:
        edition: what is served first.
        source: where the next ones come from.
        store: where they are kept for the next start.
        is_ours: tells whether what the store's folder holds beside is still what was loaded.
        private: paths that no message shall tell.
    """

    def __init__(
        self,
        edition: Edition,
        source: Source,
        store: IndexStore,
        is_ours: Callable[[], bool] = lambda: True,
        private: tuple[Path, ...] = (),
    ) -> None:
        self._source = source
        self._store = store
        self._is_ours = is_ours
        self._private = private
        self._changing = threading.Lock()
        self._keeping = threading.Lock()
        self._on_disk = store.current()
        self._served = (edition, _now())
        self._problem = ""

    @property
    def assistant(self) -> Assistant:
        """The assistant that answers now."""
        return self._served[0].assistant

    @property
    def status(self) -> Status:
        """What is served now."""
        edition, since = self._served
        return Status(edition.glossary.version, since, edition.trained.glossary, self._problem)

    @property
    def is_outdated(self) -> bool:
        """Whether training wrote an index since that this process can take the decision from."""
        return self._store.current() not in (None, self._on_disk) and self._is_ours()

    def refresh(self) -> Status:
        """Take up the glossary as its files are now.

        Returns:
            What is served then; if the files have a fault, what was served before, and the fault.
        """
        with self._changing:
            try:
                self._take_up()
            except UserFacingError as error:
                self._refuse(str(error))
            except FileNotFoundError:
                self._refuse(
                    "a file went while it was read"
                )  # an editor saves; the next try will do
            except OSError as error:
                self._refuse(f"a file cannot be read ({error.strerror})")
            except Exception:
                logger.exception("a change of the glossary could not be taken up")
                self._refuse("the change could not be taken up; the log says why")
            else:
                if self._problem:
                    logger.warning("the glossary is in order again")
                self._problem = ""
        return self.status

    def keep(self) -> bool:
        """Write the index of what is served for the next start, unless it is there.

        Returns:
            Whether it was written.
        """
        with self._keeping:
            edition = self._served[0]
            version = edition.index_version
            if version == self._on_disk or not self._is_ours():
                return False
            if self._store.current() != self._on_disk:
                return False  # training wrote one: its decision is taken up before
            try:
                self._store.write(edition.to_stored())
            except (SettingError, OSError) as error:
                logger.warning("the index of the changed glossary is not kept: %s", error)
            self._on_disk = version
        return True

    def _take_up(self) -> None:
        edition = self._served[0]
        glossary = self._source.read()
        judged, on_disk = self._judged_anew(edition)
        if judged is edition and glossary.version == edition.glossary.version:
            return
        with uncollected():
            following = judged.following(glossary)
        self._served = (following, _now())
        self._on_disk = on_disk
        logger.info("version %s of the glossary is served", glossary.version)

    def _judged_anew(self, edition: Edition) -> tuple[Edition, str | None]:
        """Take the decision from the index that training wrote since, if it did.

        Returns:
            The edition, and the version on disk that it belongs to.
        """
        if not self.is_outdated:
            return edition, self._on_disk
        try:
            stored = self._store.read()
            return edition.judged_by(stored), stored.version
        except ModelError as error:
            logger.warning("%s", error)
            return edition, self._on_disk

    def _refuse(self, problem: str) -> None:
        for path in self._private:
            problem = problem.replace(str(path), path.name)
        if problem != self._problem:
            logger.warning(
                "the glossary has a fault; version %s is still served: %s",
                self._served[0].glossary.version,
                problem,
            )
        self._problem = problem


def load_live(settings: Settings) -> LiveGlossary:
    """Load what was trained.

    Raises:
        ModelError: something is missing or damaged; says what to do.
    """
    archive = usable(settings.rasa_model)
    intents = IntentModel.from_bytes(read_member(archive, INTENT_FILE), str(archive))
    stored = IndexStore(settings.index).read_usable()
    with uncollected():
        edition = Edition.of(stored, ServedEncoder(settings.encoder, settings.dictionary), intents)
        edition.assistant.warm_up()
    parts = (settings.encoder / MANIFEST_FILE, settings.dictionary, archive)
    loaded = _state(parts)
    source = GlossaryFiles(settings.glossary, settings.models, edition.glossary)
    return LiveGlossary(
        edition, source, IndexStore(settings.index), lambda: _state(parts) == loaded,
        (settings.glossary, settings.models),
    )  # fmt: skip


def _state(paths: tuple[Path, ...]) -> list[tuple[int, int]]:
    """Return what tells whether training replaced a file."""
    try:
        return [(path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
    except OSError:
        return []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@lru_cache(maxsize=1)
def shared_live() -> LiveGlossary:
    """Return the live glossary of this process, from the settings of the environment."""
    return load_live(Settings.from_environment())


_turn: ContextVar[Assistant | None] = ContextVar("turn", default=None)


def begin_turn() -> Assistant:
    """Return the assistant that answers now; the turn that runs in this task keeps it."""
    assistant = shared_live().assistant
    _turn.set(assistant)
    return assistant


def shared_assistant() -> Assistant:
    """Return the assistant that this turn began with, or, outside of turns, that answers now."""
    return _turn.get() or shared_live().assistant
