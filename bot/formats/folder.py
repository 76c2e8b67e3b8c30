"""A folder of entries: reads every Markdown file below it into one glossary."""

from __future__ import annotations

import difflib
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

from bot.errors import Code, GlossaryError
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary

LARGEST_FILE = 1_000_000  # bytes; an entry is a few kilobytes
_UNSURE = 2_000_000_000  # ns; within them some file systems give two changes the same time
NO_ENTRIES = ("readme.md", "_index.md", "license.md", "contributing.md", "changelog.md")
_RELATIONS = (("broader", "broader"), ("part-of", "part_of"), ("related", "related"))


def read_folder(folder: Path) -> Glossary:
    """Read a glossary once; see :meth:`Folder.read`."""
    return Folder(folder).read()


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was read: when (None if it may have changed unseen since), and what it held."""

    stamp: tuple[int, ...] | None
    digest: bytes
    entry: Entry


class Folder:
    """A folder of our own format. Read again, it opens and parses only what changed.

    Args:
        path: the folder.
        parsed: a folder read before whose files of the same name and content are not parsed again.
    """

    def __init__(self, path: Path, parsed: Folder | None = None) -> None:
        self.path = path
        self._files: dict[str, _File] = {
            name: replace(file, stamp=None)
            for name, file in (parsed._files if parsed else {}).items()
        }

    def know(self, glossary: Glossary) -> None:
        """Take the entries from a glossary where it is what lies in the folder now.

        Files are read, not parsed. If the glossary is another version, nothing is taken.
        """
        known = {file_of(entry): entry for entry in glossary}
        found: dict[str, _File] = {}
        for name, path, stat in _listed(self.path):
            if name not in known:
                return
            digest = hashlib.sha256(_content(path, name, stat)).digest()
            found[name] = _File(_stamp(stat), digest, known[name])
        if _version(found) == glossary.version:
            self._files = found

    def read(self) -> Glossary:
        """Read the glossary as it is now.

        Returns:
            The glossary; its version is a hash over names and contents of all files. Entries of
            unchanged files are the same objects as before.

        Raises:
            GlossaryError: the folder or a file is not what it should be; names file and line.
            OSError: a file cannot be read, or went while it was read.
        """
        if not self.path.is_dir():
            raise GlossaryError(Code.G009, folder=self.path)
        found: dict[str, _File] = {}
        entries: dict[str, Entry] = {}
        for name, path, stat in _listed(self.path):
            self._files[name] = found[name] = self._file(name, path, stat)
            _add(entries, found[name].entry, name)
        self._files = found
        if not entries:
            raise GlossaryError(Code.G008, folder=self.path)
        glossary = Glossary(entries.values(), version=_version(found))
        _check_relations(glossary, self.path)
        return glossary

    def _file(self, name: str, path: str, stat: os.stat_result) -> _File:
        known = self._files.get(name)
        stamp = _stamp(stat)
        if known and stamp and known.stamp == stamp:
            return known
        content = _content(path, name, stat)
        digest = hashlib.sha256(content).digest()
        if known and known.digest == digest:
            return replace(known, stamp=stamp)
        return _File(stamp, digest, read_entry(name, _text(content, name)))


def _stamp(stat: os.stat_result) -> tuple[int, ...] | None:
    """Return what changes with a file; None soon after a change, as the next may not show."""
    if time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) < _UNSURE:
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def _version(files: Mapping[str, _File]) -> str:
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(name.encode() + b"\0" + file.digest)
    return digest.hexdigest()[:16]


def _listed(folder: Path) -> Iterator[tuple[str, str, os.stat_result]]:
    """Yield name, path and status of the files of entries, in the order of their names' parts."""
    root = folder.resolve()
    prefix = os.path.join(folder, "")
    found = [
        os.path.join(current, name)
        for current, _, names in os.walk(folder)
        for name in names
        if name.endswith(".md") and name.lower() not in NO_ENTRIES
    ]
    for path in sorted(found, key=lambda path: path.split(os.sep)):
        try:
            stat = os.stat(path)
        except OSError:
            continue  # a link to nothing, or gone since
        if S_ISREG(stat.st_mode) and _is_inside(path, root):
            yield _name(path[len(prefix) :]), path, stat


def _is_inside(path: str, root: Path) -> bool:
    """Tell whether a link does not lead out of the folder."""
    return not os.path.islink(path) or Path(path).resolve().is_relative_to(root)


def _name(name: str) -> str:
    shown = name.encode(errors="backslashreplace").decode()
    if shown != name:  # it would end up in citations, which are UTF-8
        raise GlossaryError(Code.G012, file=shown)
    return name


def _content(path: str, name: str, stat: os.stat_result) -> bytes:
    if stat.st_size > LARGEST_FILE:
        raise GlossaryError(Code.G011, file=name, size=stat.st_size, limit=LARGEST_FILE)
    with open(path, "rb") as stream:
        return stream.read()


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=name, position=error.start) from None


def _add(entries: dict[str, Entry], entry: Entry, name: str) -> None:
    if entry.id in entries:
        other = file_of(entries[entry.id])
        raise GlossaryError(Code.G006, file=name, found=entry.id, other=other)
    entries[entry.id] = entry


def file_of(entry: Entry) -> str:
    """Return the name of the file that an entry was read from."""
    return next(iter(entry.texts.values())).definition.span.file


def _check_relations(glossary: Glossary, folder: Path) -> None:
    for entry in glossary:
        for key, attribute in _RELATIONS:
            _check_targets(glossary, entry, key, getattr(entry, attribute), folder)
        if entry.broader and entry.id in glossary.ancestors(entry.id):
            raise GlossaryError(Code.G007, file=file_of(entry), found=entry.id)


def _check_targets(
    glossary: Glossary, entry: Entry, key: str, targets: Iterable[str], folder: Path
) -> None:
    for target in targets:
        if target in glossary:
            continue
        near = difflib.get_close_matches(target, [e.id for e in glossary], n=1)
        hint = (
            f" Did you mean {near[0]!r}?" if near else " Write that entry or remove the relation."
        )
        file = file_of(entry)
        line = _line((folder / file).read_text(encoding="utf-8"), key, target)
        raise GlossaryError(Code.G005, file=file, line=line, key=key, found=target, hint=hint)


def _line(text: str, key: str, target: str) -> int:
    """Return the first line from the key on that holds the target."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), 0)
    return next((n for n, line in enumerate(lines) if n >= first and target in line), first) + 1
