"""A folder of entries: reads every Markdown file below it into one glossary."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.errors import Code, GlossaryError
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary

LARGEST_FILE = 1_000_000  # bytes; an entry is a few kilobytes
_SKIPPED = ("readme.md", "_index.md", "license.md", "contributing.md", "changelog.md")
_RELATIONS = (("broader", "broader"), ("part-of", "part_of"), ("related", "related"))


def read_folder(folder: Path) -> Glossary:
    """Read a glossary.

    Returns:
        The glossary; its version is a hash over names and contents of all files.

    Raises:
        GlossaryError: the folder or a file is not what it should be; names file and line.
    """
    if not folder.is_dir():
        raise GlossaryError(Code.G009, folder=folder)
    digest = hashlib.sha256()
    entries: dict[str, Entry] = {}
    texts: dict[str, str] = {}
    for path in _files(folder):
        name = _name(path.relative_to(folder))
        text = _text(path, name)
        digest.update(f"{name}\0{text}\0".encode())
        _add(entries, read_entry(name, text), name)
        texts[name] = text
    if not entries:
        raise GlossaryError(Code.G008, folder=folder)
    glossary = Glossary(entries.values(), version=digest.hexdigest()[:16])
    _check_relations(glossary, texts)
    return glossary


def _files(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = sorted(folder.rglob("*.md"))
    return [
        path
        for path in found
        if path.name.lower() not in _SKIPPED
        and path.is_file()
        and path.resolve().is_relative_to(root)  # a link must not lead out of the folder
    ]


def _name(path: Path) -> str:
    name = path.as_posix()
    shown = name.encode(errors="backslashreplace").decode()
    if shown != name:  # it would end up in citations, which are UTF-8
        raise GlossaryError(Code.G012, file=shown)
    return name


def _text(path: Path, name: str) -> str:
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise GlossaryError(Code.G011, file=name, size=size, limit=LARGEST_FILE)
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise GlossaryError(Code.G001, file=name, position=error.start) from None


def _add(entries: dict[str, Entry], entry: Entry, name: str) -> None:
    if entry.id in entries:
        other = _file(entries[entry.id])
        raise GlossaryError(Code.G006, file=name, found=entry.id, other=other)
    entries[entry.id] = entry


def _file(entry: Entry) -> str:
    return next(iter(entry.texts.values())).definition.span.file


def _check_relations(glossary: Glossary, texts: Mapping[str, str]) -> None:
    for entry in glossary:
        for key, attribute in _RELATIONS:
            _check_targets(glossary, entry, key, getattr(entry, attribute), texts)
        if entry.id in glossary.ancestors(entry.id):
            raise GlossaryError(Code.G007, file=_file(entry), found=entry.id)


def _check_targets(
    glossary: Glossary,
    entry: Entry,
    key: str,
    targets: Iterable[str],
    texts: Mapping[str, str],
) -> None:
    for target in targets:
        if target in glossary:
            continue
        near = difflib.get_close_matches(target, [e.id for e in glossary], n=1)
        hint = (
            f" Did you mean {near[0]!r}?" if near else " Write that entry or remove the relation."
        )
        file = _file(entry)
        line = _line(texts[file], key, target)
        raise GlossaryError(Code.G005, file=file, line=line, key=key, found=target, hint=hint)


def _line(text: str, key: str, target: str) -> int:
    """Return the first line from the key on that holds the target."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), 0)
    return next((n for n, line in enumerate(lines) if n >= first and target in line), first) + 1
