"""The workbench: another glossary is built beside what serves, with the models that are there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.adapters.index_store import IndexStore
from bot.adapters.model_archive import manifest_of
from bot.settings import Settings


@contextmanager
def workbench(settings: Settings) -> Iterator[Settings]:
    """Give settings with a folder of models of their own, which is gone afterwards.

    Encoder, dictionary and question types are those of ``settings``. The index begins as theirs, so
    that passages it holds are not encoded again; whatever is built stays away from it.
    """
    with tempfile.TemporaryDirectory(prefix="termwise-") as scratch:
        models = Path(scratch)
        archive = settings.rasa_model
        for part in (settings.encoder, settings.dictionary, archive, manifest_of(archive)):
            if part.exists():
                (models / part.name).symlink_to(part)
        bench = replace(settings, models=models, state=models / "state")
        take_index(settings.index, bench.index)
        yield bench


def take_index(source: Path, target: Path) -> None:
    """Make the current version of an index that of another folder as well, without copying it."""
    version = IndexStore(source).current()
    if not version:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / version).symlink_to(source.absolute() / version)
    shutil.copyfile(source / "current", os.fspath(target / "current"))
