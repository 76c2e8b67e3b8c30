"""The files of a foreign glossary: from a file, a folder, a glob or an archive, within bounds."""

from __future__ import annotations

import glob
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from bot.errors import Code, GlossaryError
from bot.formats.reader import Skipped, Source

SUFFIXES = (
    ".md", ".markdown", ".mdx", ".csv", ".tsv", ".tab", ".xlsx", ".json", ".jsonl", ".ndjson",
    ".yml", ".yaml",
    ".jsonld", ".ttl", ".rdf", ".owl", ".nt", ".xml", ".tbx", ".html", ".htm", ".xhtml", ".dita",
)  # fmt: skip
_CHUNK = 1 << 20
_LEFT_OUT = frozenset({"__MACOSX", "node_modules"})
_END_OF_ZIP = b"PK\x05\x06"
_ZIP64 = b"PK\x06\x07"
_LARGEST_TAIL = 66_000  # bytes; the end record of a zip file with the longest comment


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: number of files, bytes of one file, bytes of all, bytes of a directory."""

    files: int = 200_000
    file: int = 100_000_000
    total: int = 400_000_000
    directory: int = 32_000_000


@dataclass(frozen=True, slots=True)
class Collected:
    """The files found, by name, and what was left out."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(slots=True)
class _Basket:
    """Takes files up to the limits, and counts those of other kinds by their suffix."""

    where: str
    limits: Limits
    size: int = 0
    number: int = 0
    sources: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def wants(self, name: str) -> bool:
        """Say whether a file may hold entries, told by its name; those that may not are counted."""
        self.number += 1
        if self.number > self.limits.files:
            raise self.refusal(f"it holds more than {self.limits.files} files")
        shown = name.encode(errors="backslashreplace").decode()
        if shown != name:  # it would end up in reports and citations, which are UTF-8
            self.skip(shown, "its name is no UTF-8")
            return False
        parts = PurePosixPath(name).parts
        if any(part.startswith(".") or part in _LEFT_OUT for part in parts):
            return False
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in SUFFIXES:
            return True
        self.others[suffix] += 1
        self.first.setdefault(suffix, name)
        return False

    def put(self, name: str, stream: IO[bytes]) -> None:
        """Read one file to its end, or refuse it at the limit."""
        most = min(self.limits.file, self.limits.total - self.size)
        parts: list[bytes] = []
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise self._too_large(name)
            parts.append(chunk)
        self.size += size
        self.sources.append(Source(name, b"".join(parts)))

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, 1, reason))

    def refusal(self, problem: str) -> GlossaryError:
        return GlossaryError(Code.G042, path=self.where, problem=problem)

    def collected(self) -> Collected:
        for suffix, number in sorted(self.others.items()):
            more = f" (and {number - 1} more like it)" if number > 1 else ""
            reason = f"no glossary format ends in {suffix or 'nothing'}{more}"
            self.skipped.append(Skipped(self.first[suffix], 1, reason, expected=True))
        self.sources.sort(key=lambda source: source.name)
        return Collected(tuple(self.sources), tuple(self.skipped))

    def _too_large(self, name: str) -> GlossaryError:
        if self.limits.file <= self.limits.total - self.size:
            return self.refusal(f"{name} has more than {self.limits.file} bytes")
        return self.refusal(f"its files have more than {self.limits.total} bytes together")


def collect(where: Sequence[str | Path], limits: Limits | None = None) -> Collected:
    """Read the files of a glossary.

    Args:
        where: files, folders, glob patterns or archives (zip, tar, tar.gz); of several, names are
            relative to the folder they have in common.
        limits: how much is read; the defaults if not given.

    Returns:
        The files, sorted by name. Hidden ones are left out, and links that lead out of the source.

    Raises:
        GlossaryError: there is nothing, it cannot be read, or it passes a limit.
    """
    bounds = limits or Limits()
    if len(where) == 1:
        return _one(str(where[0]), bounds, None)
    root = Path(os.path.commonpath([Path(_fixed_part(str(w))).absolute() for w in where]))
    root = root.parent if root.is_file() else root
    parts = [_one(str(w), bounds, root) for w in where]
    sources = {source.name: source for part in parts for source in part.sources}
    if sum(len(source.data) for source in sources.values()) > bounds.total:
        problem = f"they have more than {bounds.total} bytes together"
        raise GlossaryError(Code.G042, path=root, problem=problem)
    skipped = tuple(s for part in parts for s in part.skipped)
    return Collected(tuple(sources[name] for name in sorted(sources)), skipped)


def _one(where: str, limits: Limits, root: Path | None) -> Collected:
    basket = _Basket(where, limits)
    path = Path(where)
    try:
        if path.is_dir():
            _take_all(basket, _walk(basket, path), root or path, path)
        elif path.is_file():
            _take_file(basket, path, root)
        elif glob.has_magic(where):
            found = [Path(p) for p in sorted(glob.iglob(where, recursive=True))]
            if not found:
                raise GlossaryError(Code.G041, path=where)
            base = Path(_fixed_part(where))
            _take_all(basket, (p for p in found if not p.is_dir()), root or base, base)
        else:
            raise GlossaryError(Code.G041, path=where)
    except OSError as error:
        raise basket.refusal(f"it cannot be read ({error.strerror or error})") from None
    return basket.collected()


