"""A survey: what can be read of a glossary, with its faults listed instead of raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Code, GlossaryError
from bot.formats.folder import LARGEST_FILE, NO_ENTRIES
from bot.formats.importer import Progress, import_sources
from bot.formats.markdown import read_entry
from bot.formats.reader import Source
from bot.formats.served import is_own
from bot.formats.sources import collect
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something is no entry: file, line from 1 (0: none), what was found, what to do."""

    file: str
    line: int
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class Survey:
    """The entries that can be read, the texts of their files, all file names, and the faults.

    Relations may lead nowhere or in circles.
    """

    glossary: Glossary
    sources: Mapping[str, str]
    files: frozenset[str]
    faults: tuple[Fault, ...]


def survey(path: Path, progress: Progress = lambda _: None) -> Survey:
    """Read what can be read of a glossary of any known format.

    Raises:
        GlossaryError: there is nothing, or no part of it is a glossary.
    """
    if not path.exists():
        raise GlossaryError(Code.G009, folder=path)
    collected = collect([path])
    files = frozenset(_files(path))
    if not is_own(path):
        done = import_sources(collected, progress)
        lost = (s for s in done.skipped if not s.expected)
        faults = [Fault(s.file, s.line, s.reason, "Mend it in the source.") for s in lost]
        return Survey(Glossary(done.entries), {}, files, tuple(faults))
    entries: dict[str, Entry] = {}
    sources: dict[str, str] = {}
    faults = []
    for source in collected.sources:
        if source.name.endswith(".md") and source.name.rsplit("/")[-1].lower() not in NO_ENTRIES:
            try:
                sources[source.name] = _text(source)
                _add(entries, read_entry(source.name, sources[source.name]), source.name)
            except GlossaryError as error:
                faults.append(_fault(error, source.name))
    if not entries and not faults:
        raise GlossaryError(Code.G008, folder=path)
    return Survey(Glossary(entries.values()), sources, files, tuple(faults))


def _files(path: Path) -> Sequence[str]:
    if path.is_file():
        return [path.name]
    return [p.relative_to(path).as_posix() for p in path.rglob("*")]


def _text(source: Source) -> str:
    if len(source.data) > LARGEST_FILE:
        raise GlossaryError(
            Code.G011, file=source.name, size=len(source.data), limit=LARGEST_FILE
        )  # fmt: skip
    try:
        return source.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=source.name, position=error.start) from None


def _add(entries: dict[str, Entry], entry: Entry, name: str) -> None:
    if entry.id in entries:
        other = next(iter(entries[entry.id].texts.values())).definition.span.file
        raise GlossaryError(Code.G006, file=name, found=entry.id, other=other)
    entries[entry.id] = entry


def _fault(error: GlossaryError, name: str) -> Fault:
    line = error.facts.get("line")
    found, _, mend = str(error).partition(". ")
    return Fault(name, line if isinstance(line, int) else 0, found, mend)
