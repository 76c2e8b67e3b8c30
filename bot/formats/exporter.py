"""The export: a glossary of any known format, written as another."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from bot.errors import Code, GlossaryError, SettingError
from bot.formats.folder import read_folder
from bot.formats.glossary_folder import write_folder
from bot.formats.importer import Progress, import_sources, require_entries
from bot.formats.markdown_writer import MarkdownWriter
from bot.formats.normal_form import normal
from bot.formats.registry import writer_named
from bot.formats.served import is_own
from bot.formats.sources import collect
from bot.glossary.entry import Entry


def export(glossary: Path, to: Path, format_name: str, force: bool, progress: Progress) -> int:
    """Write a glossary in another format.

    Args:
        glossary: a folder of our own format, or whatever can be imported.
        to: the file to write; a folder for our own format.
        format_name: name of the format.
        force: replace what is there.
        progress: is told what is being done.

    Returns:
        The number of entries written.

    Raises:
        GlossaryError: the glossary cannot be read, the format is unknown, or there is something.
        SettingError: the file cannot be written.
    """
    if format_name == MarkdownWriter.name:
        entries = [normal(entry) for entry in _entries(glossary, progress)]
        write_folder(entries, to, force)
        return len(entries)
    writer = writer_named(format_name)
    if os.path.lexists(to) and not (force and to.is_file()):
        raise GlossaryError(Code.G046, path=to, found="it exists")
    entries = list(_entries(glossary, progress))
    progress(f"writing {len(entries)} entries as {format_name}")
    _write(to, writer.write(entries))
    return len(entries)


def _entries(path: Path, progress: Progress) -> Sequence[Entry]:
    if is_own(path):
        return list(read_folder(path))
    return require_entries(import_sources(collect([path]), progress), path).entries


def _write(to: Path, data: bytes) -> None:
    beside = to.with_name(f".{to.name}-{uuid.uuid4().hex[:8]}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        os.replace(beside, to)
    except OSError as error:
        problem = error.strerror or str(error)
        raise SettingError(Code.S003, path=to, problem=problem, name="--to") from None
    finally:
        beside.unlink(missing_ok=True)
