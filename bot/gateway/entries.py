"""The entries that are served, out of the index that Rasa answers from."""

from __future__ import annotations

import bisect
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.formats.entry_json import from_json
from bot.glossary.entry import Entry
from bot.glossary.section import Section
from bot.glossary.term import Term


class Served:
    """The entries of one version of the glossary.

    Args:
        version: of the glossary.
        entries: by id.
    """

    def __init__(self, version: str, entries: Mapping[str, Entry]) -> None:
        self.version = version
        self.entries = entries
        every = [(term, entry.id) for entry in entries.values() for term in entry.terms]
        self._terms = sorted(every, key=lambda found: (found[0].text.casefold(), *map(str, found)))
        self._keys = [term.text.casefold() for term, _ in self._terms]

    def terms(self, begins: str, language: str) -> Iterator[tuple[Term, str]]:
        """Return terms with the id of their entry, in the order of the alphabet.

        Args:
            begins: how they begin, in any case.
            language: their language; empty for all.
        """
        wanted = begins.casefold()
        for place in range(bisect.bisect_left(self._keys, wanted), len(self._keys)):
            if not self._keys[place].startswith(wanted):
                return
            if language in ("", self._terms[place][0].language):
                yield self._terms[place]


class EntryFile:
    """The current index, read again when another becomes current.

    Safe to use from several threads: while one reads the next version, others get the former.

    Args:
        folder: the folder of index versions.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = ""
        self._served: Served | None = None
        self._reading = threading.Lock()

    def read(self) -> Served | None:
        """Return what is served; the former where files are damaged; None at first."""
        if self._reading.acquire(blocking=self._served is None):
            try:
                self._look()
            finally:
                self._reading.release()
        return self._served

    def _look(self) -> None:
        try:
            current = (self._folder / "current").read_text(encoding="ascii")
            if current != self._current:
                self._served = self._read(current)
                self._current = current
        except (OSError, ValueError, KeyError, TypeError):
            return

    def _read(self, current: str) -> Served:
        version, _, checksum = current.strip().partition(" ")
        folder = self._folder / version
        described = _checked(folder / "manifest.json", checksum)
        manifest = json.loads(described)
        content = _checked(folder / "entries.json", manifest["sha256"]["entries.json"])
        entries = [from_json(stored) for stored in json.loads(content)]
        return Served(manifest["glossary"], {entry.id: entry for entry in entries})


def _checked(path: Path, checksum: str) -> bytes:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != checksum:
        raise ValueError(path.name)
    return content


def term_as_json(term: Term, entry: str) -> dict[str, Any]:
    """Return a term for a client, with the id of its entry."""
    about = {"text": term.text, "language": term.language, "status": term.status.value}
    return {**about, "entry": entry}


def as_json(entry: Entry, version: str) -> dict[str, Any]:
    """Return an entry for a client."""
    return {
        "id": entry.id,
        "glossary_version": version,
        "terms": [
            {"text": t.text, "language": t.language, "status": t.status.value} for t in entry.terms
        ],
        "texts": {
            language: [_section(section) for section in (text.definition, *text.sections)]
            for language, text in entry.texts.items()
        },
        "broader": list(entry.broader),
        "part_of": list(entry.part_of),
        "related": list(entry.related),
        "subject": entry.subject,
        "updated": entry.updated,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "kind": section.kind.value,
        "heading": section.heading,
        "text": section.text,
        "items": [item.text for item in section.items],
    }
