"""The Rasa model archive: read the files our own components put there, without Rasa."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Code, ModelError

INTENT_FILE = "question_types.npz"
TEMPLATE_FILE = "templates.npz"
_CHUNK = 1_000_000  # bytes
_LARGEST = 200_000_000  # bytes; ours are a few megabytes


def read_member(archive: Path, name: str) -> bytes:
    """Return the content of the member of that file name.

    Raises:
        ModelError: there is no archive, it is damaged, or it lacks the file.
    """
    with _opened(archive) as tar:
        for member in tar:
            if member.isfile() and member.name.rsplit("/", 1)[-1] == name:
                return _content(archive, tar, member)
    raise ModelError(Code.M002, path=archive, thing="Rasa model", problem=f"it has no {name}")


def check_whole(archive: Path) -> None:
    """Read an archive to its end; what serves a question alone may stand before the damage.

    Raises:
        ModelError: there is no archive, it is damaged, or it lacks a file of ours.
    """
    with _opened(archive) as tar:
        names = {member.name.rsplit("/", 1)[-1] for member in tar}
        while tar.fileobj.read(_CHUNK):  # behind the last member, gzip compares its checksum
            pass
    for name in (INTENT_FILE, TEMPLATE_FILE):
        if name not in names:
            raise ModelError(
                Code.M002, path=archive, thing="Rasa model", problem=f"it has no {name}"
            )


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    if not archive.is_file():
        raise ModelError(Code.M001, path=archive, thing="Rasa model")
    try:
        with tarfile.open(archive) as tar:
            yield tar
    except (tarfile.TarError, zlib.error, OSError, EOFError) as error:
        problem = type(error).__name__
        raise ModelError(Code.M002, path=archive, thing="Rasa model", problem=problem) from None


def _content(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member) if member.size <= _LARGEST else None
    if stream is None:
        raise ModelError(
            Code.M002, path=archive, thing="Rasa model", problem=f"{member.name} is too large"
        )
    return stream.read()
