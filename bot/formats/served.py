"""The glossary that is served: our own format as it is, any other imported first."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.errors import Code, GlossaryError
from bot.formats.folder import read_folder
from bot.formats.glossary_folder import write_folder
from bot.formats.importer import Progress, import_sources, require_entries
from bot.formats.reader import Source
from bot.formats.registry import assign
from bot.formats.sources import SUFFIXES, Limits, collect
from bot.glossary.glossary import Glossary

VERSION = 3
"""Raised when the same sources become other entries, so that they are imported again."""

_SAMPLE = 100  # files that tell the format of a folder
_KEPT = 2  # imports
_OWN = "termwise"


def read_glossary(path: Path, models: Path, progress: Progress = lambda _: None) -> Glossary:
    """Read a glossary of any known format.

    Args:
        path: a folder of our own format, or whatever can be imported.
        models: where an import is kept (``imported/<hash>``); it is made anew when a file changed.
        progress: is told what is being done.

    Raises:
        GlossaryError: there is nothing, or it is no glossary.
        SettingError: the import cannot be written.
    """
    if not path.exists():
        raise GlossaryError(Code.G009, folder=path)
    if is_own(path):
        return read_folder(path)
    return read_folder(imported_folder(path, models, progress))


def is_own(path: Path) -> bool:
    """Say whether a path is a folder of our own format, told by a sample of its files."""
    if not path.is_dir():
        return False
    root = path.resolve()
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES and not any(
            part.startswith(".") for part in file.relative_to(path).parts
        )
    )  # fmt: skip
    if not found:
        return True
    step = -(-len(found) // _SAMPLE)
    sample = []
    for file in found[::step]:
        if file.is_file() and file.resolve().is_relative_to(root):
            with file.open("rb") as stream:
                name = file.relative_to(path).as_posix()
                sample.append(Source(name, stream.read(Limits().file)))
    assigned, _ = assign([source for source in sample if not _is_about_it(source.name)])
    own = len(assigned.get(_OWN, ()))
    return own * 2 > sum(len(sources) for sources in assigned.values()) or not assigned


def _is_about_it(name: str) -> bool:
    return name.rsplit("/", 1)[-1].lower() in ("readme.md", "license.md", "changelog.md")


def imported_folder(path: Path, models: Path, progress: Progress = lambda _: None) -> Path:
    """Return the folder that holds the import of these files, made now if it is not there."""
    cache = models / "imported"
    collected = collect([path])
    folder = cache / _fingerprint(collected.sources)
    if not folder.is_dir():
        done = require_entries(import_sources(collected, progress), path)
        progress(f"imported {len(done.entries)} entries; {len(done.skipped)} things were left out")
        write_folder(done.entries, folder)
    _prune(cache, folder)
    return folder


def _fingerprint(sources: Sequence[Source]) -> str:
    digest = hashlib.sha256(f"{VERSION}\0".encode())
    for source in sources:
        digest.update(f"{source.name}\0{len(source.data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(source.data)
    return digest.hexdigest()[:16]


def _prune(cache: Path, current: Path) -> None:
    others = [folder for folder in cache.iterdir() if folder != current and folder.is_dir()]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[_KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