def _fixed_part(pattern: str) -> str:
    """Return the folders of a pattern before the first wildcard; any other path as it is."""
    if not glob.has_magic(pattern) or os.path.exists(pattern):
        return pattern
    fixed = []
    for part in Path(pattern).parts:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return str(Path(*fixed)) if fixed else "."


def _walk(basket: _Basket, folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        basket.skip(Path(error.filename or ".").name, f"cannot be read ({error.strerror})")

    for current, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _LEFT_OUT)
        for name in sorted(files):
            yield Path(current, name)


def _take_all(basket: _Basket, paths: Iterator[Path], root: Path, fence: Path) -> None:
    inside = Path(os.path.realpath(fence))
    absolute = root.absolute()
    for path in paths:
        name = path.absolute().relative_to(absolute).as_posix()
        if not basket.wants(name):
            continue
        if not Path(os.path.realpath(path)).is_relative_to(inside):
            basket.skip(name, "a link that leads out of the source")
        else:
            _put_regular(basket, path, name)


def _put_regular(basket: _Basket, path: Path, name: str) -> None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            basket.skip(name, "no regular file")
            return
        with path.open("rb") as stream:
            basket.put(name, stream)
    except OSError as error:
        basket.skip(name, f"cannot be read ({error.strerror})")


def _take_file(basket: _Basket, path: Path, root: Path | None) -> None:
    with path.open("rb") as stream:
        head = stream.read(512)
        stream.seek(0)
        if head.startswith(b"PK") and not _is_spreadsheet(basket, path):
            _take_zip(basket, path)
        elif head.startswith(b"\x1f\x8b"):
            _take_tar(basket, _Inflating(basket, stream))
        elif head[257:262] == b"ustar":
            _take_tar(basket, _Counting(basket, stream))
        else:
            name = path.absolute().relative_to(root).as_posix() if root else path.name
            basket.put(name, stream)


def _is_spreadsheet(basket: _Basket, path: Path) -> bool:
    _check_directory(basket, path)
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise basket.refusal("the archive is damaged") from None


def _check_directory(basket: _Basket, path: Path) -> None:
    """Refuse a zip file whose list of contents would fill the memory."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - _LARGEST_TAIL))
        tail = stream.read()
    at = tail.rfind(_END_OF_ZIP)
    if at < 0:
        raise basket.refusal("the archive is damaged")
    if _ZIP64 in tail[max(0, at - 20) : at]:
        raise basket.refusal("it is a zip64 archive: unpack it and import the folder")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > basket.limits.directory:
        raise basket.refusal("its list of contents is too large")


def _take_zip(basket: _Basket, path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.is_dir() or not _is_inside(basket, member.filename):
                    continue
                if stat.S_ISLNK(member.external_attr >> 16):
                    basket.skip(member.filename, "a link in an archive")
                elif basket.wants(member.filename):
                    with archive.open(member) as stream:
                        basket.put(member.filename, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise basket.refusal(f"the archive is damaged ({error})") from None
    except (RuntimeError, NotImplementedError) as error:  # a password, an unusual method
        raise basket.refusal(f"the archive cannot be opened ({error})") from None


def _take_tar(basket: _Basket, stream: io.RawIOBase) -> None:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                if member.isdir() or not _is_inside(basket, member.name):
                    continue
                name = str(PurePosixPath(member.name))
                if not member.isreg():
                    basket.skip(name, "a link or device in an archive")
                elif basket.wants(name):
                    content = archive.extractfile(member)
                    if content:
                        basket.put(name, content)
                archive.members = []  # type: ignore[attr-defined] # a stream is read once: nothing need be remembered
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        raise basket.refusal(f"the archive is damaged ({error})") from None


def _is_inside(basket: _Basket, name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        basket.skip(name, "leads out of the archive")
        return False
    return True


class _Counting(io.RawIOBase):
    """A stream that ends with an error after as many bytes as an archive may have."""

    def __init__(self, basket: _Basket, stream: IO[bytes]) -> None:
        self._basket = basket
        self._stream = stream
        self._size = 0
        self._most = basket.limits.total + 2_000 * basket.limits.files  # contents and headers

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._next(size)
        self._size += len(data)
        if self._size > self._most:
            raise self._basket.refusal(f"it has more than {self._most} bytes when unpacked")
        return data

    def _next(self, size: int) -> bytes:
        return self._stream.read(size)


class _Inflating(_Counting):
    """The same for a gzip file."""

    def __init__(self, basket: _Basket, stream: IO[bytes]) -> None:
        super().__init__(basket, stream)
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _next(self, size: int) -> bytes:
        found = b""
        while not found and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._stream.read(_CHUNK)
            if not packed:
                raise EOFError("it ends too early")
            found = self._inflate.decompress(packed, max(size, 1))
        return found
