"""The Rasa model archive: what it holds is checked before it is used, and read without Rasa."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Code, ModelError

INTENT_FILE = "question_types.npz"
TEMPLATE_FILE = "templates.npz"
logger = logging.getLogger(__name__)

_CHUNK = 1_000_000  # bytes
_MOST_UNPACKED = 500_000_000  # bytes; Rasa unpacks without a bound
_MOST_MEMBERS = 2000
_MOST_PER_BYTE = 200  # bytes unpacked for each that is packed
_LARGEST = 200_000_000  # bytes; ours are a few megabytes


def read_member(archive: Path, name: str) -> bytes:
    """Return the content of the member of that file name.

    Raises:
        ModelError: there is no archive, it is damaged, or it lacks the file.
    """
    with _opened(archive) as tar:
        for member in _safe(archive, tar):
            if member.isfile() and member.name.rsplit("/", 1)[-1] == name:
                return _content(archive, tar, member)
    raise _damaged(archive, f"it has no {name}")


def manifest_of(archive: Path) -> Path:
    """Return the file beside an archive that holds its checksum."""
    return archive.with_name(archive.name.removesuffix(".tar.gz") + ".manifest.json")


def former(archive: Path) -> Path:
    """Return where the archive is kept that was in place before."""
    return archive.with_name(archive.name.removesuffix(".tar.gz") + ".former.tar.gz")


def put_in_place(trained: Path, archive: Path) -> None:
    """Replace an archive by one that was just trained; the one before is kept, if it is good.

    Whenever this is interrupted, one of both can be used.

    Raises:
        ModelError: the new one is damaged; nothing was replaced.
        OSError: the folder cannot be written.
    """
    check_whole(trained)
    described = json.dumps({"sha256": _sum(trained), "bytes": trained.stat().st_size}, indent=1)
    try:
        check_sealed(archive)
    except ModelError:
        pass  # none yet, or not worth keeping
    else:
        _copy(manifest_of(archive), manifest_of(former(archive)))
        _copy(archive, former(archive))
    scratch = archive.with_name(f".{archive.name}.{os.getpid()}")
    scratch.write_text(described)
    os.replace(scratch, manifest_of(archive))
    os.replace(trained, archive)


def usable(archive: Path) -> Path:
    """Return the archive to serve: the one in place, or, where that is refused, the one before.

    Raises:
        ModelError: neither can be used; says what is wrong with the one in place.
    """
    try:
        check_sealed(archive)
    except ModelError as error:
        try:
            check_sealed(former(archive))
        except ModelError:
            raise error from None
        told = {"fault": "former_model"}
        logger.error("%s Until then the model before it serves.", error, extra=told)
        return former(archive)
    return archive


def check_sealed(archive: Path) -> None:
    """Compare an archive with its manifest, then look at all it holds.

    Raises:
        ModelError: there is no archive, it is not the one that was trained, or it is unsafe.
    """
    if not archive.is_file():
        raise ModelError(Code.M001, path=archive, thing="Rasa model")
    try:
        expected = json.loads(manifest_of(archive).read_bytes())["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(archive, f"{manifest_of(archive).name} is missing or damaged") from None
    if _sum(archive) != expected:
        raise _damaged(archive, "its checksum does not fit")
    check_whole(archive)


def check_whole(archive: Path) -> None:
    """Read an archive to its end; what serves a question alone may stand before the damage.

    Raises:
        ModelError: there is no archive, it is damaged, it lacks a file of ours, or unpacking it
            would write elsewhere or without bounds.
    """
    with _opened(archive) as tar:
        names = set()
        for member in _safe(archive, tar):
            names.add(member.name.rsplit("/", 1)[-1])
        while tar.fileobj.read(_CHUNK):  # behind the last member, gzip compares its checksum
            pass
    for name in (INTENT_FILE, TEMPLATE_FILE):
        if name not in names:
            raise _damaged(archive, f"it has no {name}")


def _safe(archive: Path, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive, none of which is more than a file or folder of its own."""
    left = min(_MOST_UNPACKED, max(1, archive.stat().st_size) * _MOST_PER_BYTE)
    for number, member in enumerate(tar, start=1):
        left -= member.size
        parts = member.name.split("/")
        if number > _MOST_MEMBERS or left < 0:
            raise _damaged(archive, "it unpacks to more than a model has")
        if not (member.isreg() or member.isdir()) or member.issparse():
            raise _damaged(archive, "it holds a link or device")
        if ".." in parts or (member.name.startswith("/") and member.name.strip("/")):
            raise _damaged(archive, "it would be unpacked elsewhere")
        yield member


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, scratch)
    os.replace(scratch, target)


def _damaged(archive: Path, problem: str) -> ModelError:
    return ModelError(Code.M002, path=archive, thing="Rasa model", problem=problem)


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    if not archive.is_file():
        raise ModelError(Code.M001, path=archive, thing="Rasa model")
    try:
        with tarfile.open(archive) as tar:
            yield tar
    except (tarfile.TarError, zlib.error, OSError, EOFError) as error:
        raise _damaged(archive, type(error).__name__) from None


def _content(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member) if member.size <= _LARGEST else None
    if stream is None:
        raise _damaged(archive, f"{member.name} is too large")
    return stream.read()
