"""A version of a glossary: a folder or file, a commit, or an index, made ready to answer."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.adapters.index_store import IndexStore
from bot.app import Assistant, load_assistant
from bot.errors import Code, GlossaryError, SettingError
from bot.index_compiler import compile_index
from bot.settings import Settings
from bot.workbench import take_index

Progress = Callable[[str], None]

_COMMIT = "git:"
_GIT_SECONDS = 120
_MOST_BYTES = 1_000_000_000  # unpacked


def open_version(name: str, bench: Settings, glossary: Path, progress: Progress) -> Assistant:
    """Return an assistant over a version.

    Args:
        name: a glossary of any known format, a folder with an index, or ``git:REV`` for the
            glossary as it was in that commit.
        bench: a workbench; versions that are built on it one after the other share the vectors of
            passages that they have in common.
        glossary: what ``git:REV`` is a version of.
        progress: is told what is being done.

    Raises:
        GlossaryError: the version cannot be read.
        ModelError: the index is not usable, or nothing was trained.
        SettingError: there is no such commit.
    """
    if name.startswith(_COMMIT):
        with tempfile.TemporaryDirectory(prefix="termwise-git-") as scratch:
            found = checked_out(name.removeprefix(_COMMIT), glossary, Path(scratch))
            return _built(found, bench, progress)
    path = Path(name).absolute()
    if not path.exists():
        raise GlossaryError(Code.G009, folder=path)
    if IndexStore(path).current():
        take_index(path, bench.index)
        return load_assistant(bench)
    return _built(path, bench, progress)


def _built(glossary: Path, bench: Settings, progress: Progress) -> Assistant:
    settings = replace(bench, glossary=glossary)
    compile_index(settings, progress)
    return load_assistant(settings)


def checked_out(revision: str, glossary: Path, folder: Path) -> Path:
    """Write what a path held in a commit into a folder and return where it is."""
    where, kept = (glossary, ".") if glossary.is_dir() else (glossary.parent, glossary.name)
    if not revision or revision.startswith("-"):
        raise _no_commit(revision, "it is no name of a commit")
    data = _git(where, revision, "archive", "--format=tar", revision, "--", kept)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = [m for m in archive.getmembers() if m.isreg() or m.isdir()]
        if sum(member.size for member in members) > _MOST_BYTES:
            raise _no_commit(revision, "it is too large")
        archive.extractall(folder, members, filter="data")
    return folder / kept


def _git(where: Path, revision: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(where), *arguments],
            capture_output=True, check=False, timeout=_GIT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _no_commit(revision, type(error).__name__) from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise _no_commit(revision, lines[0] if lines else "git failed")
    return done.stdout


def _no_commit(revision: str, problem: str) -> SettingError:
    return SettingError(
        Code.S001, name=f"{_COMMIT}{revision}", found=problem,
        expected="a commit of the repository that GLOSSARY lies in",
    )  # fmt: skip
