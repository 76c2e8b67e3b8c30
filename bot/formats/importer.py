"""The import: files of any known format become one list of entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import Code, GlossaryError
from bot.formats.assembly import assemble
from bot.formats.pages import skipped
from bot.formats.reader import Options, Reader, Reading, Skipped, Source
from bot.formats.registry import assign, reader_named
from bot.formats.sources import Collected
from bot.glossary.entry import Entry

Progress = Callable[[str], None]

_SAMPLE = 50  # files whose words tell the language
_SAMPLED = 20_000  # bytes of each
_ENGLISH = re.compile(rb"\b(?:the|of|and|is|to|that|which|with|for|are)\b", re.IGNORECASE)
_GERMAN = re.compile(
    rb"\b(?:der|die|das|und|ist|ein|eine|einer|von|mit|wird|werden|durch)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Import:
    """What an import made: the entries, and what its report tells.

    Attributes:
        entries: in normal form, with unique ids and relations that resolve.
        skipped: what was left out, with file and line.
        notes: what the readers say about the source.
        formats: number of files by format.
        language: the language assumed for texts that do not tell theirs.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    formats: Mapping[str, int]
    language: str


def import_sources(
    collected: Collected,
    progress: Progress,
    *,
    format_name: str = "",
    language: str = "",
    columns: Mapping[str, str] | None = None,
) -> Import:
    """Read files into entries.

    Args:
        collected: the files.
        progress: is told what is being done.
        format_name: the one format to read them as; told from their content if empty.
        language: the language of texts that do not tell theirs; told from their words if empty.
        columns: for tables, which column holds what.

    Raises:
        GlossaryError: nothing in them is a glossary, a file is damaged, or the format is unknown.
    """
    if format_name:
        assigned = {reader_named(format_name).name: list(collected.sources)}
        left: list[Skipped] = []
    else:
        assigned, left = assign(collected.sources)
    spoken = language or _language(collected.sources)
    options = Options(spoken, dict(columns or {}))
    readings = []
    for name, sources in assigned.items():
        progress(f"reading {len(sources)} {'file' if len(sources) == 1 else 'files'} as {name}")
        alone = bool(format_name) or len(collected.sources) == 1
        readings.append(_read(reader_named(name), sources, options, alone))
    progress(f"joining {sum(len(r.entries) for r in readings)} entries")
    assembled = assemble(readings)
    notes = tuple(note for reading in readings for note in reading.notes)
    formats = {name: len(sources) for name, sources in assigned.items() if sources}
    left_out = (*collected.skipped, *left, *assembled.skipped)
    return Import(assembled.entries, left_out, notes, formats, spoken)


def require_entries(done: Import, path: object) -> Import:
    """Return an import that has entries.

    Raises:
        GlossaryError: it has none.
    """
    if done.entries:
        return done
    first = next((s for s in done.skipped if not s.expected), next(iter(done.skipped), None))
    hint = (
        f"The first thing left out: {first.file}:{first.line}, {first.reason}."
        if first
        else "Name a file or folder that holds one, or say its format with --format."
    )
    raise GlossaryError(Code.G045, path=path, hint=hint)


def _read(reader: Reader, sources: Sequence[Source], options: Options, alone: bool) -> Reading:
    """Read files of one format; of several files, one that cannot be read is left out."""
    try:
        return reader.read(sources, options)
    except GlossaryError:
        if alone:
            raise
    parts = []
    for source in sources:
        try:
            parts.append(reader.read([source], options))
        except GlossaryError as error:
            parts.append(Reading((), (skipped(source, error),)))
    return Reading(
        tuple(entry for part in parts for entry in part.entries),
        tuple(left for part in parts for left in part.skipped),
        tuple(note for part in parts for note in part.notes),
    )


def _language(sources: Sequence[Source]) -> str:
    """Return ``de`` if the words of a sample are German rather than English."""
    step = max(1, len(sources) // _SAMPLE)
    sample = b"\n".join(source.data[:_SAMPLED] for source in sources[::step])
    return "de" if len(_GERMAN.findall(sample)) > len(_ENGLISH.findall(sample)) else "en"
