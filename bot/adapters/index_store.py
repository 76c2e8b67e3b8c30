"""The index on disk: one folder per version, checksummed, made current in one step."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.adapters.faiss_searcher import VectorCodes
from bot.adapters.ngram_searcher import NgramIndex
from bot.errors import Code, ModelError, SettingError
from bot.retrieval.bm25 import TermIndex
from bot.retrieval.encoder import Vectors
from bot.retrieval.interaction import PieceIndex

logger = logging.getLogger(__name__)

FORMAT = 5
_CURRENT = "current"
_FORMER = "former"
_SCRATCH = "index-"
_ABANDONED = 3600  # seconds after which nobody writes a version any more
_MANIFEST = "manifest.json"
_ARRAYS = (
    "vectors", "projection", "pieces", "counts", "grams", "idf", "weights", "places", "offsets",
    "size", "codes", "centroids", "terms", "term_concepts", "term_weights", "term_offsets",
)  # fmt: skip
_FILES = (
    "entries.json", "passages.json", "words.json", "decision.json",
    *(f"{name}.npy" for name in _ARRAYS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """What an index version holds.

    ``passages`` are keys (content hashes) in passage order, ``vectors`` their float32 rows and
    ``codes`` how these are searched; ``pieces`` are their word pieces, ``ngrams`` the lexical
    index, ``terms`` their words. The arrays of an index that was read lie in its files until they
    are needed.
    ``common_words`` are folded everyday words of the glossary's languages, ``telling_words`` those
    by language that tell it from the others; ``decision`` holds both judges and their report.
    """

    version: str
    glossary_version: str
    entries: list[dict[str, Any]]
    passages: list[str]
    vectors: Vectors
    pieces: PieceIndex
    codes: VectorCodes
    ngrams: NgramIndex
    terms: TermIndex
    common_words: list[str]
    telling_words: dict[str, list[str]]
    decision: dict[str, Any]


class IndexStore:
    """A folder of index versions of which one is current."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> str | None:
        """Return the current version, or None before the first."""
        return self._pointer(_CURRENT)[0] or None

    def _pointer(self, name: str) -> tuple[str, str]:
        """Return the version that a file names and the checksum of its manifest."""
        try:
            version, _, checksum = (self._folder / name).read_text().strip().partition(" ")
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError, IsADirectoryError):
            return "", ""
        return version, checksum

    def write(self, index: StoredIndex) -> None:
        """Store a version and make it current; until then the former one stays as it was.

        Raises:
            SettingError: the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=self._folder))
        except OSError as error:
            raise SettingError(
                Code.S003, path=self._folder, problem=error.strerror, name="MODELS"
            ) from None
        try:
            _write_files(scratch, index)
            with _locked(self._folder):
                target = self._folder / index.version
                shutil.rmtree(target, ignore_errors=True)
                os.replace(scratch, target)
                self._make_current(index.version)
                self._remove_old(index.version)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def read(self) -> StoredIndex:
        """Read the current version and check every byte of it.

        Raises:
            ModelError: there is none, it is damaged, or another version of us made it.
        """
        return self._read(_CURRENT)

    def read_usable(self) -> StoredIndex:
        """Read the current version, or, where that is refused, the one before.

        Raises:
            ModelError: neither can be used; says what is wrong with the current one.
        """
        try:
            return self._read(_CURRENT)
        except ModelError as error:
            try:
                found = self._read(_FORMER)
            except ModelError:
                raise error from None
            told = {"fault": "former_index"}
            logger.error("%s Until then the index before it serves.", error, extra=told)
            return found

    def _read(self, pointer: str) -> StoredIndex:
        version, checksum = self._pointer(pointer)
        folder = self._folder / version
        if not version or not (folder / _MANIFEST).is_file():
            raise ModelError(Code.M001, path=self._folder, thing="index")
        try:
            described = (folder / _MANIFEST).read_bytes()
            sums = {name: _sum(folder / name) for name in _FILES}
        except OSError as error:
            raise _damaged(folder, type(error).__name__) from None
        release = _release(described)
        if release not in (None, FORMAT):
            raise ModelError(Code.M005, path=folder, thing="index", found=release, expected=FORMAT)
        if hashlib.sha256(described).hexdigest() != checksum:
            raise _damaged(folder, f"the checksum of {_MANIFEST} does not fit")
        manifest = json.loads(described)
        for name, found in sums.items():
            if found != manifest["sha256"].get(name):
                raise _damaged(folder, f"the checksum of {name} does not fit")
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        words = _json(folder, "words")
        return StoredIndex(
            version=version,
            glossary_version=manifest["glossary"],
            entries=_json(folder, "entries"),
            passages=_json(folder, "passages"),
            vectors=arrays["vectors"],
            pieces=PieceIndex(arrays["projection"], arrays["pieces"], arrays["counts"]),
            codes=VectorCodes(
                **manifest["search"], codes=arrays["codes"], centroids=arrays["centroids"]
            ),
            ngrams=NgramIndex.from_arrays(arrays),
            terms=TermIndex.from_arrays(arrays),
            common_words=words["common"],
            telling_words=words["telling"],
            decision=_json(folder, "decision"),
        )

    def _make_current(self, version: str) -> None:
        scratch = self._folder / f".{_CURRENT}.{os.getpid()}"
        manifest = (self._folder / version / _MANIFEST).read_bytes()
        scratch.write_text(f"{version} {hashlib.sha256(manifest).hexdigest()}\n")
        if self.current() not in (None, version):
            former = scratch.with_suffix(".former")
            shutil.copyfile(self._folder / _CURRENT, former)
            os.replace(former, self._folder / _FORMER)
        os.replace(scratch, self._folder / _CURRENT)

    def _remove_old(self, version: str) -> None:
        others = [p for p in self._folder.iterdir() if p.is_dir() and p.name != version]
        begun = [p for p in others if p.name.startswith(_SCRATCH)]
        kept = self._pointer(_FORMER)[0]
        for path in others:
            if path not in begun and path.name != kept:
                shutil.rmtree(path, ignore_errors=True)
        for path in begun:  # another process may be writing there, or was killed
            if time.time() - _changed(path) > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time change which versions there are; a killed one holds nothing."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # gone since


def _write_files(folder: Path, index: StoredIndex) -> None:
    words = {"common": index.common_words, "telling": index.telling_words}
    contents = {
        "entries.json": json.dumps(index.entries, ensure_ascii=False).encode(),
        "passages.json": json.dumps(index.passages).encode(),
        "words.json": json.dumps(words, ensure_ascii=False).encode(),
        "decision.json": json.dumps(index.decision, indent=1).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    pieces = index.pieces
    arrays = {
        "vectors": index.vectors, "projection": pieces.projection, "pieces": pieces.vectors,
        "counts": pieces.counts, "codes": index.codes.codes, "centroids": index.codes.centroids,
        **index.ngrams.to_arrays(), **index.terms.to_arrays(),
    }  # fmt: skip
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", np.ascontiguousarray(arrays[name]), allow_pickle=False)
    manifest = {
        "format": FORMAT, "glossary": index.glossary_version, "search": index.codes.facts(),
        "sha256": {name: _sum(folder / name) for name in _FILES},
    }  # fmt: skip
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1))


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_bytes())


def _release(described: bytes) -> object:
    """Return the format that a manifest names, or None if it cannot be told."""
    try:
        manifest = json.loads(described)
    except ValueError:
        return None
    return manifest.get("format") if isinstance(manifest, dict) else None


def _damaged(folder: Path, problem: str) -> ModelError:
    return ModelError(Code.M002, path=folder, thing="index", problem=problem)
