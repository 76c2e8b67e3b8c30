"""A glossary folder in our own format, written as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path

from bot.errors import Code, GlossaryError, SettingError
from bot.formats.markdown_writer import MarkdownWriter
from bot.glossary.entry import Entry


def write_folder(entries: Sequence[Entry], folder: Path, force: bool = False) -> None:
    """Write entries as a glossary folder: beside it first, then in its place.

    Args:
        entries: in normal form.
        folder: where to; it must not exist or be empty.
        force: replace a folder that holds nothing but Markdown files.

    Raises:
        GlossaryError: the folder is not empty.
        SettingError: it cannot be written.
    """
    check_free(folder, force)
    folder = folder.absolute()
    mark = uuid.uuid4().hex[:8]
    beside = folder.parent / f".{folder.name}-{mark}.new"
    former = folder.parent / f".{folder.name}-{mark}.old"
    try:
        beside.mkdir(parents=True)
        for name, data in MarkdownWriter().files(entries).items():
            (beside / name).write_bytes(data)
        if folder.exists():
            os.rename(folder, former)
        os.rename(beside, folder)
    except OSError as error:
        problem = error.strerror or str(error)
        raise SettingError(Code.S003, path=folder, problem=problem, name="--to") from None
    finally:
        if former.exists() and not folder.exists():
            os.rename(former, folder)
        for left in (beside, former):
            shutil.rmtree(left, ignore_errors=True)


def check_free(folder: Path, force: bool = False) -> None:
    """Check that a folder may be written.

    Raises:
        GlossaryError: it is a file, is not empty, or holds what no import wrote.
    """
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise GlossaryError(Code.G046, path=folder, found="it is a file")
    held = sorted(path.name for path in folder.iterdir())
    if held and not force:
        raise GlossaryError(Code.G046, path=folder, found=f"it holds {held[0]}")
    foreign = [name for name in held if not name.endswith(".md") or name.startswith(".")]
    if foreign or folder.is_symlink():
        found = f"it holds {foreign[0]}, which no import wrote" if foreign else "it is a link"
        raise GlossaryError(Code.G046, path=folder, found=found)
