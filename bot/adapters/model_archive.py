"""The Rasa model archive: read the files our own components put there, without Rasa."""

from __future__ import annotations

import tarfile
from pathlib import Path

from bot.errors import Code, ModelError

INTENT_FILE = "question_types.npz"
TEMPLATE_FILE = "templates.npz"
_LARGEST = 200_000_000  # bytes; ours are a few megabytes


def read_member(archive: Path, name: str) -> bytes:
    """Return the content of the member of that file name.

    Raises:
        ModelError: there is no archive, it is damaged, or it lacks the file.
    """
    if not archive.is_file():
        raise ModelError(Code.M001, path=archive, thing="Rasa model")
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and member.name.rsplit("/", 1)[-1] == name:
                    return _content(archive, tar, member)
    except (tarfile.TarError, OSError, EOFError) as error:
        problem = type(error).__name__
        raise ModelError(Code.M002, path=archive, thing="Rasa model", problem=problem) from None
    raise ModelError(Code.M002, path=archive, thing="Rasa model", problem=f"it has no {name}")


def _content(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member) if member.size <= _LARGEST else None
    if stream is None:
        raise ModelError(
            Code.M002, path=archive, thing="Rasa model", problem=f"{member.name} is too large"
        )
    return stream.read()
